"""What officers see and do on the pages of meetings, from the agenda to the confirmed minutes."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli import sheets
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.public.people import BACKEND
from jiangli.reviews.deliberation.models import AgendaItem, Meeting, MinutesPaper
from jiangli.reviews.deliberation.tasks import carry_on
from meeting_stories import AT, BASE, BUREAU, HELD_ON, STUDIO, before_the_meeting, on_agenda
from stories import officer, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(settings: Any) -> None:
    settings.DEMO_DAY = (AT + timedelta(days=1)).date()


def seen_by(*roles: Role, agency: str = BUREAU) -> Client:
    client = Client()
    client.force_login(officer(agency, *roles), backend=BACKEND)
    return client


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("纪要.jpg", photograph(), "image/jpeg")


def test_from_the_cases_due_to_the_confirmed_minutes() -> None:
    base, studio = before_the_meeting(BASE), before_the_meeting(STUDIO)
    first, second = seen_by(Role.REVIEWER), seen_by(Role.APPROVER)
    assert reverse("staff:meetings") in first.get(reverse("staff:publicity")).content.decode()
    made = first.post(reverse("staff:meetings"), {"name": "区人社局党组会议", "planned_on": HELD_ON})
    meeting = Meeting.objects.get()
    there = reverse("staff:meeting-due", args=[meeting.pk])
    assert made.headers["Location"] == there
    assert first.get(there, {"programme": BASE}).content.decode().count('name="case"') == 1
    first.post(there, {"which": "chosen", "case": [str(base.pk)]})
    first.post(there, {"which": "all"})
    page = reverse("staff:meeting", args=[meeting.pk])
    first.post(
        page, {"which": "place", "item": AgendaItem.objects.get(application=studio).pk, "position": "1"}
    )
    assert [item.application for item in meeting.items.all()] == [studio, base]
    first.post(page, {"which": "fix"})
    assert "120,000.00" in first.get(page).content.decode()
    first.post(page, {"which": "note", "number": "测试纪要〔2025〕1号", "held_on": HELD_ON})
    first.post(page, {"which": "scan", "file": scan()})
    item = reverse("staff:meeting-item", args=[meeting.pk, AgendaItem.objects.get(application=base).pk])
    above = first.post(item, {"result": "other", "amount": "300000.01"}).content.decode()
    assert "最多还可以发 300,000 元" in above and "最高 30 万元" in above
    assert first.post(item, {"result": "other", "amount": "300,000"}).status_code == 302
    first.post(page, {"which": "rest"})
    first.post(page, {"which": "confirm"})
    assert Meeting.objects.get().state == "fixed"
    assert second.post(page, {"which": "confirm"}).status_code == 302
    assert "0 / 2" in second.get(page).content.decode()
    carry_on.call(str(meeting.pk))
    assert set(Application.objects.values_list("status", flat=True)) == {"approved"}
    case = second.get(reverse("staff:case", args=[base.pk])).content.decode()
    assert "区人社局党组会议（测试纪要〔2025〕1号，2025-11-20）审议通过" in case and page in case
    minutes = MinutesPaper.objects.get()
    assert first.get(reverse("staff:meeting-scan", args=[minutes.pk, 1])).status_code in {200, 404}


def test_printed_exported_and_filled_in_as_a_sheet_without_any_personal_number() -> None:
    base = before_the_meeting(BASE)
    by = officer(BUREAU, Role.REVIEWER)
    meeting = on_agenda([base], by)
    client = seen_by(Role.APPROVER)
    paper = client.get(reverse("staff:meeting-print", args=[meeting.pk])).content.decode()
    assert base.party.name in paper and "120,000.00" in paper and "公示期满，无异议" in paper
    assert base.account_number not in paper
    for name in ("meeting-export", "meeting-sheet"):
        answer = client.get(reverse(f"staff:{name}", args=[meeting.pk]))
        rows = sheets.rows(answer.content, heading="受理编号")
        assert base.number in rows[1]
    content = BytesIO(client.get(reverse("staff:meeting-sheet", args=[meeting.pk])).content)
    sheet = SimpleUploadedFile("结果.xlsx", content.getvalue())
    page = reverse("staff:meeting", args=[meeting.pk])
    assert (
        client.post(page, {"which": "sheet", "file": sheet}).status_code == 302
    )  # no result in it: nothing entered
    wrong = SimpleUploadedFile("结果.csv", f"受理编号,结果\n{base.number},可以\n".encode())
    said = client.post(page, {"which": "sheet", "file": wrong}).content.decode()
    assert "第 2 行" in said and "同意、另定金额" in said


def test_lists_refuse_unknown_names_and_stay_in_the_agency() -> None:
    meeting = on_agenda([before_the_meeting(STUDIO)], officer(BUREAU, Role.REVIEWER))
    own, stranger = seen_by(Role.REVIEWER), seen_by(Role.APPROVER, agency="qiantang-hrss")
    places = [
        reverse("staff:meetings"),
        reverse("staff:meetings-export"),
        *(
            reverse(f"staff:{name}", args=[meeting.pk])
            for name in ("meeting", "meeting-due", "meeting-export")
        ),
    ]
    for place in places:
        assert own.get(place).status_code == 200
        assert own.get(place, {"strange": "1"}).status_code == 400
    for place in places[2:]:
        assert stranger.get(place).status_code == 404
    union = seen_by(Role.APPROVER, agency="hangzhou-union")
    assert "会议审议" not in union.get(reverse("staff:queue")).content.decode()
