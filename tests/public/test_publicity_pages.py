"""What everybody sees of a list on public notice, how one objects, and what officers do on their pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli import clock
from jiangli.accounts.models import PhoneCode, User
from jiangli.audit.models import Event
from jiangli.public.people import BACKEND
from jiangli.reviews.publicity.models import Objection, Paper, Publication
from publicity_stories import (
    MORNING,
    PRIZE,
    TEXTS,
    reviewer,
    second,
    tick,
    up,
    waiting_case,
)
from stories import member, photograph

pytestmark = pytest.mark.django_db


def seen_by(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture(autouse=True)
def _on_that_day(settings) -> None:
    settings.DEMO_DAY = MORNING.date()


def page_of(publication: Publication) -> str:
    return reverse("public:publication", args=[publication.number])


def test_everybody_reads_a_list_and_no_number_of_anybody(settings) -> None:
    case = waiting_case()
    publication = up([case])
    anybody = seen_by(None)
    listing = anybody.get(reverse("public:publicity"))
    assert publication.number in listing.content.decode() and "noindex" in listing["X-Robots-Tag"]
    assert anybody.get(reverse("public:publicity"), {"strange": "1"}).status_code == 400
    assert anybody.get(reverse("public:publicity"), {"agency": "nobody"}).status_code == 400
    assert anybody.get(reverse("public:publicity"), {"programme": PRIZE}).status_code == 200
    for page in (page_of(publication), reverse("public:publication-sheet", args=[publication.number])):
        answer = anybody.get(page)
        text = answer.content.decode()
        assert (
            case.claimant is not None and case.claimant.name in text and "noindex" in answer["X-Robots-Tag"]
        )
        for number in (case.claimant.id_number, case.claimant.contact, case.account_number):
            assert number and number not in text
    settings.DEMO_DAY = publication.closes_on + timedelta(days=1)
    tick(clock.now())
    assert case.claimant.name in anybody.get(page_of(publication)).content.decode()
    settings.DEMO_DAY = publication.closes_on + timedelta(days=31)
    later = anybody.get(page_of(publication)).content.decode()
    assert publication.title in later and case.claimant.name not in later
    assert anybody.get(reverse("public:publication-sheet", args=[publication.number])).status_code == 404


def test_somebody_with_a_phone_objects_and_reads_the_answer() -> None:
    publication = up([waiting_case()])
    anybody = seen_by(None)
    there = reverse("public:publication-object", args=[publication.number, 1])
    assert reverse("public:publicity-phone") in anybody.get(there).content.decode()
    anybody.post(there, {"name": "测试乙", "text": "不对。"})
    assert not Objection.objects.exists()
    phone = reverse("public:publicity-phone")
    anybody.get(phone, {"next": there})
    anybody.post(phone, {"phone": "13900007777"})
    row = PhoneCode.objects.get()
    PhoneCode.objects.filter(pk=row.pk).update(proved_at=clock.now())
    session = anybody.session
    session["asking_phone"] = str(row.pk)
    session.save()
    picture = SimpleUploadedFile("照片.jpg", photograph(), content_type="image/jpeg")
    sent = anybody.post(there, {"name": "测试乙", "text": "获奖名次不对。", "file": picture})
    assert sent.status_code == 302
    one = Objection.objects.get()
    assert (one.name, one.phone, one.text) == ("测试乙", "13900007777", "获奖名次不对。")
    assert Paper.objects.get().objection == one
    assert one.number in anybody.get(reverse("public:my-objections")).content.decode()
    assert "测试乙" not in seen_by(None).get(page_of(publication)).content.decode()
    assert one.number not in seen_by(None).get(reverse("public:my-objections"), follow=True).content.decode()


def test_officers_carry_a_list_from_the_waiting_cases_to_a_decided_objection() -> None:
    case = waiting_case()
    first, other = seen_by(reviewer()), seen_by(second())
    assert case.version is not None
    new = reverse("staff:publication-new", args=[case.version.pk, case.stage])
    assert new in first.get(reverse("staff:publicity")).content.decode()
    assert first.get(new).status_code == 200
    given = {**TEXTS, "posts_on": MORNING.date().isoformat(), "kept_days": "30", "leave_out": "", "round": ""}
    assert first.post(new, {**given, "leave_out": "XS-2025-99999"}).status_code == 200
    assert first.post(new, given).status_code == 302
    publication = Publication.objects.get()
    page = reverse("staff:publication", args=[publication.pk])
    first.post(page, {"which": "freeze", "round": "", "leave_out": ""})
    first.post(page, {"which": "approve"})
    assert Publication.objects.get().approved_by is None
    other.post(page, {"which": "approve"})
    tick(clock.now())
    assert case.number in first.get(page).content.decode()
    first.post(page, {"which": "enter", "row": "1", "way": "letter", "received_on": MORNING.date().isoformat(),
                      "name": "测试乙", "phone": "13900008888", "text": "不对。"})  # fmt: skip
    first.post(page, {"which": "posted", "place": "区政府网站", "first_day": MORNING.date().isoformat(),
                      "file": SimpleUploadedFile("截图.jpg", photograph())})  # fmt: skip
    one = Objection.objects.get()
    desk = reverse("staff:objection", args=[one.pk])
    assert "13900008888" not in first.get(desk).content.decode()
    assert "13900008888" in first.post(desk, {"which": "reveal"}).content.decode()
    assert Event.objects.filter(name="objection.phone_seen").count() == 1
    first.post(desk, {"which": "found", "found": "查了。"})
    first.post(desk, {"which": "not_uphold", "reason": "以文件为准。"})
    assert Objection.objects.undecided().exists()
    other.post(desk, {"which": "not_uphold", "reason": "以文件为准。"})
    assert not Objection.objects.undecided().exists()
    for name in ("publications", "publications-export", "objections", "objections-export"):
        assert first.get(reverse(f"staff:{name}")).status_code == 200
    for name in ("publication", "publication-export", "publication-sheet"):
        assert first.get(reverse(f"staff:{name}", args=[publication.pk])).status_code == 200
    assert first.get(reverse("staff:objections"), {"strange": "1"}).status_code == 400
    assert first.get(reverse("staff:publications"), {"state": "strange"}).status_code == 400
    assert publication.number in first.get(reverse("staff:case", args=[case.pk])).content.decode()
    stranger = seen_by(second("qiantang-hrss"))
    assert stranger.get(page).status_code == stranger.get(desk).status_code == 404


def test_the_claimant_reads_the_days_of_the_notice() -> None:
    person = member("测试甲")
    case = waiting_case(person=person)
    publication = up([case])
    mine = seen_by(person.account).get(reverse("public:application", args=[case.pk])).content.decode()
    assert page_of(publication) in mine and "6 月 17 日" in mine
    assert publication.closes_on == date(2025, 6, 17)
