"""A published interpretation settles what holds cases; a parameter set by one makes a new version."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

import guard_law as law
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Line
from jiangli.programmes import actions as programmes
from jiangli.programmes import interpretations
from jiangli.programmes.models import Answer, Programme, Reading, Two
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment
from jiangli.reviews import actions as reviews
from jiangli.reviews.holds import holds_of
from jiangli.reviews.models import Settling
from jiangli.reviews.sheet import assess_for_officer
from law_stories import interpretation, two_approvers
from stories import adopted_law, certificate, clerk_of, library, member, officer, organisation, the_law

pytestmark = pytest.mark.django_db
TECHNICIANS, WORKERS = "qiantang-02-gold-technician", "qiantang-03-gold-worker"


def held(at: datetime) -> Application:
    """A case of the invented law that another payment holds."""
    person = member()
    mine = certificate(person)
    EarlierPayment.objects.create(
        programme_code=law.EXTRA, certificate=mine, paid_on=date(2025, 1, 5), amount_fen=5_000, source="测试"
    )
    made = law.claim(person, mine, law.HALVES, at=at, application__instalment="first")
    return law.submit(made, person, at=at)


def test_a_second_approver_confirms_and_every_held_case_goes_on(at: datetime) -> None:
    law.publish(at)
    case, other = held(at), held(at)
    first, second = two_approvers()
    asked = interpretation("both", document="try", by=first, at=at)
    for nobody in (first, officer("qiantang-hrss", Role.REVIEWER), officer("xiaoshan-hrss", Role.APPROVER)):
        with pytest.raises(Refused):
            interpretations.confirm(asked, by=nobody, at=at)
    with pytest.raises(Refused):
        law.decide(case, at=at)
    said = interpretations.confirm(asked, by=second, at=at)
    (hold,) = holds_of(case, assess_for_officer(case, at=at))
    assert hold.interpretation == said and not hold.stands
    with pytest.raises(Refused, match=said.number):
        reviews.settle_hold(case, limit="both", decision=Settling.STOP, reason="不行", by=second, at=at)
    assert law.decide(case, at=at).status == "approved"
    first, second = two_approvers()
    interpretations.ask_to_end(said, reason="文件改了", by=first, at=at)
    with pytest.raises(Refused):
        interpretations.end(said, by=first, at=at)
    assert not holds_of(other, assess_for_officer(other, at=at))[0].stands  # until the second confirms
    assert interpretations.end(said, by=second, at=at).state == Two.WITHDRAWN
    (hold,) = holds_of(other, assess_for_officer(other, at=at))
    assert hold.stands
    row = reviews.settle_hold(other, limit="both", decision=Settling.GO_ON, reason="两回事", by=first, at=at)
    assert row.reason == "两回事" and reviews.pass_on(other, by=first, at=at).status == "approved"


def test_it_holds_for_cases_filed_from_its_first_day_on(at: datetime) -> None:
    law.publish(at)
    before, after = held(at), held(at + timedelta(days=1))
    first, second = two_approvers()
    words = {"from_on": at.date() + timedelta(days=1), "decision": Answer.STOP}
    asked = interpretation("both", document="try", by=first, at=at, **words)
    interpretations.confirm(asked, by=second, at=at)
    later = at + timedelta(days=2)
    (hold,) = holds_of(before, assess_for_officer(before, at=later))
    assert hold.settled is None
    (hold,) = holds_of(after, assess_for_officer(after, at=later))
    assert hold.stands and hold.interpretation
    refused = reviews.refuse(after, conditions=["both"], text="按政策解答", by=second, at=later)
    assert refused.status == "refused"


@pytest.mark.parametrize("here, there", [(TECHNICIANS, WORKERS), (WORKERS, TECHNICIANS)])
def test_a_month_under_both_titles_goes_on(here: str, there: str, at: datetime) -> None:
    adopted_law(at)
    person, employer = member(), organisation(area="330114")
    EarlierPayment.objects.create(
        programme_code=there, person=person, period="2025-03", paid_on=date(2025, 4, 5), amount_fen=100_000,
        source="测试",
    )  # fmt: skip
    case = applications.start(person, here, organisation=employer, by=clerk_of(employer), at=at)
    case.lines.all().delete()
    Line.objects.create(application=case, number=1, person=person, stated={"selection.month": "2025-03-01"})
    ids = [hold.id for hold in holds_of(case, assess_for_officer(case, at=at)) if hold.stands]
    assert "both_titles" in ids
    first, second = two_approvers()
    interpretations.confirm(interpretation("both_titles", by=first, at=at), by=second, at=at)
    found = {hold.id: hold for hold in holds_of(case, assess_for_officer(case, at=at))}
    assert not found["both_titles"].stands


def test_a_parameter_makes_a_new_version_that_publishing_keeps(at: datetime) -> None:
    the_law(at)
    first, second = two_approvers()
    words = {"kind": Reading.PARAMETER, "from_on": at.date(), "text": "两年指二十六个月。"}
    programme = Programme.objects.get(pk=TECHNICIANS)
    for value in ("26", True, None):
        with pytest.raises(Refused):
            interpretation("allowance_months", by=first, at=at, programme=programme, value=value, **words)
    asked = interpretation("allowance_months", by=first, at=at, programme=programme, value=26, **words)
    interpretations.confirm(asked, by=second, at=at)

    def months(code: str) -> int:
        found = {one.name: one for one in rule(Programme.objects.with_law().get(pk=code).version).parameters}
        return int(found["allowance_months"].value)  # type: ignore[call-overload]

    assert (months(TECHNICIANS), months(WORKERS)) == (26, 24)
    (overlay,) = rule(Programme.objects.with_law().get(pk=TECHNICIANS).version).overlays
    assert overlay.status == "confirmed" and asked.number in str(overlay.legal_basis)
    assert programmes.publish(library(), by=None, at=at) == [] and months(TECHNICIANS) == 26
    interpretations.ask_to_end(asked, reason="文件改了", by=first, at=at)
    interpretations.end(asked, by=second, at=at)
    assert months(TECHNICIANS) == 24


def test_a_parameter_waits_for_its_first_day(at: datetime) -> None:
    the_law(at)
    first, second = two_approvers()
    later = at + timedelta(days=3)
    words = {"kind": Reading.PARAMETER, "from_on": later.date(), "value": 26}
    programme = Programme.objects.get(pk=TECHNICIANS)
    asked = interpretation("allowance_months", by=first, at=at, programme=programme, **words)
    interpretations.confirm(asked, by=second, at=at)
    assert interpretations.take_effect(at=at) == 0
    assert interpretations.take_effect(at=later) == 1 and interpretations.take_effect(at=later) == 0
