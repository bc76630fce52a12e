"""Organisations at the public face: filing for a worker, the account, what is known, the case and its lines."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from firms import acting, clerk_of, firm, open_programme, user_of
from jiangli import sheets
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.registers.models import Organisation, Person
from public.conftest import page
from stories import identity_number, member, photograph

WORKER = "xiaoshan-hrss-2025-01b-teacher-training"  # an employer files, and is paid against its receipt
ITSELF = "xiaoshan-hrss-2025-04a-studio-setup"
ROSTER = "xiaoshan-hrss-2025-08-enterprise-training"
EITHER = "xiaoshan-hrss-2025-11b-chief-technician-allowance"


@pytest.fixture(autouse=True)
def face(db: None, at: datetime, on_the_day: None) -> None:
    """Each test publishes its own programme alone."""


@pytest.fixture
def office() -> Organisation:
    return firm(known={"organisation.kind": "enterprise", "organisation.area": "330109"})


@pytest.fixture
def clerk(office: Organisation) -> Person:
    return clerk_of(office)


@pytest.fixture
def client(office: Organisation, clerk: Person) -> Client:
    return acting(clerk, office)


def test_an_employer_files_for_a_worker_without_learning_whether_anybody_knew_them(client: Client) -> None:
    open_programme(WORKER)
    url = reverse("public:apply", args=[WORKER])
    known = member("测试甲", serial=640)
    ways = [
        client.post(url, {"name": name, "id_number": identity_number(serial)})
        for name, serial in (("测试甲", 640), ("测试新", 641))
    ]
    assert [way.status_code for way in ways] == [302, 302]
    words = page(client.post(url, {"name": "验收乙", "id_number": identity_number(640)}))
    assert "姓名和身份证号对不上" in words and words.count("测试甲") <= 1, "only as one's own draft"
    assert Application.objects.filter(claimant=known, organisation__isnull=False).count() == 1
    assert not Application.objects.visible_to(user_of(member("测试丁"))).exists()


def test_the_account_is_the_payees(client: Client, office: Organisation, clerk: Person, at: datetime) -> None:
    open_programme(WORKER)
    case = applications.start(member(), WORKER, organisation=office, by=user_of(clerk), at=at)
    url = reverse("public:section", args=[case.pk, "card"])
    words = page(client.get(url))
    assert "发给单位" in words or "单位" in words
    assert office.name in words and "测试银行萧山支行" in words, "prefilled from what is known"
    account = {"account_number": "3301999900000000018", "account_bank": "测试银行萧山支行"}
    assert "一字不差" in page(client.post(url, {**account, "account_name": "测试企业乙"}))
    assert client.post(url, {**account, "account_name": f" {office.name}"}).status_code == 302


def test_what_a_register_knows_is_shown_and_not_asked(
    client: Client, office: Organisation, clerk: Person, at: datetime
) -> None:
    open_programme(ITSELF)
    case = applications.start(None, ITSELF, organisation=office, by=user_of(clerk), at=at)
    words = page(client.get(reverse("public:answers", args=[case.pk])))
    assert "来自单位登记" in words and "给经办人留一句话" in words
    assert client.get(reverse("public:section", args=[case.pk, "organisation"])).status_code == 302


def test_one_programme_is_open_to_oneself_and_to_the_employer(client: Client) -> None:
    open_programme(EITHER)
    url = reverse("public:apply", args=[EITHER])
    assert "代职工申报" in page(client.get(url)) and "?as=person" in page(client.get(url))
    assert client.post(f"{url}?as=person").status_code == 302
    assert Application.objects.get().organisation is None


def roster_case(office: Organisation, clerk: Person, at: datetime) -> Application:
    open_programme(ROSTER)
    by = user_of(clerk)
    case = applications.start(None, ROSTER, organisation=office, by=by, at=at)
    rows = [
        {
            "person.name": "测试乙",
            "person.id_number": identity_number(1000 + n),
            "certificate.number": f"S00003301992{n:04d}",
            "certificate.issue_date": "2025-04-20" if n else "2024-04-20",
            "certificate.level": "technician",
            "training.by_claimant": True,
        }
        for n in range(60)
    ]
    case = applications.set_lines(case, rows, by=by, at=at)
    account = {
        "account_name": office.name,
        "account_number": "330199990018",
        "account_bank": "测试银行萧山支行",
    }
    case = applications.save_answers(case, account=account, by=by, at=at)
    for line in case.lines.all():
        for material in ("certificate", "training_record"):
            applications.add_evidence(case, material, "照片.jpg", photograph(), line=line, by=by, at=at)
    return applications.submit(case, by=by, at=at).application


def test_a_case_shows_its_lines_with_reason_and_clause(
    client: Client, office: Organisation, clerk: Person, at: datetime
) -> None:
    case = roster_case(office, clerk, at)
    assert case.status == Status.SUBMITTED
    url = reverse("public:application", args=[case.pk])
    words = page(client.get(url))
    assert "不符合 1 行" in words and "（附则）" in words
    assert len(re.findall(r"<li class=\"task\"><span>\d+\. 测试乙", words)) == 50
    assert "60. 测试乙" in page(client.get(url, {"page": "2"}))
    mine = page(client.get(reverse("public:my")))
    assert office.name in mine and case.number in mine
    assert acting(member("测试丁"), None).get(url).status_code == 404
    assert client.post(reverse("public:withdraw", args=[case.pk])).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN


def test_public_notice_and_meetings_are_told(
    client: Client, office: Organisation, clerk: Person, at: datetime
) -> None:
    case = roster_case(office, clerk, at)
    url = reverse("public:application", args=[case.pk])
    for kind, said in (("publish", "正在公示"), ("deliberate", "集体审议")):
        case.stage = next(n for n, stage in enumerate(story_stages(case)) if stage.kind == kind)
        case.save(update_fields=["stage"])
        assert said in page(client.get(url))


def story_stages(case: Application) -> tuple[object, ...]:
    from jiangli.applications.assessing import programme_of

    return programme_of(case).stages


def test_the_clerk_takes_the_list_of_cases_away(
    client: Client, office: Organisation, clerk: Person, at: datetime
) -> None:
    open_programme(WORKER)
    applications.start(member("测试甲"), WORKER, organisation=office, by=user_of(clerk), at=at)
    url = reverse("public:organisation-cases-export")
    assert url in page(client.get(reverse("public:organisation-cases")))
    head, row = sheets.rows(client.get(url).content, heading="")
    assert head[1:3] == ["项目", "姓名"] and row[2] == "测试甲"
    assert len(sheets.rows(client.get(url, {"status": "submitted"}).content, heading="")) == 1
    assert client.get(url, {"stand": "paid"}).status_code == 400
