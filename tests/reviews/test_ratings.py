"""Ratings: once per closed case, bad ones looked into by somebody else, and sums in which nobody is recognised."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Commitment
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.ratings import actions as ratings
from jiangli.reviews.ratings.models import Finding, Grade, LookInto, Rating, Reason
from jiangli.reviews.ratings.permissions import cannot_look_into, cannot_rate, cannot_read_words, is_closed
from jiangli.reviews.ratings.queries import FEWEST, by_month, in_sum, public_sums, shown
from stories import TECHNICIAN, approved, certificate, filed, member, officer, the_law

UNION = "xiaoshan-union"


@pytest.fixture
def law(db: None, at: datetime) -> None:
    the_law(at)


def refused(at: datetime, name: str = "测试甲") -> Application:
    """A case that was refused by an officer of the union, who can be found as its last opinion's."""
    person = member(name)
    case = filed(person, certificate(person), at=at)
    by = officer(UNION, Role.REVIEWER)
    reviews.look_up(case, found={"certificate.filing_area": "310000"}, place="证书查询网", by=by, at=at)
    return reviews.refuse(case, conditions=["E5"], text="不是省内备案的。", by=by, at=at)


def test_a_case_is_rated_when_it_is_paid_to_the_last_fen(law: None, at: datetime) -> None:
    person = member()
    case = approved(person, certificate(person), at=at)
    assert not is_closed(case) and cannot_rate(case, by=person.account, at=at)
    for row in Commitment.objects.filter(application=case):
        assert not is_closed(case)
        row.paid_fen = row.fen or 0
        row.save()
    assert is_closed(case) and cannot_rate(case, by=person.account, at=at) is None


def test_only_whoever_claimed_rates_and_only_once(law: None, at: datetime) -> None:
    case = refused(at)
    by = case.claimant and case.claimant.account
    stranger, official = member("测试乙").account, officer(UNION, Role.REVIEWER)
    for other in (stranger, official, None):
        with pytest.raises(Refused):
            ratings.rate(case, Grade.GOOD, by=other, at=at)
    row = ratings.rate(case, Grade.GOOD, reasons=[Reason.SPEED], words="很快", by=by, at=at)
    assert row.agency_id == UNION and row.reasons == ["speed"] and not LookInto.objects.exists()
    with pytest.raises(Refused):
        ratings.rate(case, Grade.BAD, by=by, at=at)
    ratings.remark(row, "后来又去了一次。", by=by, at=at)
    with pytest.raises(Refused):
        ratings.remark(row, "再说一句。", by=by, at=at)


def test_the_query_password_opens_the_rating_of_that_case_only(law: None, at: datetime) -> None:
    case, other = refused(at), refused(at, "测试乙")
    assert case.claimant is not None
    password = applications.renew_query_password(case, by=case.claimant.account, at=at)
    visit = applications.look_in(case.claimant.id_number, password, at=at)
    assert cannot_rate(case, visit=visit, at=at + timedelta(hours=1))
    assert cannot_rate(other, visit=visit, at=at)
    assert ratings.rate(case, Grade.FAIR, visit=visit, at=at).grade == 3


def test_a_bad_rating_is_looked_into_by_somebody_else_and_answered(law: None, at: datetime) -> None:
    case = refused(at)
    assert case.claimant is not None
    row = ratings.rate(case, Grade.VERY_BAD, words="没人接电话", by=case.claimant.account, at=at)
    task, on = row.look_into, at.date()
    assert task.due_on == date(2025, 7, 1)  # fifteen working days
    dealt = case.opinions.get().by
    dealt.posts.create(role=Role.APPROVER)
    assert cannot_look_into(task, dealt, on=on) is None  # the only approver of a small office
    approver = officer(UNION, Role.APPROVER)
    assert cannot_look_into(task, dealt, on=on) and cannot_read_words(row, dealt)
    assert cannot_read_words(row, approver) is None
    for strange in (officer(UNION, Role.REVIEWER), officer("hangzhou-union", Role.APPROVER)):
        assert cannot_look_into(task, strange, on=on)
    task = ratings.look_into(task, Finding.RIGHT, "已安排专人接听。", by=approver, at=at)
    assert cannot_read_words(row, dealt) is None
    assert Message.objects.about(case.pk).filter(event="rating.looked_into").count() == 1
    with pytest.raises(Refused):
        ratings.look_into(task, Finding.NOT, "再答", by=approver, at=at)


def test_nobody_looks_into_what_they_said_of_their_own_case(law: None, at: datetime) -> None:
    case = refused(at)
    assert case.claimant is not None
    task = ratings.rate(case, Grade.VERY_BAD, words="没人接电话", by=case.claimant.account, at=at).look_into
    approver = officer(UNION, Role.APPROVER)
    assert cannot_look_into(task, approver, on=at.date()) is None
    case.claimant.officer = approver
    case.claimant.save()
    assert cannot_look_into(LookInto.objects.get(pk=task.pk), approver, on=at.date()) is not None


def test_officers_see_those_of_their_agency(law: None, at: datetime) -> None:
    case = refused(at)
    assert case.claimant is not None
    ratings.rate(case, Grade.GOOD, by=case.claimant.account, at=at)
    assert in_sum(Rating.objects.visible_to(officer(UNION)))[4] == 1
    assert not Rating.objects.visible_to(officer("hangzhou-union")).exists()
    assert by_month(Rating.objects.all()) == [("2025-06", {5: 0, 4: 1, 3: 0, 2: 0, 1: 0})]


def test_sums_show_whole_months_and_never_fewer_than_five(law: None, at: datetime) -> None:
    case = refused(at)
    for place in range(FEWEST):
        copy = Application.objects.get(pk=case.pk)
        copy.pk, copy.number, copy._state.adding = uuid4(), f"TEST{place}", True
        copy.save()
        Rating.objects.create(
            application=copy, agency_id=UNION, programme_code=TECHNICIAN, grade=5 - place % 3,
            rated_at=at, rated_on=at.date(),
        )  # fmt: skip
        july = public_sums(today=date(2025, 7, 1))
        assert [one.total for one in july.agencies] == [None if place + 1 < FEWEST else FEWEST]
    assert not public_sums(today=date(2025, 6, 30)).agencies
    assert july.programmes[0].counts == {5: 2, 4: 2, 3: 1, 2: 0, 1: 0} and july.months[0].share == 100


@settings(suppress_health_check=[HealthCheck.too_slow])  # its first draw waits where the machine is busy
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12)))
def test_what_is_hidden_cannot_be_subtracted_to(sizes: dict[str, int]) -> None:
    rows = shown({key: Counter({5: size}) for key, size in sizes.items()})
    hidden = sum(sizes[row.key] for row in rows if row.total is None)
    assert hidden == 0 or hidden >= FEWEST or len(rows) == sum(row.total is None for row in rows)
    assert all(row.total is None or row.total == sizes[row.key] >= FEWEST for row in rows)
