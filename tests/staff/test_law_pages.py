"""The pages on which two approvers adopt a draft and publish an interpretation, and where everybody reads it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from jiangli.accounts.models import User
from jiangli.programmes.models import Adoption, Interpretation, Two
from jiangli.public.people import BACKEND
from law_stories import QIANTANG, two_approvers
from stories import the_law

TECHNICIANS = "qiantang-02-gold-technician"
BASE = "/staff/programmes"


@pytest.fixture
def approvers(at: datetime, on_the_day: None) -> tuple[Client, Client]:
    the_law(at)
    return tuple(desk(user) for user in two_approvers())  # type: ignore[return-value]


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.django_db
def test_a_draft_is_adopted_on_pages(approvers: tuple[Client, Client]) -> None:
    first, second = approvers
    assert f"{BASE}/adopt/document/{QIANTANG}/" in first.get(f"{BASE}/{TECHNICIANS}/").content.decode()
    given = {
        "number": "钱塘人社〔2025〕7号",
        "first_day": "2025-04-01",
        "address": "https://www.example.cn/7",
    }
    assert Adoption.objects.count() == 0
    assert first.post(f"{BASE}/adopt/document/{QIANTANG}/", given | {"number": ""}).status_code == 200
    first.post(f"{BASE}/adopt/document/{QIANTANG}/", given)
    row = Adoption.objects.get()
    page = first.get(f"{BASE}/adopt/{row.pk}/").content.decode()
    assert "2025-04-01" in page and "aria-disabled" in page
    first.post(f"{BASE}/adopt/{row.pk}/", {"which": "confirm"})
    row.refresh_from_db()
    assert row.state == Two.ASKED
    second.post(f"{BASE}/adopt/{row.pk}/", {"which": "confirm"})
    row.refresh_from_db()
    assert row.state == Two.CONFIRMED
    for address in (
        "adopt/",
        f"adopt/{row.pk}/",
        f"adopt/{row.pk}/cases/",
        "adopt/export",
        f"adopt/{row.pk}/cases/export",
    ):
        assert second.get(f"{BASE}/{address}").status_code == 200
    assert second.get(f"{BASE}/adopt/?colour=red").status_code == 400


@pytest.mark.django_db
def test_an_interpretation_is_published_on_pages(approvers: tuple[Client, Client], client: Client) -> None:
    first, second = approvers
    given = {
        "subject": "limit:both_titles", "decision": "go_on", "number": "钱塘人社答〔2025〕1号", "dated": "2025-06-01",
        "from_on": "2025-01-01", "text": "两个称号的津贴可以同时享受。", "text_en": "Both may be had.", "whole": "on",
    }  # fmt: skip
    page = f"{BASE}/interpretations/of/{TECHNICIANS}/"
    assert "both_titles" in first.get(page).content.decode()
    first.post(page, given)
    row = Interpretation.objects.get()
    assert (
        row.programme is None
        and given["text"] not in client.get(f"/programme/{TECHNICIANS}/").content.decode()
    )
    address = f"{BASE}/interpretations/{row.pk}/"
    first.post(address, {"which": "confirm"})
    row.refresh_from_db()
    assert row.state == Two.ASKED
    second.post(address, {"which": "confirm"})
    assert given["text"] in client.get(f"/programme/{TECHNICIANS}/").content.decode()
    assert given["number"] in client.get("/interpretations/?q=称号").content.decode()
    assert given["number"] not in client.get("/interpretations/?q=别的").content.decode()
    assert client.get("/interpretations/?page=9").status_code == 400
    for listed in ("", "export", "?state=confirmed&kind=limit&q=津贴"):
        assert second.get(f"{BASE}/interpretations/{listed}").status_code == 200
    second.post(address, {"which": "ask_to_end", "reason": "文件改了"})
    second.post(address, {"which": "end"})
    row.refresh_from_db()
    assert row.state == Two.CONFIRMED
    first.post(address, {"which": "end"})
    row.refresh_from_db()
    assert row.state == Two.WITHDRAWN


@pytest.mark.django_db
def test_a_value_is_read_as_the_kind_it_has(approvers: tuple[Client, Client]) -> None:
    first, _second = approvers
    given = {
        "subject": "parameter:allowance_months", "number": "1号", "dated": "2025-06-01", "from_on": "2025-06-10",
        "text": "两年指二十六个月。", "value": "二十六",
    }  # fmt: skip
    page = f"{BASE}/interpretations/of/{TECHNICIANS}/"
    first.post(page, given)
    assert not Interpretation.objects.exists()
    first.post(page, given | {"value": "26"})
    assert Interpretation.objects.get().value == 26
