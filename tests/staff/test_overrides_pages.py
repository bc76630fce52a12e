"""Exceptions, look-ups with pictures and what changed, as officers and the claimant see them on their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.registers.models import Certificate
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.attachments.tasks import make_attachment_previews
from jiangli.reviews.models import LookUp
from jiangli.reviews.overrides.models import Override, OverrideState
from jiangli.reviews.sites import sites
from stories import SENIOR, certificate, filed, member, officer, photograph, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
UNION = "xiaoshan-union"


@pytest.fixture
def held(at: datetime) -> Certificate:
    the_law(at)
    return certificate(member("测试甲"), level="senior")


@pytest.fixture
def case(held: Certificate, at: datetime) -> Application:
    assert held.person is not None
    return filed(held.person, held, at=at, programme=SENIOR)


def client(user: User | None) -> Client:
    assert user is not None
    found = Client()
    found.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def url(name: str, *args: Any) -> str:
    return reverse(f"staff:{name}", args=args)


def screenshot() -> SimpleUploadedFile:
    return SimpleUploadedFile("截图.jpg", photograph(), content_type="image/jpeg")


def read(found: Client, address: str, **query: Any) -> str:
    answer = found.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_an_exception_from_the_case_to_the_claimant(case: Application, held: Certificate) -> None:
    first, second = client(officer(UNION, Role.APPROVER)), client(officer(UNION, Role.APPROVER))
    held.filing_area = "990000"
    held.save()
    ask = url("ask-override", case.pk, "E5")
    assert ask in read(first, url("case", case.pk))
    assert first.post(ask, {"ground": "legal", "reason": "批复同意。"}).status_code == 200  # no paper
    assert not Override.objects.exists()
    first.post(ask, {"ground": "legal", "reason": "批复同意。", "papers": [screenshot(), screenshot()]})
    override = Override.objects.get()
    assert override.attachments.count() == 2
    one = url("override", override.pk)
    first.post(one, {"which": "confirm"})
    override.refresh_from_db()
    assert override.state == OverrideState.ASKED  # nobody confirms their own
    assert 'value="confirm"' in read(second, one)
    second.post(one, {"which": "confirm"})
    override.refresh_from_db()
    assert override.state == OverrideState.CONFIRMED
    assert one in read(first, url("case", case.pk))
    for role in (Role.REVIEWER, Role.APPROVER):
        by = client(officer(UNION, role))
        page = by.get(url("pass", case.pk))
        seen = {"seen_changes": page.context["seen_changes"], "seen": page.context["seen"]}
        by.post(url("pass", case.pk), seen)
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    assert case.claimant is not None
    told = client(case.claimant.account).get(reverse("public:application", args=[case.pk])).content.decode()
    assert "批复同意。" in told
    listed = read(first, url("overrides"), state="confirmed", agency=UNION)
    assert case.number in listed and f"{clock.today():%Y-%m}" in listed
    assert first.get(url("overrides"), {"colour": "red"}).status_code == 400
    assert first.get(url("overrides-export")).content.startswith(b"PK")
    assert f"{clock.today():%Y-%m},1," in read(first, url("overrides-months"))


def test_it_is_not_confirmed_or_withdrawn_with_a_reason(case: Application, held: Certificate) -> None:
    held.filing_area = "990000"
    held.save()
    first, second = client(officer(UNION, Role.APPROVER)), client(officer(UNION, Role.SUPERVISOR))
    for by, which, state in ((second, "refuse", "refused"), (first, "withdraw", "withdrawn")):
        first.post(
            url("ask-override", case.pk, "E5"),
            {"ground": "factual", "reason": "已电话核实。", "papers": screenshot()},
        )
        override = Override.objects.get(state=OverrideState.ASKED)
        by.post(url("override", override.pk), {"which": which, "reason": ""})
        override.refresh_from_db()
        assert override.state == OverrideState.ASKED
        by.post(url("override", override.pk), {"which": which, "reason": "材料不够。"})
        override.refresh_from_db()
        assert override.state == state


def test_what_changed_is_on_the_page_and_has_to_be_seen(case: Application, held: Certificate) -> None:
    reviewer = client(officer(UNION, Role.REVIEWER))
    stale = reviewer.get(url("pass", case.pk)).context["seen_changes"]
    held.occupation = "电工"
    held.issue_date = clock.today().replace(month=1)
    held.save()
    assert "发证日期" in read(reviewer, url("case", case.pk))
    answer = reviewer.post(url("pass", case.pk), {"seen_changes": stale})
    assert answer.status_code == 200
    assert "发证日期" in answer.content.decode()
    case.refresh_from_db()
    assert case.stage == 1 or not case.opinions.exists()
    assert answer.context["seen_changes"] != stale
    reviewer.post(url("pass", case.pk), {"seen_changes": answer.context["seen_changes"]})
    assert case.opinions.count() == 1


def test_a_look_up_with_site_and_picture_is_printed(case: Application) -> None:
    user = officer(UNION, Role.REVIEWER)
    reviewer, look = client(user), url("look-up", case.pk, "certificate.filing_area")
    site = sites()[0]
    reviewer.post(look, {"value": "330109", "site": site.url, "picture": screenshot()})
    reviewer.post(look, {"missing": "on", "place": "电话"})
    assert reviewer.post(look, {"value": "330109", "missing": "on", "place": "电话"}).status_code == 200
    assert reviewer.post(look, {"value": "330109"}).status_code == 200  # nobody said where
    first, second = LookUp.objects.order_by("found").reverse()
    assert (first.site, first.place, second.found) == (site.url, site.title, False)
    picture = Attachment.objects.get()
    shown = url("attachment", picture.pk, 1)
    assert reviewer.get(shown).status_code == 404  # not drawn yet
    make_attachment_previews.func(str(picture.pk))
    assert reviewer.get(shown)["Content-Type"] == "image/jpeg"
    assert client(officer("hangzhou-union", Role.COUNTER)).get(shown).status_code == 404
    sheet = read(reviewer, url("look-ups", case.pk))
    assert site.url in sheet and shown in sheet and "电话" in sheet
    assert "截图" not in sheet
