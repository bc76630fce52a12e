"""A pass that was taken back binds nobody, and one whose case stands on a list is not taken back any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.permissions import cannot_review
from jiangli.reviews.work import actions as work
from publicity_stories import MORNING, prepared, waiting_case
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=5)


def test_whoever_took_a_pass_back_may_decide_once_a_colleague_made_the_review(at: datetime) -> None:
    the_law(at)
    person = member()
    case = filed(person, certificate(person, level="senior"), programme=SENIOR, at=at)
    both, colleague = (
        officer("xiaoshan-union", Role.REVIEWER, Role.APPROVER),
        officer("xiaoshan-union", Role.REVIEWER),
    )
    case = reviews.pass_on(case, by=both, at=at)
    assert cannot_review(case, both, on=at.date()) is not None
    case = work.take_back(case, by=both, at=at + SOON)
    work.give_back(case, by=both, at=at + SOON)
    case = reviews.pass_on(case, by=colleague, at=at + SOON)
    assert cannot_review(case, both, on=at.date()) is None
    assert cannot_review(case, colleague, on=at.date()) is not None


def test_a_case_that_stands_on_a_list_is_not_taken_back(at: datetime) -> None:
    case = waiting_case()
    by = case.opinions.passes().get().by
    prepared([case])
    with pytest.raises(Refused, match="有人"):
        work.take_back(Application.objects.get(pk=case.pk), by=by, at=MORNING + SOON)
