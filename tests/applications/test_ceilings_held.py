"""What is used of a ceiling, what is promised, what is held, and what is freed again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import guard_law as law
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.assessing import assess
from jiangli.applications.commitments import free_after_recovery, move_to_history, release_commitments
from jiangli.applications.guard import Taken, collisions
from jiangli.applications.models import Application, Balance, Commitment, Reservation
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment, Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.holds import holds_of
from jiangli.reviews.models import Settling
from jiangli.reviews.queries import decision_of
from jiangli.reviews.sheet import assess_for_officer
from stories import certificate, member, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invented(at: datetime) -> None:
    law.publish(at)


@pytest.fixture
def head() -> Person:
    return member("测试负责人")


@pytest.fixture
def firm(head: Person) -> Organisation:
    return law.firm(head=head)


def roster(
    firm: Organisation, head: Person, at: datetime, *levels: str, programme: str = law.COURSES
) -> Application:
    rows = [certificate(member(), level=level) for level in levels]
    case = law.roster(firm, head, rows, programme=programme, at=at)
    return law.submit(case, head, at=at)


def used() -> int:
    return Balance.objects.get(limit__startswith="at_most").used_fen


def imported(firm: Organisation, fen: int, *, programme: str = law.SKILLS, period: str = "2025") -> None:
    EarlierPayment.objects.create(
        programme_code=programme,
        organisation=firm,
        period=period,
        paid_on="2025-03-01",
        amount_fen=fen,
        source="测试导入",
    )


class TestCeilings:
    def test_two_programmes_share_one_ceiling_and_the_last_line_is_cut(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        imported(firm, 90_000)  # 900 of 2,000 yuan
        case = roster(firm, head, at, "technician", "technician", programme=law.SKILLS)
        decided = decision_of(law.decide(case, at=at))
        assert [row.fen for row in case.commitments.order_by("line__number")] == [72_000, 38_000]
        assert decided.amount_fen == 110_000
        assert used() == 200_000

    def test_what_was_decided_and_is_not_paid_counts(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        law.decide(roster(firm, head, at, "senior_technician"), at=at)
        second = roster(firm, head, at, "senior_technician", "technician", programme=law.SKILLS)
        assert decision_of(law.decide(second, at=at)).amount_fen == 100_000
        third = roster(firm, head, at, "senior")
        with pytest.raises(Refused):
            law.decide(third, at=at)
        assert used() == 200_000

    def test_an_amount_that_changed_since_it_was_shown_is_asked_again(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = roster(firm, head, at, "senior_technician", "technician")
        law.decide(roster(firm, head, at, "senior_technician", programme=law.SKILLS), at=at)
        with pytest.raises(Refused, match=r"1,?000"):
            law.decide(case, seen_fen=160_000, at=at)
        case.refresh_from_db()
        assert case.status == "submitted"
        assert decision_of(law.decide(case, seen_fen=100_000, at=at)).amount_fen == 100_000

    def test_a_later_import_counts_at_the_next_decision(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        law.decide(roster(firm, head, at, "senior"), at=at)
        imported(firm, 150_000)
        assert decision_of(law.decide(roster(firm, head, at, "technician"), at=at)).amount_fen == 10_000
        assert used() == 200_000

    def test_the_next_year_has_a_ceiling_of_its_own(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        imported(firm, 200_000, period="2024")
        assert decision_of(law.decide(roster(firm, head, at, "senior"), at=at)).amount_fen == 40_000

    def test_what_is_paid_moves_into_the_history_line_by_line_and_the_ceiling_stays(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = law.decide(roster(firm, head, at, "senior", "technician"), at=at)
        before = used()
        move_to_history(case, payer="qiantang-hrss", fen=100_000, on=at.date(), source="P1")
        rows = EarlierPayment.objects.order_by("amount_fen")
        assert [row.amount_fen for row in rows] == [40_000, 60_000]
        assert {(row.organisation, row.period) for row in rows} == {(firm, "2025")}
        assert {row.certificate_id for row in rows} == set(case.lines.values_list("certificate", flat=True))
        assert used() == before == 100_000
        law.decide(roster(firm, head, at, "senior_technician"), at=at)
        assert used() == 200_000

    def test_money_in_two_instalments_moves_in_two(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = law.decide(roster(firm, head, at, "senior", "technician"), at=at)
        for source, fen in (("P1", 50_000), ("P2", 50_000)):
            move_to_history(case, payer="qiantang-hrss", fen=fen, on=at.date(), source=source)
        assert [row.amount_fen for row in EarlierPayment.objects.order_by("pk")] == [40_000, 10_000, 50_000]
        with pytest.raises(RuntimeError):
            move_to_history(case, payer="qiantang-hrss", fen=1, on=at.date(), source="P3")

    def test_commitments_that_are_released_free_the_ceiling_and_what_is_paid_does_not(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = law.decide(roster(firm, head, at, "senior", "technician"), at=at)
        move_to_history(case, payer="qiantang-hrss", fen=50_000, on=at.date(), source="P1")
        release_commitments(case, at=at)
        release_commitments(case, at=at)
        assert used() == 50_000
        assert (
            decision_of(
                law.decide(roster(firm, head, at, "senior_technician", "technician"), at=at)
            ).amount_fen
            == 150_000
        )

    def test_a_recovery_frees_only_where_a_decision_says_so(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = law.decide(roster(firm, head, at, "senior", "technician"), at=at)
        move_to_history(case, payer="qiantang-hrss", fen=100_000, on=at.date(), source="P1")
        first = case.lines.get(number=1)
        free_after_recovery(case, sources=["P1"], lines=[first], on=at.date(), at=at)
        assert used() == 60_000
        assert EarlierPayment.objects.filter(freed_on=None).get().amount_fen == 60_000
        assert not Reservation.objects.filter(line=first, released_at=None).exists()
        again = law.roster(firm, head, [first.certificate], at=at)
        assert decision_of(law.decide(law.submit(again, head, at=at), at=at)).amount_fen == 40_000


class TestRosters:
    def test_every_collision_of_a_roster_is_listed_with_its_line(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        rows = [certificate(member("测试乙"), level="senior") for _ in range(3)]
        other_head = member("测试别家负责人")
        first = law.submit(
            law.roster(law.firm("测试别家公司", head=other_head), other_head, rows[:2], at=at),
            other_head,
            at=at,
        )
        case = law.roster(firm, head, [rows[2], rows[0], rows[1]], at=at)
        with pytest.raises(Taken) as said:
            law.submit(case, head, at=at)
        assert [collision.line for collision in said.value.collisions] == [2, 3]
        for word in ("第 2 行", "第 3 行", str(first.number)):
            assert word in str(said.value)
        assert "别家" not in str(said.value)
        assert not case.reservations.exists()
        assert [each.line for each in collisions(case, assess(case, at=at))] == [2, 3]

    def test_each_line_holds_its_own_keys(self, firm: Organisation, head: Person, at: datetime) -> None:
        case = roster(firm, head, at, "senior", "technician")
        held = {
            (str(row.line.certificate_id), row.subject) for row in case.reservations.select_related("line")
        }
        assert {certificate for certificate, _ in held} == {subject for _, subject in held}
        assert len(held) == 2

    def test_a_withdrawn_roster_frees_all_and_can_be_filed_anew(
        self, firm: Organisation, head: Person, at: datetime
    ) -> None:
        case = roster(firm, head, at, "senior", "technician")
        rows = [line.certificate for line in case.lines.all()]
        applications.withdraw(case, by=head.account, at=at)
        assert not Reservation.objects.filter(released_at=None).exists()
        assert not Commitment.objects.filter(released_at=None).exists()
        law.submit(law.roster(firm, head, rows, at=at), head, at=at)


class TestDifferences:
    def test_a_higher_level_waits_for_the_lower_and_then_gets_the_difference(self, at: datetime) -> None:
        person = member()
        lower = law.submit(
            law.claim(person, certificate(person, level="senior"), law.UPGRADE, at=at), person, at=at
        )
        later = at + timedelta(hours=1)
        higher = law.submit(law.claim(person, certificate(person), law.UPGRADE, at=later), person, at=later)
        with pytest.raises(Refused, match=str(lower.number)):
            law.decide(higher, at=later)
        law.decide(lower, at=later)
        assert decision_of(law.decide(higher, at=later)).amount_fen == 200_000

    def test_a_lower_level_filed_later_gets_nothing_more(self, at: datetime) -> None:
        person = member()
        higher = law.submit(law.claim(person, certificate(person), law.UPGRADE, at=at), person, at=at)
        later = at + timedelta(hours=1)
        lower = law.submit(
            law.claim(person, certificate(person, level="senior"), law.UPGRADE, at=later), person, at=later
        )
        law.decide(higher, at=later)
        with pytest.raises(Refused, match="difference"):
            law.decide(lower, at=later)


class TestParts:
    def test_a_claim_for_both_halves_takes_the_keys_of_each(self, at: datetime) -> None:
        person = member()
        held = certificate(person)
        both = law.submit(
            law.claim(person, held, law.HALVES, at=at, application__instalment="both"), person, at=at
        )
        subjects = both.reservations.values_list("subject", flat=True)
        assert sorted(subject.split("|")[1] for subject in subjects) == ["first", "second"]
        for half in ("first", "second"):
            case = law.claim(person, held, law.HALVES, at=at, application__instalment=half)
            with pytest.raises(Taken, match=str(both.number)):
                law.submit(case, person, at=at)
        law.decide(both, at=at)
        assert sorted(both.commitments.values_list("subject", "fen")) == [
            ("first", 20_000),
            ("second", 20_000),
        ]

    def test_who_had_the_first_half_gets_the_second_of_both(self, at: datetime) -> None:
        person = member()
        EarlierPayment.objects.create(
            programme_code=law.HALVES,
            person=person,
            subject="first",
            paid_on="2025-02-01",
            amount_fen=20_000,
            source="测试导入",
        )
        both = law.submit(
            law.claim(person, certificate(person), law.HALVES, at=at, application__instalment="both"),
            person,
            at=at,
        )
        law.decide(both, at=at)
        assert list(both.commitments.values_list("subject", "fen")) == [("second", 20_000)]


class TestHolds:
    def extra_and_half(self, at: datetime) -> tuple[Application, Application]:
        """A certificate in a case of one programme, then in one of another that looks at the first."""
        person = member()
        held = certificate(person)
        extra = law.submit(law.claim(person, held, law.EXTRA, at=at), person, at=at)
        later = at + timedelta(hours=1)
        half = law.submit(
            law.claim(person, held, law.HALVES, at=later, application__instalment="first"), person, at=later
        )
        return extra, half

    def test_a_live_case_under_a_limit_nobody_wrote_holds_until_an_officer_settles_it(
        self, at: datetime
    ) -> None:
        extra, half = self.extra_and_half(at)
        approver = officer("qiantang-hrss", Role.APPROVER)
        with pytest.raises(Refused, match="both"):
            reviews.pass_on(half, by=approver, at=at)
        (hold,) = holds_of(half, assess_for_officer(half, at=at))
        assert str(extra.number) in hold.say[0]
        with pytest.raises(Refused):
            reviews.settle_hold(half, limit="both", decision=Settling.GO_ON, reason=" ", by=approver, at=at)
        reviews.settle_hold(half, limit="both", decision=Settling.GO_ON, reason="两回事", by=approver, at=at)
        assert reviews.pass_on(half, by=approver, at=at).status == "approved"

    def test_a_second_thing_under_the_same_limit_is_asked_anew(self, at: datetime) -> None:
        _extra, half = self.extra_and_half(at)
        approver = officer("qiantang-hrss", Role.APPROVER)
        reviews.settle_hold(half, limit="both", decision=Settling.GO_ON, reason="两回事", by=approver, at=at)
        EarlierPayment.objects.create(
            programme_code=law.EXTRA,
            certificate=half.line.certificate,
            paid_on="2025-01-05",
            amount_fen=5_000,
            source="测试导入",
        )
        with pytest.raises(Refused, match="both"):
            reviews.pass_on(half, by=approver, at=at)

    def test_the_same_thing_is_a_ground_to_refuse(self, at: datetime) -> None:
        _extra, half = self.extra_and_half(at)
        approver = officer("qiantang-hrss", Role.APPROVER)
        with pytest.raises(Refused):
            reviews.refuse(half, conditions=["both"], text="是同一件事。", by=approver, at=at)
        reviews.settle_hold(half, limit="both", decision=Settling.STOP, reason="同一件事", by=approver, at=at)
        with pytest.raises(Refused, match="both"):
            reviews.pass_on(half, by=approver, at=at)
        reviews.refuse(half, conditions=["both"], text="是同一件事。", by=approver, at=at)
        assert not half.reservations.filter(released_at=None).exists()

    def test_anothers_case_under_a_limit_nobody_wrote_is_filed_and_waits(self, at: datetime) -> None:
        person, other = member(), member("测试乙")
        held = certificate(person)
        held.person = held.looked_up_at = None
        held.save()
        first = law.submit(
            law.claim(other, held, law.EXTRA, at=at, certificate__level="senior"), other, at=at
        )
        second = law.submit(
            law.claim(person, held, law.EXTRA, at=at, certificate__level="senior"), person, at=at
        )
        assert not second.reservations.exists()
        holds = holds_of(second, assess_for_officer(second, at=at))
        assert [(hold.id, hold.waits) for hold in holds] == [("mine", True)]
        applications.withdraw(first, by=other.account, at=at)
        assert holds_of(second, assess_for_officer(second, at=at)) == []

    def test_ones_own_second_case_points_to_the_first(self, at: datetime) -> None:
        person = member()
        held = certificate(person)
        first = law.submit(law.claim(person, held, law.EXTRA, at=at), person, at=at)
        with pytest.raises(Taken, match=str(first.number)):
            law.submit(law.claim(person, held, law.EXTRA, at=at), person, at=at)
