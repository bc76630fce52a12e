"""The officers' pages of organisations' cases and rosters: who claims, the lines, one line, look-ups for many."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.registers.models import Clerk, Organisation
from jiangli.reviews import rosters
from jiangli.reviews.models import HoldSettled, KeptHolds
from jiangli.reviews.queries import faults_of_lines
from rosters import BUREAU, ON_LIST, filed_roster, school, trainee
from stories import certificate, filed, identity_number, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def reviewer(at: datetime) -> User:
    the_law(at)
    return officer(BUREAU, Role.REVIEWER, Role.APPROVER, name="测试审核员")


@pytest.fixture
def body(reviewer: User) -> Organisation:
    return school()


@pytest.fixture
def case(body: Organisation, at: datetime) -> Application:
    rows = [
        trainee("测试甲", level="senior"),
        trainee("测试乙", level="technician"),
        trainee("测试丙", level="junior"),
    ]
    return filed_roster(body, *rows, at=at)


@pytest.fixture
def client(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, *args: Any, status: int = 200, **query: Any) -> Any:
    answer = client.get(reverse(f"staff:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def numbers(answer: Any) -> list[int]:
    return [row.line.number for row in answer.context["rows"]]


def listed(case: Application, by: User, at: datetime) -> None:
    keys = case.lines.values_list("pk", flat=True)
    rosters.look_up_lines(case, ON_LIST, dict.fromkeys(keys, True), place="备案系统", by=by, at=at)


def test_the_case_says_who_claims_and_who_filed(
    client: Client, case: Application, body: Organisation
) -> None:
    text = page(client, "case", case.pk).content.decode()
    clerk = Clerk.objects.get(organisation=body).person
    assert body.name in text
    assert body.credit_code in text
    assert clerk.name in text
    assert clerk.contact not in text
    assert clerk.contact[-4:] in text


def test_counts_stand_above_the_lines(client: Client, case: Application) -> None:
    answer = page(client, "lines", case.pk)
    assert [figure["number"] for figure in answer.context["figures"]] == ["0", "2", "1", "0"]
    assert numbers(answer) == [1, 2, 3]


def test_lines_are_narrowed_by_state_condition_and_words(client: Client, case: Application) -> None:
    assert numbers(page(client, "lines", case.pk, state="open")) == [1, 2]
    assert numbers(page(client, "lines", case.pk, state=["open", "fails"])) == [1, 2, 3]
    assert numbers(page(client, "lines", case.pk, condition="E4")) == [3]
    assert numbers(page(client, "lines", case.pk, q="测试乙")) == [2]
    held = case.lines.get(number=3).certificate
    assert held is not None
    assert numbers(page(client, "lines", case.pk, q=held.number[-6:])) == [3]


@pytest.mark.parametrize("query", [{"sort": "name"}, {"state": "green"}, {"condition": "E99"}, {"page": "2"}])
def test_what_the_list_does_not_know_is_refused(
    client: Client, case: Application, query: dict[str, str]
) -> None:
    page(client, "lines", case.pk, status=400, **query)


def test_a_page_of_lines_assesses_nothing(client: Client, case: Application, monkeypatch: Any) -> None:
    """Whatever the number of lines: the rules are asked about the claim alone."""
    asked: list[int] = []
    ask = rules.assess

    def counted(*told: Any, **more: Any) -> Any:
        asked.append(len(more.get("lines") or ()))
        return ask(*told, **more)

    monkeypatch.setattr(rules, "assess", counted)
    for name in ("case", "lines", "pass", "return"):
        page(client, name, case.pk)
    page(client, "queue")
    assert set(asked) == {0}


def test_the_export_has_no_identity_numbers(client: Client, case: Application) -> None:
    answer = page(client, "lines-export", case.pk, state="fails")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["测试丙"]
    person = case.lines.get(number=3).person
    assert person is not None
    assert person.id_number not in str(rows)


def test_a_line_shows_its_findings_facts_and_registers(client: Client, case: Application) -> None:
    answer = page(client, "line", case.pk, 3)
    found = {row.id: row.code for row in answer.context["conditions"]}
    assert found["E4"] == "unmet"
    assert found["E2"] == "unknown"
    assert "证书是高级工、技师或高级技师" in answer.content.decode()
    assert {row.name for row in answer.context["facts"]} >= {ON_LIST, "certificate.level"}
    assert len(answer.context["registers"]) == 3
    page(client, "line", case.pk, 4, status=404)


def test_a_number_of_a_line_is_shown_once(client: Client, case: Application) -> None:
    person = case.lines.get(number=1).person
    assert person is not None
    assert person.id_number not in page(client, "line", case.pk, 1).content.decode()
    answer = client.post(reverse("staff:reveal-line", args=[case.pk, 1]))
    assert person.id_number in answer.content.decode()
    assert Event.objects.filter(name="application.number_shown").count() == 1


def test_one_fact_of_one_line_is_looked_up(client: Client, case: Application) -> None:
    url = reverse("staff:look-up-line", args=[case.pk, 1, ON_LIST])
    client.post(url, {"value": "true", "place": "备案系统"})
    assert case.lines.get(number=1).standing.state == "passes"
    assert case.lines.get(number=2).standing.state == "open"


def test_one_result_for_all_is_looked_over_and_then_noted(client: Client, case: Application) -> None:
    url = reverse("staff:look-up-lines", args=[case.pk, ON_LIST])
    said = {"value": "true", "place": "备案系统", "note": ""}
    answer = client.post(url, said)
    assert answer.context["count"] == 2
    assert not case.look_ups.exists()
    client.post(url, {**said, "confirmed": "2"})
    assert case.look_ups.count() == 2
    assert case.standings.filter(state="passes").count() == 2


def test_one_result_for_the_lines_one_looks_at(client: Client, case: Application) -> None:
    url = reverse("staff:look-up-lines", args=[case.pk, ON_LIST]) + "?q=测试乙"
    client.post(url, {"value": "true", "place": "备案系统", "confirmed": "1"})
    assert list(case.look_ups.values_list("line__number", flat=True)) == [2]


def sheet(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    table = book.add_worksheet()
    for at, row in enumerate(rows):
        table.write_row(at, 0, row)
    book.close()
    return SimpleUploadedFile("结果.xlsx", out.getvalue())


def test_a_sheet_of_results_is_explained_row_by_row_and_noted_once(client: Client, case: Application) -> None:
    first, second = case.lines.get(number=1), case.lines.get(number=2)
    assert first.certificate is not None
    assert second.person is not None
    file = sheet(
        ("证书编号", "身份证号", "结果"),
        (first.certificate.number, "", "是"),
        ("", second.person.id_number, "否"),
        ("S999", "", "是"),
        ("", identity_number(9999), "是"),
        (first.certificate.number, "", "也许"),
        (first.certificate.number, "", "否"),
    )
    url = reverse("staff:look-up-sheet", args=[case.pk, ON_LIST])
    answer = client.post(url, {"file": file, "place": "备案系统", "note": "六月名单"})
    assert [figure["number"] for figure in answer.context["figures"]] == ["6", "2", "2", "2"]
    assert [row for row, _why in answer.context["told"]] == [4, 5, 6, 7]
    assert not case.look_ups.exists()
    assert second.person.id_number not in answer.content.decode()
    kept = {"sealed": answer.context["sealed"], "place": "备案系统", "note": "六月名单"}
    assert client.post(url, kept).status_code == 302
    noted = dict(case.look_ups.values_list("line__number", "value"))
    assert noted == {1: True, 2: False}
    assert case.standings.get(line=second).state == "fails"


@pytest.mark.parametrize("rows", [[("姓名", "结果"), ("测试甲", "是")], [("证书编号", "结果")]])
def test_a_sheet_without_what_is_needed_says_so(
    client: Client, case: Application, rows: list[tuple[str, ...]]
) -> None:
    url = reverse("staff:look-up-sheet", args=[case.pk, ON_LIST])
    answer = client.post(url, {"file": sheet(*rows), "place": "备案系统"})
    assert answer.context["form"].errors["file"]


def test_a_preview_of_another_fact_is_not_applied(client: Client, case: Application) -> None:
    url = reverse("staff:look-up-sheet", args=[case.pk, ON_LIST])
    answer = client.post(url, {"sealed": "made:up", "place": "备案系统"})
    assert answer.status_code == 200
    assert answer.context["form"].errors or answer.context["form"].is_bound is False
    assert not case.look_ups.exists()


def test_open_lines_keep_the_case_and_the_bar_leads_there(client: Client, case: Application) -> None:
    answer = page(client, "case", case.pk)
    assert "2" in answer.context["cannot_pass"]
    assert any("state=open" in act["url"] for act in answer.context["acts"])


def test_a_pass_asks_to_have_seen_what_falls_away(
    client: Client, case: Application, reviewer: User, at: datetime
) -> None:
    listed(case, reviewer, at)
    url = reverse("staff:pass", args=[case.pk])
    assert client.post(url, {"text": ""}).status_code == 200
    assert client.post(url, {"text": "", "falling": "on", "seen_lines": "1"}).status_code == 302
    case.refresh_from_db()
    assert case.stage == 2


def test_a_line_is_struck_off_and_put_back(
    client: Client, case: Application, reviewer: User, at: datetime
) -> None:
    listed(case, reviewer, at)
    url = reverse("staff:strike", args=[case.pk, 1])
    assert client.post(url, {"condition": "E2", "reason": ""}).status_code == 200
    assert client.post(url, {"condition": "E2", "reason": "没有参加培训"}).status_code == 302
    assert "没有参加培训" in page(client, "line", case.pk, 1).content.decode()
    assert case.standings.get(line__number=1).state == "struck"
    client.post(reverse("staff:restore", args=[case.pk, 1]))
    assert case.standings.get(line__number=1).state == "passes"


def test_a_case_is_returned_with_what_is_wrong_with_each_line(client: Client, case: Application) -> None:
    url = reverse("staff:return", args=[case.pk])
    answer = page(client, "return", case.pk, line="2")
    assert "pick:line:2" in answer.context["form"].fields
    said = {"pick:line:2": "on", "why:line:2": "名单里没有这个人", "failing": "on", "text": ""}
    assert client.post(f"{url}?line=2", said).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.RETURNED
    faults = {row.number: row.faults for row in faults_of_lines(case)}
    assert faults[2] == (("", "名单里没有这个人"),)
    assert faults[3][0][0] == "certificate.level"
    history = page(client, "case", case.pk).context["history"]
    assert any("第 3 行" in detail for row in history for detail in row.details)


def test_nothing_is_said_of_lines_while_officers_look(
    case: Application, reviewer: User, at: datetime
) -> None:
    listed(case, reviewer, at)
    assert faults_of_lines(case) == []


def test_officers_on_the_roster_do_not_see_the_case(
    client: Client, case: Application, reviewer: User
) -> None:
    person = case.lines.get(number=2).person
    assert person is not None
    person.officer = reviewer
    person.save()
    page(client, "case", case.pk, status=404)
    page(client, "lines", case.pk, status=404)
    page(client, "line", case.pk, 2, status=404)


def test_a_case_without_lines_has_no_page_of_lines(client: Client, at: datetime, reviewer: User) -> None:
    person = member()
    other = filed(person, certificate(person), at=at)
    union = officer("xiaoshan-union", Role.REVIEWER)
    client.force_login(union, backend="django.contrib.auth.backends.ModelBackend")
    page(client, "lines", other.pk, status=404)
    assert page(client, "case", other.pk).context["roster"] is None


def test_the_queue_tells_parties_apart_and_gathers_what_was_filed_together(
    client: Client, case: Application, body: Organisation, at: datetime
) -> None:
    second = filed_roster(body, trainee("测试丁"), at=at)
    elsewhere = filed_roster(school("测试第二学校"), trainee("测试戊"), at=at)
    rows = page(client, "queue").context["rows"]
    assert {row.case: row.lines for row in rows} == {case: 3, second: 1, elsewhere: 1}
    assert {row.case: row.together for row in rows} == {case: 2, second: 2, elsewhere: 1}
    found = page(client, "queue", party="organisation", organisation=str(body.pk)).context["rows"]
    assert {row.case for row in found} == {case, second}
    assert list(page(client, "queue", party="person").context["rows"]) == []
    siblings = page(client, "case", case.pk).context["siblings"]
    assert siblings["count"] == 1
    assert {row.case for row in client.get(siblings["url"]).context["rows"]} == {case, second}
    assert page(client, "queue-export", party="organisation").status_code == 200
    page(client, "queue", organisation="x", status=400)


@pytest.mark.usefixtures("case")
def test_the_queue_counts_open_lines_and_sums_what_passes(
    client: Client, case: Application, reviewer: User, at: datetime
) -> None:
    (row,) = page(client, "queue").context["rows"]
    assert row.check.code == "unknown"
    assert "2" in row.check.word
    listed(case, reviewer, at)
    (row,) = page(client, "queue", check="met").context["rows"]
    assert row.amount_fen == 180000
    assert "1" in row.check.more


def test_the_doors_of_a_roster(case: Application, body: Organisation) -> None:
    things: dict[str, list[Any]] = {
        "lines": [],
        "lines-export": [],
        "line": [1],
        "strike": [1],
        "look-up-lines": [ON_LIST],
    }
    elsewhere = officer("hangzhou-union", Role.REVIEWER, Role.APPROVER)
    clerk = Clerk.objects.get(organisation=body).person.account
    assert clerk is not None
    for name, rest in things.items():
        url = reverse(f"staff:{name}", args=[case.pk, *rest])
        assert Client().get(url).status_code == 302
        for stranger in (elsewhere, clerk):
            visitor = Client()
            visitor.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
            assert visitor.get(url).status_code == 404, (name, stranger)


def test_the_page_leads_on_to_a_second_hold_once_the_first_is_settled(
    client: Client, case: Application, reviewer: User, at: datetime
) -> None:
    listed(case, reviewer, at)
    found = [{"id": id, "waits": False, "met": {f"case:{id}": "前面还有一件。"}} for id in ("E1", "E2")]
    KeptHolds.objects.filter(application=case).update(found=found)
    HoldSettled.objects.create(
        application=case,
        limit="E1",
        decision="go_on",
        reason="不是同一件事",
        met=["case:E1"],
        by=reviewer,
        at=at,
    )
    shown = page(client, "case", case.pk)
    assert reverse("staff:settle", args=[case.pk]) in shown.content.decode()
    assert "E2" in shown.context["cannot_pass"] and "E1" not in shown.context["cannot_pass"]
