"""An agency's programmes as its officers see them: the mode set with a reason, rounds announced, moved and closed."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.programmes.models import Mode, Programme, Round
from stories import TECHNICIAN, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
HERE = "staff:programme"


@pytest.fixture
def approver(at: datetime) -> User:
    the_law(at)
    return officer("xiaoshan-union", Role.APPROVER)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def announce(client: Client, **changes: str) -> str:
    data = {"which": "round", "name": "2025 年度第一次", "opens_on": "2025-07-01", "closes_on": "2025-07-31",
            "notice_number": "萧工发〔2025〕9号", "notice_text": "请按时申报。"}  # fmt: skip
    answer = client.post(reverse(HERE, args=[TECHNICIAN]), data | changes)
    return answer.content.decode()


def test_the_list_holds_the_agencys_own_programmes_narrowed_and_exported(approver: User) -> None:
    client, here = enter(approver), reverse("staff:programmes")
    own = Programme.objects.filter(agency="xiaoshan-union")
    assert client.get(here).context["page"].paginator.count == own.count() > 3
    closed = client.get(here, {"mode": "reference"}).context["rows"]
    assert closed and {row.programme.mode for row in closed} == {"reference"}
    assert all(row.standing == "open" for row in client.get(here, {"standing": "open"}).context["rows"])
    for wrong in ({"colour": "red"}, {"mode": "half"}, {"page": "9"}):
        assert client.get(here, wrong).status_code == 400
    sheet = client.get(reverse("staff:programmes-export")).content
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert len(table) == own.count() + 1


def test_an_approver_sets_the_mode_and_the_public_page_says_so(approver: User) -> None:
    client, here = enter(approver), reverse(HERE, args=[TECHNICIAN])
    assert client.post(here, {"which": "mode", "mode": "closed", "reason": ""}).status_code == 200
    public = reverse("public:programme", args=[TECHNICIAN])
    words = {"back_entry": "不能网上申请", "simulation": "只能试算", "closed": "已经截止"}
    for mode, says in words.items():
        said = {"which": "mode", "mode": mode, "reason": f"改为{mode}。"}
        asked = client.post(here, said).content.decode()
        assert "0 件在办的照旧办" in asked and Programme.objects.get(pk=TECHNICIAN).mode != mode
        client.post(here, {**said, "sure": "1"})
        assert Programme.objects.get(pk=TECHNICIAN).mode == mode
        assert says in Client().get(public).content.decode(), mode
        listed = Client().get(reverse("public:programmes"), {"state": mode}).content.decode()
        assert public in listed
    assert "改为simulation。" in client.get(here).content.decode()


def test_others_see_why_they_cannot(approver: User) -> None:
    client = enter(officer("xiaoshan-union", Role.REVIEWER))
    page = client.get(reverse(HERE, args=[TECHNICIAN])).content.decode()
    assert "只有主管单位的审批" in page and 'name="which"' not in page
    client.post(
        reverse(HERE, args=[TECHNICIAN]), {"which": "mode", "mode": "closed", "reason": "我不能", "sure": "1"}
    )
    assert Programme.objects.get(pk=TECHNICIAN).mode == Mode.OPEN
    announce(client)
    assert not Round.objects.exists()


def test_a_round_is_announced_moved_and_closed_and_everybody_reads_it(
    approver: User, settings: object
) -> None:
    client, public = enter(approver), reverse("public:programme", args=[TECHNICIAN])
    announce(client)
    one = Round.objects.get()
    page = Client().get(public).content.decode()
    assert "2025 年度第一次" in page and "先准备" in page
    assert "7 月 1 日" in Client().get(reverse("public:programmes"), {"state": "coming"}).content.decode()
    assert "重叠" in announce(client, name="又一次")
    settings.DEMO_DAY = date(2025, 7, 5)  # type: ignore[attr-defined]
    page = Client().get(public).content.decode()
    assert "萧工发〔2025〕9号" in page and "请按时申报。" in page and "7 月 31 日" in page
    here = reverse("staff:round", args=[one.pk])
    assert client.post(here, {"which": "end", "closes_on": "2025-08-10", "reason": ""}).status_code == 200
    client.post(here, {"which": "end", "closes_on": "2025-08-10", "reason": "延长。"})
    assert "8 月 10 日" in Client().get(public).content.decode()
    assert "延长。" in client.get(here).content.decode()
    client.post(here, {"which": "close", "reason": "名额已满。"})
    one.refresh_from_db()
    assert one.closed_because == "名额已满。"
    assert "还没有公布" in Client().get(public).content.decode()


def test_a_draft_that_was_opened_says_that_nothing_is_paid_yet(approver: User) -> None:
    draft = Programme.objects.filter(mode=Mode.SIMULATION).first()
    assert draft
    client = enter(officer(draft.agency_id, Role.APPROVER))
    client.post(
        reverse(HERE, args=[draft.code]), {"which": "mode", "mode": "open", "reason": "先收件。", "sure": "1"}
    )
    for who, name in ((client, HERE), (Client(), "public:programme")):
        assert "正式印发" in who.get(reverse(name, args=[draft.code])).content.decode()
