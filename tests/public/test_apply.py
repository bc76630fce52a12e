"""Applying in the browser: sign in, fill in, hand in once; withdraw, look up."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.registers.models import Person
from public.conftest import page
from stories import NOON, SENIOR, TECHNICIAN, certificate, draft, filed, identity_number, member, photograph

SignedIn = Callable[[Person], Client]


def sign_in(client: Client, name: str, number: str, phone: str = "13900001234", to: str = "") -> object:
    client.post(reverse("public:phone") + (f"?next={to}" if to else ""))
    client.get(reverse("public:phone") + (f"?next={to}" if to else ""))
    client.post(reverse("public:phone"), {"phone": phone})
    assert client.post(reverse("public:code"), {"code": _newest(phone)}).url == reverse("public:identity")
    return client.post(reverse("public:identity"), {"name": name, "id_number": number})


def _newest(phone: str) -> str:
    texts = [row.text for row in Message.objects.filter(event="phone.code") if row.phone == phone]
    return re.findall(r"\d{6}", texts[-1])[0]


def test_a_member_is_led_back_to_what_they_wanted(client: Client) -> None:
    person = member("测试甲", serial=501, phone="13900001234")
    to = reverse("public:apply", args=[TECHNICIAN])
    assert client.get(to).url == f"{reverse('public:phone')}?{urlencode({'next': to})}"
    key = client.session.session_key
    response = sign_in(client, "测试甲", identity_number(501), to=to)
    assert response.url == to
    assert client.session["_auth_user_id"] == str(person.account.pk)
    assert client.session.session_key != key


def test_somebody_not_found_goes_on_and_can_apply(client: Client) -> None:
    to = reverse("public:apply", args=[TECHNICIAN])
    response = sign_in(client, "测试丙", identity_number(777), to=to)
    assert response.url == reverse("public:not-found")
    words = page(client.get(response.url))
    assert "没查到不等于没有" in words and "83712123" in words
    assert client.post(response.url).url == to
    assert client.post(to).status_code == 302
    assert Application.objects.get().claimant.name == "测试丙"


def test_another_phone_needs_the_code_of_the_known_one_too(client: Client) -> None:
    person = member("测试甲", serial=503, phone="13900005678")
    case = filed(person, certificate(person), at=NOON)
    to = reverse("public:apply", args=[TECHNICIAN])
    known = reverse("public:known-phone")
    assert client.get(known).url == reverse("public:phone")
    assert sign_in(client, "测试甲", identity_number(503), to=to).url == known
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("public:application", args=[case.pk])).status_code == 302
    words = page(client.get(known))
    assert "尾号 5678" in words and "13900005678" not in words and "83712123" in words
    sent = _newest("13900005678")
    page(client.post(known, {"code": f"{(int(sent) + 1) % 10**6:06d}"}))  # asked again
    assert "_auth_user_id" not in client.session
    key = client.session.session_key
    assert client.post(known, {"code": sent}).url == to
    assert client.session["_auth_user_id"] == str(person.account.pk) and client.session.session_key != key
    person.refresh_from_db()
    assert person.contact == "13900001234"
    assert Message.objects.get(event="phone.changed").phone == "13900005678"


@pytest.mark.parametrize("phone", ["1390000", "23900001234", "1390000123a"])
def test_a_wrong_phone_is_named_with_its_remedy(client: Client, phone: str) -> None:
    assert "手机号是 11 位" in page(client.post(reverse("public:phone"), {"phone": phone}))


def test_wide_digits_and_blanks_are_taken(client: Client) -> None:
    assert client.post(reverse("public:phone"), {"phone": " １３９ 0000-1234"}).status_code == 302


def test_the_name_page_needs_a_proved_phone(client: Client) -> None:
    assert client.get(reverse("public:identity")).url == reverse("public:phone")
    assert client.get(reverse("public:code")).url == reverse("public:phone")


def test_nobody_is_led_to_another_site(client: Client) -> None:
    member("测试甲", serial=502, phone="13900001234")
    response = sign_in(client, "测试甲", identity_number(502), to="https://example.org/")
    assert response.url == reverse("public:my")


def test_the_check_is_taken_over_and_each_page_keeps_its_answers(as_person: SignedIn) -> None:
    client = as_person(member())
    session = client.session
    session["check"] = {"certificate.level": "technician", "certificate.kind": None}
    session.save()
    client.post(reverse("public:apply", args=[TECHNICIAN]))
    application = Application.objects.get()
    assert application.stated == {"certificate.level": "technician"}
    url = reverse("public:section", args=[application.pk, "certificate"])
    said = {"certificate.number": "测试-2024-000001"}
    assert client.post(url, said).url == url, "the register does not know it: the rest comes next"
    words = page(client.post(url, said))
    assert "这里还没填" in words
    application.refresh_from_db()
    assert application.stated["certificate.number"] == "测试-2024-000001", "what is right is kept"


def test_a_further_question_comes_and_goes_with_its_answer(as_person: SignedIn, at: datetime) -> None:
    person = member()
    client = as_person(person)
    application = draft(person, certificate(person), at=at)
    url = reverse("public:section", args=[application.pk, "person"])
    more = reverse("public:section", args=[application.pk, "person-more"])
    answers = {
        "person.sex": "female",
        "person.education": "college",
        "employment.employer_name": "测试机械有限公司",
        "membership.union_name": "萧山区总工会",
        "person.migrant_worker": "yes",
    }
    assert client.get(more).url == reverse("public:application", args=[application.pk])
    client.post(url, answers)
    assert "来杭年限" in page(client.get(more))
    client.post(more, {"person.home_place": "测试省", "person.years_in_hangzhou": "5"})
    assert Application.objects.get().stated["person.years_in_hangzhou"] == 5
    client.post(url, answers | {"person.migrant_worker": "no"})
    assert "person.years_in_hangzhou" not in Application.objects.get().stated


def test_the_card_is_kept_folded_and_needs_a_sub_branch(as_person: SignedIn, at: datetime) -> None:
    person = member()
    client = as_person(person)
    application = applications.start(person, TECHNICIAN, by=person.account, at=at)
    url = reverse("public:section", args=[application.pk, "card"])
    typed = {"account_name": person.name, "account_number": "６２１７ 0000-0000 0000 000"}
    assert "支行" in page(client.post(url, typed | {"account_bank": "测试银行"}))
    client.post(url, typed | {"account_bank": "测试银行萧山支行"})
    assert Application.objects.get().account_number == "6217000000000000000"


def test_one_bad_picture_costs_none_of_the_others(as_person: SignedIn, at: datetime) -> None:
    person = member()
    client = as_person(person)
    application = applications.start(person, TECHNICIAN, by=person.account, at=at)
    url = reverse("public:photos", args=[application.pk, "certificate"])
    files = [
        SimpleUploadedFile("好.jpg", photograph(), "image/jpeg"),
        SimpleUploadedFile("坏.jpg", b"nothing", "image/jpeg"),
    ]
    words = page(client.post(url, {"photos": files}))
    assert "坏.jpg" in words and "不是照片" in words and "存好了 1 个文件" in words
    evidence = application.evidence.get()
    picture = client.get(reverse("public:evidence", args=[application.pk, evidence.pk]))
    assert picture.status_code == 200 and picture["Content-Type"] == "image/jpeg"
    client.post(reverse("public:evidence-remove", args=[application.pk, evidence.pk]))
    assert client.get(reverse("public:evidence", args=[application.pk, evidence.pk])).status_code == 404


def test_a_file_too_large_is_never_read_and_too_many_are_named(
    as_person: SignedIn, at: datetime, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    seen: list[int] = []
    add = applications.add_evidence

    def watched(application, material, name, content, **more):  # type: ignore[no-untyped-def]
        seen.append(len(content))
        return add(application, material, name, content, **more)

    monkeypatch.setattr(applications, "add_evidence", watched)
    person = member()
    application = applications.start(person, TECHNICIAN, by=person.account, at=at)
    url = reverse("public:photos", args=[application.pk, "certificate"])
    files = [SimpleUploadedFile("大.jpg", b"\xff\xd8\xff" + b"0" * 1024 * 1024, "image/jpeg")]
    files += [SimpleUploadedFile(f"{n}.jpg", photograph(), "image/jpeg") for n in range(1, 8)]
    words = page(as_person(person).post(url, {"photos": files}))
    assert "大.jpg：" in words and "超过 1 MB" in words
    assert "存好了 5 个文件" in words and seen == [len(photograph())] * 5
    assert "6.jpg：没有存" in words and "7.jpg：没有存" in words


def test_handing_in_twice_is_one_case_and_the_code_is_shown_once(as_person: SignedIn, at: datetime) -> None:
    person = member()
    client = as_person(person)
    application = draft(person, certificate(person), at=at)
    url, done = (reverse(f"public:{name}", args=[application.pk]) for name in ("answers", "done"))
    assert "提交申请" in page(client.get(url))
    assert client.post(url, {"note": ""}).url == done
    assert client.post(url, {"note": ""}).url == done
    words = page(client.get(done))
    assert "XS-2025-00001" in words
    assert re.search(r'class="code">[2-9A-Z]{8}<', words)
    assert 'class="code">' not in page(client.get(done))
    assert Application.objects.exclude(number=None).count() == 1


def test_a_name_that_differs_shows_both_and_goes_in_with_a_line(as_person: SignedIn, at: datetime) -> None:
    person = member("阿卜杜·测试")
    client = as_person(person)
    application = draft(person, certificate(person), at=at, account_name="阿卜杜•测试")
    url = reverse("public:answers", args=[application.pk])
    words = page(client.get(url))
    assert "阿卜杜·测试" in words and "阿卜杜•测试" in words and "第 4 个字" in words
    assert "先改好" in page(client.post(url, {"note": ""}))
    assert client.post(url, {"note": "银行系统里是这个点"}).status_code == 302
    assert Application.objects.get().note_to_officer == "银行系统里是这个点"


def test_what_is_missing_is_named_with_the_way_there(as_person: SignedIn, at: datetime) -> None:
    person = member()
    application = applications.start(person, SENIOR, by=person.account, at=at)
    words = page(as_person(person).get(reverse("public:answers", args=[application.pk])))
    assert reverse("public:section", args=[application.pk, "card"]) in words
    assert 'aria-disabled="true"' in words


def test_withdrawing_asks_first_and_warns_when_there_is_no_way_back(
    as_person: SignedIn, at: datetime, settings: object
) -> None:
    person = member()
    client = as_person(person)
    case = filed(person, certificate(person), at=at)
    url = reverse("public:withdraw", args=[case.pk])
    assert "最后一天" in page(client.get(url))
    settings.DEMO_DAY = date(2025, 12, 12)  # type: ignore[attr-defined]
    assert "不能再报" in page(client.get(url))
    client.post(url)
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED, "nobody gives up the only chance without a tick"
    client.post(url, {"understood": "on"})
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN
    assert "已撤回" in page(client.get(reverse("public:application", args=[case.pk])))
