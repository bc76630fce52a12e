"""The calendar as officers see it: a year's days, one changed with a reason, an announcement brought in."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.roles import Role
from jiangli.programmes.calendar import announced, is_working
from stories import agencies, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
HERE = "staff:calendar"


def enter(*roles: Role) -> Client:
    agencies()
    client = Client()
    client.force_login(officer("xiaoshan-union", *roles), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_year_is_listed_narrowed_and_exported() -> None:
    client = enter(Role.REVIEWER)
    here = reverse(HERE)
    assert client.get(here).context["page"].paginator.count == 365
    october = client.get(here, {"month": "10", "kind": "special"}).context["page"].object_list
    assert [day.day.day for day in october] == [1, 2, 3, 4, 5, 6, 7, 8, 11]
    assert "2027 年放假安排还没有公布" in client.get(here, {"year": "2027"}).content.decode()
    for wrong in ({"year": "1999"}, {"month": "13"}, {"kind": "free"}, {"colour": "red"}, {"page": "99"}):
        assert client.get(here, wrong).status_code == 400, wrong
    sheet = client.get(reverse("staff:calendar-export"), {"kind": "special"}).content
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert len(table) > 25 and table[1][2] == "元旦"


def test_an_approver_changes_a_day_and_others_see_why_they_cannot() -> None:
    page = reverse("staff:calendar-day", args=["2025-06-12"])
    given = {"works": "no", "name": "台风停工", "reason": "区防指第 3 号令"}
    reviewer = enter(Role.REVIEWER)
    assert "只有审批岗位" in reviewer.post(page, given).content.decode()
    approver = enter(Role.APPROVER)
    assert approver.post(page, given | {"reason": ""}).status_code == 200
    assert is_working(date(2025, 6, 12))
    assert approver.post(page, given).status_code == 302
    assert not is_working(date(2025, 6, 12))
    assert "区防指第 3 号令" in reviewer.get(page).content.decode()
    assert reviewer.get(reverse("staff:calendar-day", args=["2025-02-30"])).status_code == 404


def test_a_years_announcement_is_brought_in_or_each_wrong_row_is_named() -> None:
    client = enter(Role.APPROVER)

    def bring(text: str) -> str:
        file = SimpleUploadedFile("2027.csv", text.encode())
        data = {"year": "2027", "notice": "国办发明电〔2026〕9号", "file": file}
        return client.post(reverse(HERE), data, follow=True).content.decode()

    head = "日期,放假或上班,名称\n"
    said = bring(head + "2027-01-01,也许,元旦\n2028-01-02,放假,元旦\n")
    assert "第 2 行" in said and "第 3 行" in said and not announced(2027)
    assert "国办发明电〔2026〕9号" in bring(head + "2027-01-01,放假,元旦\n")
    assert announced(2027)
