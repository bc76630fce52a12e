"""Officers and organisations: the queue of requests, the page of one, confirming, refusing, vouching."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.correspondence import organisations as acts
from jiangli.registers.models import Clerk, ClerkState, Organisation
from jiangli.registers.tasks import make_letter_previews
from stories import credit_code, member, officer, organisation, photograph, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
AGENCY = "xiaoshan-hrss"
GOOD = {"confirm": "1", "name": "测试新厂有限公司", "kind": "enterprise", "area": "330109"}


@pytest.fixture
def reviewer(at: datetime) -> User:
    the_law(at)
    return officer(AGENCY, Role.REVIEWER, name="测试审核员")


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client(reviewer: User) -> Client:
    return desk(reviewer)


def asked(at: datetime, name: str = "测试新厂有限公司", serial: int = 9000, **changes: Any) -> Clerk:
    person = member(f"测试经办{serial}")
    given: dict[str, Any] = {"credit_code": credit_code(serial), "kind": "enterprise", **changes}
    return acts.ask(
        person,
        name=name,
        agency=Agency.objects.get(pk=AGENCY),
        letters=[acts.Paper("授权书.jpg", photograph())],
        by=person.account,
        at=at,
        **given,
    )


def words(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_queue_shows_what_waits_for_this_agency(client: Client, at: datetime) -> None:
    clerk = asked(at)
    asked(at, "别家等负责人的", credit_code=organisation().credit_code, serial=9001)
    page = words(client.get(reverse("staff:organisations")))
    assert "测试新厂有限公司" in page and "别家等负责人的" not in page
    assert clerk.organisation.credit_code in page and clerk.person.id_number not in page
    other = desk(officer("hangzhou-union", Role.REVIEWER))
    assert "测试新厂有限公司" not in words(other.get(reverse("staff:organisations")))
    for name in ("organisation-asked", "organisation-reveal"):
        assert other.post(reverse(f"staff:{name}", args=[clerk.pk])).status_code == 404
    assert other.get(reverse("staff:organisation", args=[clerk.organisation_id])).status_code == 404


def test_filters_pages_and_what_is_not_known_is_refused(client: Client, at: datetime) -> None:
    for serial in range(9100, 9127):
        asked(at, f"测试第{serial}厂", serial)
    asked(at, "测试村委会", 9130, kind="public_institution")
    address = reverse("staff:organisations")
    rows = client.get(address, {"tab": "waiting"}).context["rows"]
    assert len(rows) == 25 and len(client.get(address, {"page": "2"}).context["rows"]) == 3
    assert len(client.get(address, {"q": "9105"}).context["rows"]) == 1
    assert len(client.get(address, {"kind": "public_institution"}).context["rows"]) == 1
    assert len(client.get(address, {"tab": "all", "q": "村委会"}).context["rows"]) == 1
    for query in ({"colour": "red"}, {"tab": "x"}, {"kind": "circus"}, {"page": "0"}, {"q": "测" * 61}):
        assert client.get(address, query).status_code == 400, query


def test_lists_are_exported_without_personal_numbers(client: Client, at: datetime) -> None:
    clerk = asked(at)
    for tab, columns in (("waiting", 8), ("all", 4)):
        answer = client.get(reverse("staff:organisations-export"), {"tab": tab})
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert len(rows) == 2 and len(rows[0]) == columns
        text = str(rows)
        assert "测试新厂有限公司" in text
        assert clerk.person.id_number not in text and clerk.person.contact not in text
    assert client.get(reverse("staff:organisations-export"), {"x": "1"}).status_code == 400


def test_an_officer_sees_the_letter_and_confirms(client: Client, reviewer: User, at: datetime) -> None:
    clerk = asked(at)
    address = reverse("staff:organisation-asked", args=[clerk.pk])
    assert "还在处理" in words(client.get(address))
    letter = clerk.letters.get()
    make_letter_previews.call(str(letter.pk))
    picture = reverse("staff:letter", args=[letter.pk, 1])
    assert picture in words(client.get(address))
    assert client.get(picture)["Content-Type"] == "image/jpeg"
    assert client.get(reverse("staff:letter", args=[letter.pk, 2])).status_code == 404
    assert desk(officer("hangzhou-union")).get(picture).status_code == 404
    assert "govuk-error-summary" in words(client.post(address, {**GOOD, "area": ""}))
    assert client.post(address, GOOD).url == reverse("staff:organisation", args=[clerk.organisation_id])
    row = Organisation.objects.get()
    assert row.known == {"organisation.kind": "enterprise", "organisation.area": "330109"}
    page = words(client.get(reverse("staff:organisation", args=[row.pk])))
    assert "测试审核员" in page and "企业" in page and "萧山区" in page
    assert "已经" in words(client.post(address, GOOD, follow=True))


def test_a_refusal_needs_a_reason(client: Client, at: datetime) -> None:
    clerk = asked(at)
    address = reverse("staff:organisation-asked", args=[clerk.pk])
    assert "govuk-error-summary" in words(client.post(address, {"refuse": "1", "text": ""}))
    assert client.post(address, {"refuse": "1", "text": "没有盖章"}).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.state, clerk.reason) == (ClerkState.REFUSED, "没有盖章")
    assert "没有盖章" in words(client.get(reverse("staff:organisations"), {"tab": "refused"}))


def test_numbers_are_masked_and_every_look_is_remembered(
    client: Client, reviewer: User, at: datetime
) -> None:
    clerk = asked(at)
    page = words(client.get(reverse("staff:organisation-asked", args=[clerk.pk])))
    assert clerk.person.id_number not in page and clerk.person.contact not in page
    address = reverse("staff:organisation-reveal", args=[clerk.pk])
    assert client.get(address).status_code == 405
    assert clerk.person.id_number in words(client.post(address, {"what": "id_number"}))
    assert Event.objects.get(name="clerk.number_shown").by == reviewer
    assert client.post(address, {"what": "shoe_size"}).status_code == 302


def test_who_may_not_confirm_reads_why(reviewer: User, at: datetime) -> None:
    clerk = asked(at)
    address = reverse("staff:organisation-asked", args=[clerk.pk])
    cashier = desk(officer(AGENCY, Role.CASHIER))
    page = words(cashier.get(address))
    assert 'name="confirm"' not in page
    cashier.post(address, GOOD)
    clerk.person.officer = reviewer
    clerk.person.save()
    assert "自己" in words(desk(reviewer).get(address))
    desk(reviewer).post(address, GOOD)
    assert Clerk.objects.get().state == ClerkState.ASKED


def test_an_officer_notes_facts_and_ends_a_clerk(client: Client, at: datetime) -> None:
    clerk = asked(at)
    client.post(reverse("staff:organisation-asked", args=[clerk.pk]), GOOD)
    address = reverse("staff:organisation", args=[clerk.organisation_id])
    wrong = client.post(address, {"fact": "organisation.star_rating", "value": "很多"})
    assert "govuk-error-message" in words(wrong)
    assert client.post(address, {"fact": "organisation.star_rating", "value": "5"}).status_code == 302
    assert Organisation.objects.get().known["organisation.star_rating"] == 5
    page = words(client.get(address))
    assert "星级" in page and clerk.person.name in page
    end = reverse("staff:end-clerk", args=[clerk.pk])
    assert "govuk-error-summary" in words(client.post(end, {"text": ""}))
    assert client.post(end, {"text": "授权到期"}).url == address
    assert "授权到期" in words(client.get(address))
    assert client.get(end).status_code == 404


def test_claimants_and_visitors_stay_outside(reviewer: User, at: datetime) -> None:
    clerk = asked(at)
    visitor = desk(clerk.person.account)
    for name, pk in (
        ("organisations", None),
        ("organisation-asked", clerk.pk),
        ("organisation", clerk.organisation_id),
        ("end-clerk", clerk.pk),
    ):
        url = reverse(f"staff:{name}", args=[pk] if pk else [])
        assert visitor.get(url).status_code == 404
        assert Client().get(url).status_code == 302
