"""Clerks file a class on the public pages: fill in, add trainees, file, change, choose; at each step in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from filing_stories import SCHOOL, TRAINING, begun, class_filed, named, roster, training_body
from jiangli import clock, sheets
from jiangli.applications.filings.models import Filing, Timing
from jiangli.public.people import ORGANISATION
from jiangli.registers.actions import certificate_for
from jiangli.registers.models import Organisation, Person
from jiangli.registers.queries import find_person
from stories import adopted_law, certificate, clerk_of, filed, identity_number, member, photograph, the_law


@pytest.fixture(autouse=True)
def face(db: None, at: datetime, on_the_day: None) -> None:
    """Instead of the folder's: the Qiantang document is adopted here."""
    adopted_law(at)


@pytest.fixture
def body() -> Organisation:
    return training_body()


@pytest.fixture
def clerk(body: Organisation, as_person: Callable[[Person], Client]) -> Client:
    client = as_person(clerk_of(body).person)
    session = client.session
    session[ORGANISATION] = str(body.pk)
    session.save()
    return client


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


CLASS = {
    "title": "焊工初级一班",
    "occupation": "焊工",
    "opens_on": "2025-07-20",
    "place": "测试路 1 号",
    "plan": "理论 40 课时",
}


def test_from_nothing_to_the_receipt(clerk: Client) -> None:
    assert "开班前" in page(clerk, "public:filings")
    begun_at = clerk.post(reverse("public:filings"), {"programme": TRAINING})
    filing = Filing.objects.get()
    assert begun_at["Location"] == reverse("public:filing-class", args=[filing.pk])
    assert "还要填" in page(clerk, "public:filing", filing.pk)
    assert "至少 30 天" in page(clerk, "public:filing-class", filing.pk)
    clerk.post(reverse("public:filing-class", args=[filing.pk]), CLASS)
    said = {"name": "测试甲", "id_number": identity_number(701), "group": "unemployed", "real_name": "yes"}
    clerk.post(reverse("public:filing-trainee-new", args=[filing.pk]), said)
    assert "测试甲" in page(clerk, "public:filing-trainees", filing.pk)
    assert "看一遍就可以备案" in page(clerk, "public:filing", filing.pk)
    done = clerk.post(reverse("public:filing-hand-in", args=[filing.pk]))
    assert done["Location"] == reverse("public:filing-receipt", args=[filing.pk])
    receipt = page(clerk, "public:filing-receipt", filing.pk)
    assert "BA-2025-00001" in receipt and "7 月 20 日" in receipt
    assert "审查学员身份" in page(clerk, "public:filing", filing.pk)


def test_a_late_class_asks_for_the_reason_and_a_begun_one_says_that_nothing_is_paid(
    clerk: Client, body: Organisation, at: datetime
) -> None:
    filing = begun(body, named(702), opens_on=clock.day_of(at) + timedelta(days=29), at=at)
    there = reverse("public:filing-hand-in", args=[filing.pk])
    shown = page(clerk, "public:filing-hand-in", filing.pk)
    assert "6 月 9 日 以前备案" in shown and "为什么备案晚了" in shown
    assert "写明原因" in clerk.post(there, {"why_late": ""}).content.decode()
    clerk.post(there, {"why_late": "场地定得晚"})
    filing.refresh_from_db()
    assert filing.timing == Timing.SHORT and "场地定得晚" in page(clerk, "public:filing", filing.pk)
    begun_already = begun(body, named(703), opens_on=clock.day_of(at), at=at)
    assert "发不了补贴" in page(clerk, "public:filing-hand-in", begun_already.pk)


def test_a_sheet_with_faults_names_row_column_and_remedy(
    clerk: Client, body: Organisation, at: datetime
) -> None:
    filing = begun(body, opens_on=clock.day_of(at) + timedelta(days=40), at=at)
    lines = [
        "姓名,身份证号,培训对象类别,手机号",
        f"测试甲,{identity_number(704)},失业人员,",
        "测试乙,123,失业人员,",
    ]
    sheet = SimpleUploadedFile("名单.csv", "\n".join(lines).encode())
    shown = clerk.post(reverse("public:filing-trainees", args=[filing.pk]), {"file": sheet}).content.decode()
    assert "第 3 行，身份证号" in shown and "18" in shown and filing.trainees.count() == 1
    template = clerk.get(reverse("public:filing-sheet", args=[filing.pk]))
    assert template.content.startswith(b"PK")


