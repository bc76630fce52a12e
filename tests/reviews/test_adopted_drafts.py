"""What a draft decided is not paid before the draft is adopted, and after it only if the adopted text says the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import pytest

import guard_law as law
from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.payments.actions import fall_due
from jiangli.payments.models import Payment
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import is_draft
from jiangli.reviews import actions as reviews
from jiangli.reviews.adopted import settle_adopted
from jiangli.reviews.models import Readopted
from jiangli.reviews.queries import decision_of
from law_stories import adopt
from stories import agencies, certificate, member, officer

pytestmark = pytest.mark.django_db


@cache
def drafted(text: str = "") -> rules.Library:
    """The invented law as a draft; ``text`` replaces the sum of a technician in two halves."""
    sources = dict(law.law().sources)
    sources["try/document.toml"] = (
        'title = "测试办法（征求意见稿）"\nissuer = "qiantang-hrss"\nstatus = "draft"\n'
    )
    if text:
        path = f"try/{law.HALVES}.toml"
        sources[path] = sources[path].replace("yuan = 200 ", f"yuan = {text} ")
    return rules.build(sources)


@pytest.fixture(autouse=True)
def the_draft(at: datetime) -> None:
    """A draft on which somebody lets claims be taken already."""
    agencies()
    programmes.publish(drafted(), by=None, at=at)
    programmes.set_mode(Programme.objects.get(pk=law.HALVES), Mode.OPEN, by=None, at=at)


def filed(at: datetime) -> Application:
    person = member()
    made = law.claim(person, certificate(person), law.HALVES, at=at, application__instalment="first")
    return law.submit(made, person, at=at)


def test_a_decision_of_a_draft_is_due_once_the_draft_is_adopted(at: datetime) -> None:
    case = law.decide(filed(at), at=at)
    settle_adopted(at=at)
    assert fall_due(at=at) == 0
    adopt(document="try", first_day=date(2025, 1, 1), at=at)
    assert fall_due(at=at) == 0  # not before it was asked again
    assert settle_adopted(at=at) == 1 and settle_adopted(at=at) == 0
    assert Readopted.objects.get().same
    assert fall_due(at=at) == 1 and Payment.objects.get().amount_fen == 20_000
    assert Event.objects.about(case).filter(name="decision.readopted").count() == 1


def test_another_amount_is_listed_and_not_paid(at: datetime) -> None:
    law.decide(filed(at), at=at)
    adopt(document="try", first_day=date(2025, 1, 1), at=at)
    programmes.publish(drafted("150"), by=None, at=at)
    settle_adopted(at=at)
    row = Readopted.objects.get()
    assert (row.same, row.amount_fen, row.differs) == (False, 15_000, {"outcome": "amount"})
    assert fall_due(at=at + timedelta(days=1)) == 0


def test_what_was_filed_before_the_first_day_is_listed(at: datetime) -> None:
    law.decide(filed(at), at=at)
    adopt(document="try", first_day=at.date() + timedelta(days=1), at=at)
    settle_adopted(at=at)
    assert Readopted.objects.get().differs == {"outcome": "days"} and fall_due(at=at) == 0


def test_an_open_case_goes_on_under_the_adopted_version(at: datetime) -> None:
    case, returned = filed(at), filed(at)
    fields = [{"field": "application.instalment", "reason": "写错了"}]
    reviews.send_back(returned, fields=fields, by=officer("qiantang-hrss", Role.APPROVER), at=at)
    adopt(document="try", first_day=date(2025, 1, 1), at=at)
    assert settle_adopted(at=at) == 2
    for one in (case, returned):
        one.refresh_from_db()
        assert one.version is not None and not is_draft(one.version)
        assert Event.objects.about(one).filter(name="application.under_adopted").count() == 1
    law.decide(case, at=at)
    decision = decision_of(case)
    assert decision is not None and not is_draft(decision.version)
    assert fall_due(at=at) == 1
