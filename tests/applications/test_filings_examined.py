"""The trainees of a filed class before an examiner: whose agency, never oneself, and what a refusal tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from filing_stories import (
    BUREAU,
    LOOKED,
    SCHOOL,
    all_confirmed,
    answered,
    class_filed,
    entry_of,
    examiner,
    named,
    roster,
    states,
    training_body,
)
from jiangli import clock
from jiangli.accounts.roles import Role
from jiangli.applications.filings import trainees as lists
from jiangli.applications.filings.models import Examined
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person
from jiangli.registers.queries import find_person
from jiangli.reviews.examining import examine
from stories import (
    adopted_law,
    certificate,
    clerk_of,
    identity_number,
    officer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(at: datetime) -> Organisation:
    adopted_law(at)
    return training_body()


def person_of(serial: int) -> Person:
    person = find_person(identity_number(serial))
    assert person is not None
    return person


def test_examination_is_for_the_agency_with_a_place_looked_and_never_ones_own(
    body: Organisation, at: datetime
) -> None:
    filing = class_filed(body, named(923), named(924), days_before=40, at=at)
    keys = list(filing.trainees.values_list("pk", flat=True))
    look = {"at": at, "where": LOOKED}
    for by, says in [
        (officer("xiaoshan-hrss", Role.REVIEWER), "别的单位"),
        (officer(BUREAU, Role.CASHIER), "岗位"),
    ]:
        with pytest.raises(Refused, match=says):
            examine(filing, keys, Examined.CONFIRMED, by=by, **look)
    with pytest.raises(Refused, match="在哪里"):
        examine(filing, keys, Examined.CONFIRMED, by=examiner(), at=at)
    with pytest.raises(Refused, match="原因"):
        examine(filing, keys, Examined.REFUSED, by=examiner(), **look)
    own = examiner()
    Person.objects.filter(pk=person_of(923).pk).update(officer=own)
    with pytest.raises(Refused, match="同事"):
        examine(filing, keys, Examined.CONFIRMED, by=own, **look)
    examine(filing, [entry_of(filing, person_of(924)).pk], Examined.CONFIRMED, by=own, **look)
    assert [entry.examined for entry in lists.current(filing)] == ["waiting", "confirmed"]


def test_a_clerk_of_the_organisation_examines_none_of_its_trainees(body: Organisation, at: datetime) -> None:
    filing, by = class_filed(body, named(925), days_before=40, at=at), examiner()
    Person.objects.filter(account=clerk_of(body)).update(officer=by)
    with pytest.raises(Refused, match="同事"):
        all_confirmed(filing, at=at, by=by)


def test_a_refusal_tells_the_clerks_and_the_line(body: Organisation, at: datetime) -> None:
    filing = class_filed(body, named(926), named(927), days_before=40, at=at)
    entry = entry_of(filing, person_of(926))
    examine(filing, [entry.pk], Examined.REFUSED, by=examiner(), at=at, reason="不在区内")
    told = Message.objects.get(event="filing.examined").text
    assert "没有通过 1 人" in told and "还没看 1 人" in told
    later = at + timedelta(days=90)
    rows = [(person_of(n), certificate(person_of(n), issue_date=clock.day_of(later))) for n in (926, 927)]
    assessed = answered(roster(body, *rows, at=later), at=later)
    assert [states(assessed, line)["E7"] for line in (0, 1)] == [False, None]
    assert states(assessed, 1)["E3"] is None, (
        "the name check counts once an officer has confirmed the trainee"
    )


def test_a_programme_without_examination_has_nobody_to_examine(body: Organisation, at: datetime) -> None:
    body.known = {"organisation.kind": "enterprise", "organisation.area": "330114"}
    body.save()
    filing = class_filed(
        body, lists.Given("测试学生", identity_number(928)), days_before=40, at=at, programme=SCHOOL
    )
    with pytest.raises(Refused, match="不用审查"):
        all_confirmed(filing, at=at)
    later = at + timedelta(days=400)
    person = person_of(928)
    held = certificate(person, issue_date=clock.day_of(later))
    found = states(answered(roster(body, (person, held), at=later, programme=SCHOOL), at=later))
    assert (found["E3"], found["E4"]) == (True, True)