def test_after_filing_every_change_asks_why(clerk: Client, body: Organisation, at: datetime) -> None:
    filing = class_filed(body, named(705), named(706), days_before=40, at=at)
    one, two = filing.trainees.all()
    away = reverse("public:filing-trainee-remove", args=[filing.pk, two.pk])
    assert "写明为什么改" in clerk.post(away).content.decode()
    clerk.post(away, {"why": "退学"})
    edit = reverse("public:filing-trainee", args=[filing.pk, one.pk])
    said = {"name": one.name, "id_number": identity_number(705), "group": "hard_to_employ", "real_name": "no"}
    clerk.post(edit, {**said, "why": "类别写错"})
    one.refresh_from_db()
    assert (one.group, one.real_name_checked) == ("hard_to_employ", False)
    papers = reverse("public:filing-papers", args=[filing.pk, "list"])
    clerk.post(papers, {"photos": SimpleUploadedFile("名单.jpg", photograph()), "why": "补盖章"})
    shown = page(clerk, "public:filing", filing.pk)
    assert all(why in shown for why in ("退学", "类别写错", "补盖章"))
    paper = filing.papers.get()
    assert clerk.get(reverse("public:filing-paper", args=[filing.pk, paper.pk])).status_code == 200
    clerk.post(reverse("public:filing-paper", args=[filing.pk, paper.pk]), {"why": "重拍"})
    paper.refresh_from_db()
    assert paper.removed_at is not None
    clerk.post(reverse("public:filing-withdraw", args=[filing.pk]))
    assert "已撤回" in page(clerk, "public:filing", filing.pk)


def test_strangers_see_nothing_and_persons_are_told_whom_it_is_for(
    body: Organisation, at: datetime, as_person: Callable[[Person], Client]
) -> None:
    filing = class_filed(body, named(707), days_before=40, at=at)
    stranger = as_person(member("测试外人"))
    for name in (
        "filing",
        "filing-class",
        "filing-trainees",
        "filing-receipt",
        "filing-withdraw",
        "filing-hand-in",
    ):
        assert stranger.get(reverse(f"public:{name}", args=[filing.pk])).status_code == 404
    there = stranger.get(reverse("public:filings")).url
    assert "先换成单位办理" in stranger.get(there).content.decode()
    assert Client().get(reverse("public:filings")).status_code == 302


def test_the_list_refuses_what_it_does_not_know(clerk: Client, body: Organisation, at: datetime) -> None:
    filing = class_filed(body, named(708), days_before=40, at=at)
    there = reverse("public:filings")
    assert filing.number in clerk.get(there, {"state": "filed"}).content.decode()
    assert filing.number not in clerk.get(there, {"state": "draft"}).content.decode()
    for asked in ({"colour": "red"}, {"state": "x"}, {"page": "7"}, {"programme": SCHOOL}):
        assert clerk.get(there, asked).status_code == 400


def test_the_list_is_narrowed_by_programme_and_taken_away(
    clerk: Client, body: Organisation, at: datetime
) -> None:
    filing = class_filed(body, named(711), days_before=40, at=at)
    begun(body, opens_on=clock.day_of(at) + timedelta(days=40), at=at, programme=SCHOOL)
    listed = clerk.get(reverse("public:filings"), {"programme": TRAINING})
    assert [row["number"] for row in listed.context["rows"]] == [filing.number]
    address = listed.context["asked"].export
    head, row = sheets.rows(clerk.get(address).content, heading="")
    assert head[0] == "备案编号" and row[0] == filing.number and row[-2] == 1
    assert len(sheets.rows(clerk.get(reverse("public:filings-export")).content, heading="")) == 3
    assert clerk.get(reverse("public:filings-export"), {"programme": "x"}).status_code == 400


def test_other_lists_of_claimants_refuse_it_too(clerk: Client, body: Organisation, at: datetime) -> None:
    filing = class_filed(body, named(709), days_before=40, at=at)
    for there in (reverse("public:filing-trainees", args=[filing.pk]), reverse("public:my")):
        assert clerk.get(there, {"page": "1"}).status_code == 200
        for asked in ({"colour": "red"}, {"page": "7"}, {"page": "x"}):
            assert clerk.get(there, asked).status_code == 400


def test_a_class_without_examination_asks_neither_group_nor_check(
    clerk: Client, body: Organisation, at: datetime
) -> None:
    filing = begun(body, opens_on=clock.day_of(at) + timedelta(days=40), at=at, programme=SCHOOL)
    shown = page(clerk, "public:filing-trainee-new", filing.pk)
    assert 'name="group"' not in shown and 'name="real_name"' not in shown


def test_where_two_classes_could_be_meant_the_draft_asks(
    clerk: Client, body: Organisation, at: datetime
) -> None:
    one, two = (class_filed(body, named(709), days_before=40, at=at) for _time in range(2))
    person = find_person(identity_number(709))
    assert person is not None
    case = roster(
        body, (person, certificate(person, issue_date=clock.day_of(at + timedelta(days=90)))), at=at
    )
    shown = page(clerk, "public:filing-choose", case.pk)
    assert one.number in shown and two.number in shown
    line = case.lines.get()
    clerk.post(reverse("public:filing-choose", args=[case.pk]), {f"line-{line.pk}": str(two.pk)})
    line.refresh_from_db()
    assert line.filing == two


def test_the_claimant_reads_that_the_certificate_cannot_be_found_yet(
    at: datetime, as_person: Callable[[Person], Client]
) -> None:
    the_law(at)
    person = member("测试丁")
    case = filed(person, certificate_for("S000033010077777"), at=at)
    shown = page(as_person(person), "public:application", case.pk)
    assert "证书还查不到，先收下；查到后继续审核，日子照第一次交的算" in shown
