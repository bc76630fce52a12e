"""An objection outlasts the list it was made to, and an officer does not read what is objected to their own case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fraud_stories import proposed
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.programmes.queries import rule
from jiangli.reviews.fraud.models import Finding
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import objections
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase
from jiangli.reviews.stages import is_review
from publicity_stories import AGENCY, MORNING, after_the_last_day, reviewer, second, tick, up, waiting_case
from stories import member, officer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def objected(publication: Publication) -> Objection:
    row = publication.rows.get()
    return objections.object_to(row, text="名次不对。", person=member("测试异议人"), at=MORNING)


def listed_anew() -> tuple[Application, Objection, Publication]:
    """Objected to on a list that was taken down before anybody decided on it."""
    case = waiting_case()
    first = up([case])
    objection = objected(first)
    publicity.withdraw_list(first, reason="名单有误。", by=second(), at=MORNING + HOUR)
    return case, objection, up([case], at=MORNING + 2 * HOUR)


def decided(objection: Objection, *, upheld: bool) -> None:
    at = MORNING + 3 * HOUR
    objections.look_into(objection, found="查了文件。", by=reviewer(), at=at)
    objections.decide(objection, upheld=upheld, reason="以文件为准。", by=second(), at=at)


def test_it_holds_the_case_on_the_next_list_until_it_is_decided() -> None:
    case, objection, publication = listed_anew()
    tick(after_the_last_day(publication))
    assert Application.objects.get(pk=case.pk).stage == case.stage
    decided(objection, upheld=False)
    tick(after_the_last_day(publication))
    assert Application.objects.get(pk=case.pk).stage == case.stage + 1


def test_upheld_it_takes_the_case_off_the_list_it_is_on_by_now() -> None:
    case, objection, publication = listed_anew()
    decided(objection, upheld=True)
    back = Application.objects.get(pk=case.pk)
    assert is_review(rule(back.version).stages[back.stage])
    assert not PublicationCase.objects.get(publication=publication).live


def test_upheld_it_sends_a_case_back_that_is_on_no_list() -> None:
    case = waiting_case()
    first = up([case])
    objection = objected(first)
    publicity.withdraw_list(first, reason="名单有误。", by=second(), at=MORNING + HOUR)
    decided(objection, upheld=True)
    assert Application.objects.get(pk=case.pk).stage < case.stage


def officer_is_payee(case: Application) -> User:
    """A case whose claimant works at the agency."""
    assert case.claimant is not None
    user = officer(AGENCY, Role.REVIEWER)
    case.claimant.officer = user
    case.claimant.save()
    return user


def test_an_officer_sees_neither_objections_to_their_own_case_nor_findings_about_themselves() -> None:
    case = waiting_case()
    objection = objected(up([case]))
    finding = proposed(case, at=MORNING, by=reviewer())
    user = officer_is_payee(case)
    assert objection not in Objection.objects.visible_to(user)
    assert finding not in Finding.objects.visible_to(user)
    assert objection in Objection.objects.visible_to(reviewer())
    assert finding in Finding.objects.visible_to(reviewer())
