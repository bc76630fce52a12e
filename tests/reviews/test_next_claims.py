"""What is claimed again: noted at the decision, got ready when it is due, and closed when claimed or lapsed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from any_programme import approver, example, look_everything_up, passed, reviewer_of, right_case
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.clock import SHANGHAI
from jiangli.correspondence.models import Message
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import rule_in_force
from jiangli.programmes.rounds import open_round
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews import deciding
from jiangli.reviews.models import Decision
from jiangli.reviews.next_claims import actions as next_claims
from jiangli.reviews.next_claims.models import NextClaim, NextState
from jiangli.reviews.next_claims.queries import by_month
from jiangli.reviews.queries import decision_of
from jiangli.rules.days import months_after
from stories import clerk_of, officer, photograph

pytestmark = pytest.mark.django_db
STAY, GOLD = "qiantang-11-graduate-stay", "qiantang-02-gold-technician"
DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def decided(case: Application, at: datetime) -> Decision:
    """Passed by its officers, then through whatever stands between them and the money."""
    case = passed(case, at=at)
    while case.status == Status.SUBMITTED:
        case = deciding.go_on(case, by=approver(case), at=at)
    found = decision_of(case)
    assert found is not None
    return found


def first_half(**facts: object) -> NextClaim:
    """The first instalment of somebody insured since March 2025, decided in October."""
    told = {"application__instalment": "first", "insurance__first_month": "2025-03-01", **facts}
    case = right_case(STAY, **told)
    decided(case, noon(date(2025, 10, 20)))
    return NextClaim.objects.get()


def told(row: NextClaim) -> list[str]:
    rows = Message.objects.about(row.decision.application_id).filter(event__startswith="next_claim")
    return list(dict.fromkeys(rows.order_by("written_at").values_list("event", flat=True)))


def moved(row: NextClaim, day: date) -> NextClaim:
    next_claims.tick(at=noon(day))
    return NextClaim.objects.get(pk=row.pk)


def test_the_second_half_is_got_ready_on_the_day_it_is_due_and_nothing_checked_is_carried_over() -> None:
    row = first_half()
    assert (row.part, row.state, row.due_on) == ("second", NextState.WAITING, date(2026, 3, 1))
    assert (row.amount_fen, row.last_day) == (120_000, date(2028, 2, 28))
    assert moved(row, date(2026, 2, 28)).state == NextState.WAITING
    row = moved(row, date(2026, 3, 1))
    draft, before = row.application, row.decision.application
    assert row.state == NextState.RAISED and draft is not None and draft.status == Status.DRAFT
    assert draft.stated == before.stated | {"application.instalment": "second"}
    assert draft.account_number == before.account_number and not draft.evidence.exists()
    assert not draft.look_ups.exists()
    assert told(row) == ["next_claim.raised_until"]
    assert next_claims.tick(at=noon(date(2026, 3, 1))) == 0 and told(row) == ["next_claim.raised_until"]


def test_the_months_are_checked_again_and_the_second_half_closes_the_claim() -> None:
    row = moved(first_half(), date(2026, 3, 1))
    draft, at = row.application, noon(date(2026, 3, 2))
    assert draft is not None and draft.organisation is not None
    by = clerk_of(draft.organisation)
    for material in rule_in_force(STAY).materials:
        applications.add_evidence(draft, material.id, "照片.jpg", photograph(), by=by, at=at)
    with pytest.raises(Refused):  # got ready, and handed in only in a round
        applications.submit(draft, note="材料齐全。", by=by, at=at)
    open_round(
        Programme.objects.get(pk=STAY), name="2026 年度第一次", opens_on=at.date(), closes_on=at.date(),
        by=officer("qiantang-hrss", Role.APPROVER), at=at,
    )  # fmt: skip
    case = applications.submit(draft, note="材料齐全。", by=by, at=at).application
    assert moved(row, date(2026, 3, 2)).state == NextState.FILED
    facts = example(STAY).request["facts"] | {"insurance.first_month": "2025-03-01"}
    facts = {
        name: value for name, value in facts.items() if not name.startswith(("person.name", "certificate.id"))
    }
    months = "insurance.consecutive_months_from_first_month"
    look_everything_up(case, facts | {months: 11}, [])
    with pytest.raises(Refused, match="E6"):
        passed(case, at=at)
    later = at + timedelta(minutes=1)
    reviews.look_up(case, found={months: 12}, place="社保系统", by=reviewer_of(case), at=later)
    assert decided(case, later).amount_fen == 120_000
    assert NextClaim.objects.count() == 1  # nothing follows the second


def test_it_is_reminded_once_and_lapses_after_its_last_day() -> None:
    row = moved(first_half(), date(2026, 3, 1))
    assert moved(row, date(2027, 12, 1)).reminded_at is None
    assert moved(row, date(2028, 1, 5)).reminded_at is not None
    assert next_claims.tick(at=noon(date(2028, 2, 28))) == 0
    row = moved(row, date(2028, 2, 29))
    assert row.state == NextState.OVER
    assert told(row) == ["next_claim.raised_until", "next_claim.reminded", "next_claim.over"]


def test_nobody_is_asked_to_claim_while_the_programme_takes_no_claims() -> None:
    row = first_half()
    Programme.objects.filter(pk=STAY).update(mode=Mode.SIMULATION)
    row = moved(row, date(2026, 3, 1))
    assert row.state == NextState.WAITING and row.hindrance and row.application is None and not told(row)
    Programme.objects.filter(pk=STAY).update(mode=Mode.OPEN)
    assert moved(row, date(2026, 3, 2)).state == NextState.RAISED


def test_who_claimed_both_halves_claims_nothing_more() -> None:
    case = right_case(STAY, application__instalment="both", insurance__first_month="2024-09-01",
                      insurance__consecutive_months_from_first_month=12)  # fmt: skip
    assert decided(case, noon(date(2025, 10, 20))).amount_fen == 240_000
    assert not NextClaim.objects.exists()


@pytest.mark.parametrize(
    ("document", "last", "fen"),
    [
        ("2025-12-10", date(2026, 12, 1), 1_200_000),
        ("2024-08-10", date(2026, 8, 1), 400_000),
        ("2024-06-10", None, 0),
    ],
)
def test_an_allowance_is_claimed_by_the_half_year_until_its_last_month(
    document: str, last: date | None, fen: int
) -> None:
    decided(right_case(GOLD, selection__document_date=document), noon(date(2026, 7, 5)))
    row = NextClaim.objects.first()
    if last is None:
        assert row is None
        return
    assert row is not None and (row.first_month, row.last_month) == (date(2026, 7, 1), last)
    assert row.amount_fen == fen and row.due_on == months_after(last, 1)
    assert by_month(NextClaim.objects.all()) == [(months_after(last, 1), 1, fen)]
    row = moved(row, row.due_on)
    assert row.application is not None and not row.application.lines.exists()
    assert told(row) == ["next_claim.raised"]


def test_what_follows_a_decision_that_is_set_aside_falls_away() -> None:
    row = first_half()
    next_claims.fall_away(row.decision, at=noon(date(2025, 11, 1)))
    assert moved(row, date(2026, 3, 1)).state == NextState.CLOSED
