"""A refusal on the claimant's page: why, the way to another look, and what came of it; and the officers' side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

import guard_law as law
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.registers.models import Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.rosters import strike
from stories import SENIOR, certificate, filed, member, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("face")]
AsPerson = Callable[[Person], Client]


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refused(person: Person, *, at: datetime) -> Application:
    case = filed(person, certificate(person, level="senior"), programme=SENIOR, at=at)
    by = officer("xiaoshan-union", Role.REVIEWER)
    reviews.look_up(case, found={"certificate.filing_area": "310000"}, place="证书查询网", by=by, at=at)
    return reviews.refuse(case, conditions=["E5"], text="不是杭州备案的。", by=by, at=at)


def test_from_the_refusal_to_the_review_that_begins_again(as_person: AsPerson, at: datetime) -> None:
    person = member()
    case = refused(person, at=at)
    mine, there = as_person(person), reverse("public:application", args=[case.pk])
    ask = reverse("public:reconsider", args=[case.pk])
    assert ask in mine.get(there).content.decode()
    assert "由没有经手过的人看" in mine.get(ask).content.decode()
    assert mine.post(ask, {"grounds": " "}).status_code == 200 and not Reconsideration.objects.exists()
    mine.post(ask, {"grounds": "备案页附上了。"})
    shown = mine.get(there).content.decode()
    assert "备案页附上了。" in shown and "已申请" in shown and ask not in shown
    assert mine.get(ask).status_code == 302

    row = Reconsideration.objects.get()
    approver, reviewer = (officer("xiaoshan-union", role) for role in (Role.APPROVER, Role.REVIEWER))
    one = reverse("staff:reconsideration", args=[row.pk])
    assert (
        row.decision.application.party.name
        in desk(approver).get(reverse("staff:reconsiderations")).content.decode()
    )
    assert 'name="settle"' not in desk(reviewer).get(one).content.decode()
    page = desk(approver).get(one).content.decode()
    assert "备案页附上了。" in page and "E5" in page and 'value="accept"' in page
    assert desk(approver).post(one, {"settle": "accept", "text": ""}).status_code == 400
    desk(approver).post(one, {"settle": "accept", "text": "查到了备案页。"})
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED
    shown = mine.get(there).content.decode()
    assert "同意复核" in shown and "查到了备案页。" in shown
    assert "同意复核" in desk(reviewer).get(reverse("staff:case", args=[case.pk])).content.decode()
    for name in ("reconsiderations", "next-claims"):
        assert desk(approver).get(reverse(f"staff:{name}-export")).status_code == 200
        assert desk(approver).get(reverse(f"staff:{name}"), {"strange": "1"}).status_code == 400


def test_a_counter_clerk_writes_it_down_for_whoever_comes(at: datetime) -> None:
    case = refused(member(), at=at)
    clerk = officer("xiaoshan-union", Role.COUNTER)
    ask = reverse("staff:reconsider", args=[case.pk])
    assert ask in desk(clerk).get(reverse("staff:case", args=[case.pk])).content.decode()
    assert desk(clerk).get(ask).status_code == 200
    desk(clerk).post(ask, {"text": "证书是在杭州备案的。"})
    assert Reconsideration.objects.get().at_counter


def test_what_was_left_out_of_a_roster_is_told_with_its_clause(as_person: AsPerson, at: datetime) -> None:
    law.publish(at)
    head = member("测试经办")
    firm = law.firm(head=head)
    held = [certificate(member(f"测试{name}"), level="senior") for name in "甲乙"]
    case = law.submit(law.roster(firm, head, held, programme=law.COURSES, at=at), head, at=at)
    by = officer("qiantang-hrss", Role.APPROVER)
    strike(case.lines.get(number=2), condition="E1", reason="证书是别人的", by=by, at=at)
    case = reviews.pass_on(case, falling=1, by=by, at=at)
    told = as_person(head).get(reverse("public:application", args=[case.pk])).content.decode()
    seen = desk(by).get(reverse("staff:case", args=[case.pk])).content.decode()
    for page in (told, seen):
        assert "没批的部分和理由" in page and "证书是别人的" in page and "持有证书。" in page
