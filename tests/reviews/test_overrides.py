"""Exceptions: one condition that two officers waive in one case, on a ground that is written down and attached."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from any_programme import approver, filed_case, passed, reviewer_of, right_case
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import recall
from jiangli.applications.models import Application
from jiangli.applications.sheet import has_roster
from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.attachments.actions import Stored, store
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.overrides.actions import (
    ask_override,
    confirm_override,
    refuse_override,
    withdraw_override,
)
from jiangli.reviews.overrides.models import Ground, Override, OverrideState
from jiangli.reviews.overrides.permissions import cannot_ask_at_all, cannot_confirm
from jiangli.reviews.queries import decision_of
from jiangli.reviews.rosters import look_up_lines
from jiangli.reviews.sheet import assess_for_officer
from jiangli.rules import Outcome, waivable
from stories import SENIOR, library, officer, photograph

pytestmark = pytest.mark.django_db
UNION, MINUTE = "xiaoshan-union", timedelta(minutes=1)
WHY = "发证机构更名，原批准文件附后。"
WRONG = {"certificate.issuer_area": "990000", "certificate.filing_area": "990000"}


@pytest.fixture
def case() -> Application:
    """Everything is right but where the certificate was issued (E5)."""
    case = right_case(SENIOR)
    assert case.first_filed_at is not None
    reviews.look_up(
        case, found=WRONG, place="证书查询网", by=reviewer_of(case), at=case.first_filed_at + MINUTE
    )
    return case


@pytest.fixture
def at(case: Application) -> datetime:
    assert case.first_filed_at is not None
    return case.first_filed_at + 2 * MINUTE


def paper() -> Stored:
    return store("批复.jpg", photograph())


def asked(case: Application, at: datetime, by: User | None = None, **more: Any) -> Override:
    said: dict[str, Any] = {
        "condition": "E5",
        "ground": Ground.LEGAL,
        "reason": WHY,
        "papers": [paper()],
        **more,
    }
    return ask_override(case, **said, by=by or approver(case), at=at)


def confirmed(case: Application, at: datetime, **more: Any) -> Override:
    return confirm_override(asked(case, at, **more), by=approver(case), at=at)


def state(case: Application, at: datetime, id: str = "E5") -> tuple[bool | None, bool]:
    finding = assess_for_officer(case, at=at).answer.finding(id)
    return finding.state, finding.waived


def test_what_one_officer_asks_counts_for_nothing_until_another_confirms(
    case: Application, at: datetime
) -> None:
    override = asked(case, at)
    assert state(case, at) == (False, False)
    confirm_override(override, by=approver(case), at=at)
    assert state(case, at) == (True, True)
    names = list(
        Event.objects.about(case).filter(name__startswith="override.").values_list("name", flat=True)
    )
    assert sorted(names) == ["override.asked", "override.confirmed"]


def test_the_case_is_paid_and_its_decision_says_by_what_exception(case: Application, at: datetime) -> None:
    with pytest.raises(Refused, match="E5"):
        passed(case, at=at)
    confirmed(case, at)
    done = passed(case, at=at)
    decision = decision_of(done)
    assert decision is not None and decision.amount_fen > 0
    (said,) = decision.by_exception
    assert (said["id"], said["ground"], said["why"]) == ("E5", "legal", WHY)
    assert "经两人批准不要求" in said["tell"] and said["quote"]


def test_a_kept_assessment_is_recalled_as_it_was_answered(case: Application, at: datetime) -> None:
    override = confirmed(case, at)
    kept = case.assessments.first()
    assert kept is not None and kept.waived == ["E5"]
    withdraw_override(override, reason="批复已撤销。", by=approver(case), at=at)
    assert recall(kept).answer.outcome is Outcome.ELIGIBLE
    assert state(case, at) == (False, False)


def test_nobody_confirms_their_own(case: Application, at: datetime) -> None:
    by = officer(UNION, Role.APPROVER, Role.SUPERVISOR)
    override = asked(case, at, by=by)
    with pytest.raises(Refused):
        confirm_override(override, by=by, at=at)
    assert cannot_confirm(override, officer(UNION, Role.SUPERVISOR), on=at.date()) is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPROVER}))
def test_only_an_approver_asks(case: Application, at: datetime, role: Role) -> None:
    assert cannot_ask_at_all(case, officer(UNION, role), on=at.date())
    assert cannot_ask_at_all(case, officer("xiaoshan-hrss", Role.APPROVER), on=at.date())


def test_nobody_does_it_in_their_own_case(case: Application, at: datetime) -> None:
    own = officer(UNION, Role.APPROVER)
    assert case.claimant is not None
    case.claimant.officer = own
    case.claimant.save()
    assert cannot_ask_at_all(case, own, on=at.date())
    assert cannot_confirm(asked(case, at), own, on=at.date())


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "  "}, {"papers": []}, {"condition": "E1"}, {"condition": "nothing"}],
    ids=["no reason", "no paper", "met already", "no condition"],
)
def test_what_is_not_asked(case: Application, at: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        asked(case, at, **wrong)
    assert not Override.objects.exists() and not Attachment.objects.exists()


def test_no_programme_lets_a_limit_be_waived() -> None:
    for law in library().programmes.values():
        assert not {limit.condition.id for limit in law.limits} & set(waivable(law)), law.id


def test_it_is_asked_once_and_anew_after_a_refusal(case: Application, at: datetime) -> None:
    override = asked(case, at)
    with pytest.raises(Refused):
        asked(case, at)
    refuse_override(override, reason="依据不足。", by=approver(case), at=at)
    assert asked(case, at).state == OverrideState.ASKED


def test_it_falls_away_when_a_fact_it_rested_on_is_otherwise(case: Application, at: datetime) -> None:
    override = confirmed(case, at)
    by = reviewer_of(case)
    reviews.look_up(
        case, found={"certificate.filing_area": "110000"}, place="证书查询网", by=by, at=at + MINUTE
    )
    assert state(case, at) == (False, False)
    withdraw_override(override, reason="事实已变。", by=approver(case), at=at)
    waiting = asked(case, at)
    reviews.look_up(
        case, found={"certificate.filing_area": "120000"}, place="证书查询网", by=by, at=at + 2 * MINUTE
    )
    with pytest.raises(Refused):
        confirm_override(waiting, by=approver(case), at=at)


def test_what_nobody_knows_can_be_waived_and_the_rest_stays_open() -> None:
    case = filed_case(SENIOR)
    at = case.first_filed_at
    assert at is not None
    before = {finding.id for finding in assess_for_officer(case, at=at).open}
    assert len(before) > 1
    id = min(before & set(waivable(assess_for_officer(case, at=at).programme)))
    confirmed(case, at, condition=id, ground=Ground.FACTUAL)
    assert {finding.id for finding in assess_for_officer(case, at=at).open} == before - {id}


def test_a_decided_case_takes_no_exception_and_loses_none(case: Application, at: datetime) -> None:
    override = confirmed(case, at)
    done = passed(case, at=at)
    with pytest.raises(Refused):
        withdraw_override(override, reason="晚了。", by=approver(case), at=at)
    assert cannot_ask_at_all(done, approver(done), on=at.date())


def test_a_line_of_a_roster_is_excused_alone() -> None:
    code = next(
        code
        for code, law in sorted(library().programmes.items())
        if law.lines == "person" and law.line and law.elsewhere is None and has_roster(law)
    )
    case = right_case(code)
    at = case.first_filed_at
    assert at is not None
    line = case.lines.get(number=1)
    law = library().programmes[code]
    read = next(
        (each, name)
        for each in law.line
        for name in each.facts
        if law.dictionary[name].kind == "bool"
        and law.dictionary[name].source not in {"applicant", "employer"}
    )
    condition, fact = read
    look_up_lines(case, fact, {line.pk: False}, place="登记系统", by=reviewer_of(case), at=at)
    lines = assess_for_officer(case, at=at).answer.lines
    assert lines is not None and condition.id in lines[0].failed
    with pytest.raises(Refused):
        asked(case, at, condition=condition.id)  # of the whole case: this is a line's
    override = asked(case, at, condition=condition.id, line=line)
    confirm_override(override, by=approver(case), at=at)
    lines = assess_for_officer(case, at=at).answer.lines
    assert lines is not None
    assert [f.id for f in lines[0].findings if f.waived] == [condition.id]
    kept = case.assessments.first()
    assert kept is not None and kept.lines[0]["waived"] == [condition.id] and not kept.waived
    assert recall(kept).answer.amount_fen == assess_for_officer(case, at=at).answer.amount_fen
