"""The office's pages: many at once, hand-over, filters, phrases, what changed, the supervisor's view."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.reviews import actions as reviews
from jiangli.reviews.permissions import assigned_to
from jiangli.reviews.work.models import Bulk, ItemState, Phrase, SavedFilter
from jiangli.reviews.work.tasks import run_bulk
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

OFFICE = "xiaoshan-union"


def visit(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def senior(at: datetime, name: str = "测试甲", **known: Any) -> Application:
    person = member(name)
    return filed(person, certificate(person, level="senior", **known), at=at, programme=SENIOR)


@pytest.fixture
def reviewer(at: datetime) -> User:
    the_law(at)
    return officer(OFFICE, Role.REVIEWER, name="测试经办")


@pytest.fixture
def client(reviewer: User) -> Client:
    return visit(reviewer)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def chosen(kind: str, cases: list[Application], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "case": [str(case.pk) for case in cases], **more}


def test_many_are_previewed_confirmed_once_and_one_is_taken_back(client: Client, at: datetime) -> None:
    cases = [senior(at), senior(at, "测试乙"), senior(at, "测试丙", filing_area="")]
    preview = client.post(reverse("staff:bulk"), chosen("pass", cases))
    assert [row.case for row, _title in preview.context["going"]] == cases[:2]
    assert len(preview.context["stopped"]) == 1 and preview.context["total"] > 0
    assert Application.objects.exclude(stage=cases[0].stage).count() == 0
    fen = {f"fen:{row.case.pk}": row.fen for row, _title in preview.context["going"]}
    done = client.post(
        reverse("staff:bulk"),
        chosen("pass", cases[:2], confirmed="yes", text="材料齐全。", **fen),
        follow=True,
    )
    assert done.context["done"] == 2 and done.context["stopped"] == 0
    bulk = Bulk.objects.get()
    undo = reverse("staff:bulk-undo", args=[bulk.pk])
    assert "已撤回 1 件" in text(client.post(undo, {"item": str(bulk.items.first().pk)}, follow=True))
    assert Application.objects.get(pk=cases[0].pk).stage == cases[0].stage
    assert "没有可以撤回的" in text(client.post(undo, {"item": "0"}, follow=True))
    assert (
        visit(officer(OFFICE, Role.REVIEWER)).get(reverse("staff:bulk-result", args=[bulk.pk])).status_code
        == 404
    )


def test_more_than_twenty_are_done_by_the_worker(client: Client, at: datetime, monkeypatch: Any) -> None:
    cases = [senior(at), senior(at, "测试乙")]
    monkeypatch.setattr("jiangli.reviews.work.bulk.AT_ONCE", 1)
    fields = {"part": "account", "reason": "请写到支行。"}
    done = client.post(reverse("staff:bulk"), chosen("return", cases, confirmed="yes", **fields), follow=True)
    assert done.context["waiting"] == 2 and "http-equiv" in text(done)
    run_bulk.func(str(Bulk.objects.get().pk))
    assert {item.state for item in Bulk.objects.get().items.all()} == {ItemState.DONE}
    assert {case.status for case in Application.objects.all()} == {"returned"}


def test_a_bulk_without_cases_or_of_strangers_changes_nothing(client: Client, at: datetime) -> None:
    case = senior(at)
    for given in (chosen("pass", []), chosen("refuse", [case]), {"kind": "pass", "case": "x"}):
        answer = client.post(reverse("staff:bulk"), given, follow=True)
        assert "error" in [message.level_tag for message in answer.context["messages"]]
    stranger = visit(officer("qiantang-hrss", Role.REVIEWER))
    answer = stranger.post(reverse("staff:bulk"), chosen("pass", [case]), follow=True)
    assert "没有这件申报" in text(answer) and not Bulk.objects.exists()


def test_the_queue_shows_what_is_late_and_puts_it_first(client: Client, at: datetime) -> None:
    late, new = senior(at - timedelta(days=30)), senior(at, "测试乙")
    page = client.get(reverse("staff:queue"), {"tab": "初审", "sort": "newest"})
    if page.status_code == 400:
        page = client.get(reverse("staff:queue"), {"sort": "newest"})
    assert [(row.case, row.late) for row in page.context["rows"]] == [(new, False), (late, True)]
    only = client.get(reverse("staff:queue"), {"due": "late", "sort": "due"})
    assert [row.case for row in only.context["rows"]] == [late] and only.context["rows"][0].age == 30
    assert client.get(reverse("staff:queue"), {"due": "never"}).status_code == 400


def test_a_filter_is_kept_and_one_the_queue_does_not_know_is_refused(client: Client, reviewer: User) -> None:
    save = reverse("staff:save-filter")
    assert client.post(save, {"name": "错的", "query": "colour=green"}).status_code == 400
    client.post(save, {"name": "超期", "query": "due=late&sort=due&page=3"})
    row = SavedFilter.objects.get()
    assert (row.name, row.query) == ("超期", "due=late&sort=due")
    assert "超期" in text(client.get(reverse("staff:queue")))
    drop = reverse("staff:drop-filter", args=[row.pk])
    assert visit(officer(OFFICE, Role.REVIEWER)).post(drop).status_code == 404
    client.post(drop)
    assert not SavedFilter.objects.exists()


def test_kept_words_go_behind_what_was_typed_and_nothing_is_sent(
    client: Client, reviewer: User, at: datetime
) -> None:
    case = senior(at)
    client.post(reverse("staff:phrases"), {"kind": "pass", "text": "材料齐全，同意。", "order": "1"})
    assert Phrase.objects.get().officer == reviewer
    page = reverse("staff:pass", args=[case.pk])
    assert "材料齐全，同意。" in text(client.get(page))
    answer = text(client.post(page, {"text": "已核对。", "phrase": "材料齐全，同意。", "use": "yes"}))
    assert "已核对。\n材料齐全，同意。" in answer and not case.opinions.exists()


def test_a_corrected_case_shows_what_changed_and_links_of_others_only_as_a_number(
    client: Client, reviewer: User, at: datetime
) -> None:
    case, other = senior(at), senior(at, "测试乙")
    other.agencies.set(["hangzhou-union"])
    asked = [{"field": "employment.employer_name", "reason": "与社保单位不一致。"}]
    reviews.send_back(case, fields=asked, by=reviewer, at=at - timedelta(hours=3))
    by = case.claimant.account
    stated = {"employment.employer_name": "测试船舶有限公司"}
    back = applications.save_answers(case, stated=stated, by=by, at=at - timedelta(hours=2))
    applications.submit(back, by=by, at=at - timedelta(hours=1))
    page = text(client.get(reverse("staff:case", args=[case.pk])))
    assert "退回后改了什么" in page and "测试船舶有限公司" in page and "与社保单位不一致" in page
    assert "另有 1 件是其他单位的" in page and other.number not in page


def test_a_case_is_handed_over_on_its_page(client: Client, reviewer: User, at: datetime) -> None:
    case, colleague = senior(at), officer(OFFICE, Role.REVIEWER, name="测试同事")
    page = reverse("staff:hand-over", args=[case.pk])
    assert "测试同事" in text(client.get(page))
    client.post(page, {"to": str(colleague.pk), "text": "原件已看。"})
    assert assigned_to(case) == colleague
    assert "原件已看。" in text(visit(colleague).get(reverse("staff:case", args=[case.pk])))
    visit(colleague).post(reverse("staff:give-back", args=[case.pk]))
    assert assigned_to(case) is None


def test_the_supervisor_sees_the_office_and_gives_cases_out(reviewer: User, at: datetime) -> None:
    late, new = senior(at - timedelta(days=30)), senior(at, "测试乙")
    reviews.take(new, by=reviewer, at=at)
    client = visit(officer(OFFICE, Role.SUPERVISOR))
    page = client.get(reverse("staff:supervisor"))
    assert [(post.officer, post.waiting, post.late) for post, _name, _url in page.context["rows"]] == [
        (None, 1, 1),
        (reviewer.pk, 1, 0),
    ]
    assert all(post.fen > 0 for post, _name, _url in page.context["rows"])
    address = page.context["rows"][0][2]
    assert [row["case"] for row in client.get(address).context["rows"]] == [late]
    client.post(address, {"case": [str(late.pk)], "to": str(reviewer.pk), "text": ""})
    assert assigned_to(late) == reviewer
    for query in ({"officer": "x"}, {"stage": "x"}, {"due": "x"}, {"colour": "x"}):
        assert client.get(reverse("staff:supervisor-cases"), query).status_code == 400
    for name in ("supervisor-export", "supervisor-csv"):
        assert client.get(reverse(f"staff:{name}"), {"officer": "x"}).status_code == 400
    for name in ("supervisor-export", "supervisor-cases-export"):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse(f"staff:{name}")).content))
        assert len(sheet.get_sheet_by_index(0).to_python()) >= 2
    assert "测试经办" in client.get(reverse("staff:supervisor-csv")).content.decode()
    passed = reviews.pass_on(new, by=reviewer, at=at)
    assert passed.stage > new.stage
    mine = [
        post for post, _name, _url in client.get(reverse("staff:supervisor")).context["rows"] if post.done
    ]
    assert [(post.officer, post.done, post.days) for post in mine] == [(reviewer.pk, 1, 0.0)]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CASHIER, Role.RELEASER, Role.COUNTER])
def test_the_office_is_its_leads_to_see(role: Role, at: datetime) -> None:
    the_law(at)
    client = visit(officer(OFFICE, role))
    for name in (
        "supervisor",
        "supervisor-cases",
        "supervisor-export",
        "supervisor-csv",
        "supervisor-cases-export",
    ):
        assert client.get(reverse(f"staff:{name}")).status_code == 404
