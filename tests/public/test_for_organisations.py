"""Acting for an organisation: choose for whom, ask, be invited, lead those who act; nobody else gets in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import Agency
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.correspondence import organisations as acts
from jiangli.public.people import BACKEND, ORGANISATION
from jiangli.registers.models import Clerk, ClerkState, Invitation, Organisation, Person
from jiangli.registers.tasks import make_letter_previews
from public.conftest import page
from stories import clerk_of, credit_code, member, officer, organisation, photograph

SignedIn = Callable[[Person], Client]
LONG = "测试·新时代高端装备智能制造（杭州萧山）有限责任公司" + "与样例化纤新材料联合研究院" * 3


def head_of(row: Organisation) -> Person:
    return row.clerks.heads().get().person


def acting(client: Client, row: Organisation | None) -> Client:
    response = client.post(reverse("public:act-for"), {"organisation": str(row.pk) if row else "self"})
    assert response.status_code == 302
    return client


def letter() -> BytesIO:
    file = BytesIO(photograph())
    file.name = "授权书.jpg"
    return file


def asking(client: Client, **changes: Any) -> Any:
    given = {
        "credit_code": credit_code(8000),
        "name": "测试新厂有限公司",
        "kind": "enterprise",
        "agency": "xiaoshan-hrss",
        "letters": letter(),
    }
    return client.post(reverse("public:ask-organisation"), {**given, **changes})


# --- for whom one acts


def test_visitors_find_the_way_in_and_sign_in_first(client: Client) -> None:
    assert reverse("public:organisations") in page(client.get(reverse("public:home")))
    response = client.get(reverse("public:organisations"))
    assert response.url.startswith(reverse("public:phone"))


def test_every_page_says_for_whom_one_acts(as_person: SignedIn) -> None:
    row = organisation(LONG)
    client = as_person(head_of(row))
    assert "以本人身份" in page(client.get(reverse("public:home")))
    acting(client, row)
    for name in ("home", "programmes", "my", "status", "organisation", "organisations", "check"):
        words = page(client.get(reverse(f"public:{name}"), follow=True))
        assert LONG in words and "换回本人" in words, name
    acting(client, None)
    assert LONG not in page(client.get(reverse("public:home")))


def test_who_acts_for_nobody_sees_no_line(as_person: SignedIn, client: Client) -> None:
    for browser in (client, as_person(member("测试甲"))):
        assert 'class="acting"' not in page(browser.get(reverse("public:home")))


def test_nothing_but_a_post_switches(as_person: SignedIn) -> None:
    row = organisation()
    client = as_person(head_of(row))
    assert client.get(reverse("public:act-for"), {"organisation": str(row.pk)}).status_code == 405
    assert ORGANISATION not in client.session


def test_nobody_acts_for_an_organisation_that_is_not_theirs(as_person: SignedIn) -> None:
    row = organisation()
    client = acting(as_person(member("测试乙")), row)
    assert ORGANISATION not in client.session
    assert client.get(reverse("public:organisation")).url == reverse("public:organisations")


def test_choosing_an_organisation_leads_on_to_where_one_wanted_to_go(as_person: SignedIn) -> None:
    row, there = organisation(), reverse("public:rosters")
    client = as_person(head_of(row))
    words = page(client.get(client.get(there).url))
    assert f'name="next" value="{there}"' in words and "先换成单位办理" in words
    given = {"organisation": str(row.pk)}
    assert client.post(reverse("public:act-for"), {**given, "next": there}).url == there
    elsewhere = {**given, "next": "https://example.org/"}
    assert client.post(reverse("public:act-for"), elsewhere).url == reverse("public:organisation")
    words = page(client.get(reverse("public:organisation")))
    assert there in words and reverse("public:filings") in words


def test_losing_the_clerkship_or_signing_out_ends_it(as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    client = acting(as_person(head_of(row)), row)
    acts.end(row.clerks.get(), reason="已离职", by=officer("xiaoshan-hrss", Role.REVIEWER), at=at)
    assert row.name not in page(client.get(reverse("public:home")))
    assert ORGANISATION not in client.session
    assert client.get(reverse("public:organisation")).url == reverse("public:organisations")
    other = organisation("测试职业培训学校")
    client = acting(as_person(head_of(other)), other)
    client.post(reverse("public:sign-out"))
    client.force_login(clerk_of(other), backend=BACKEND)
    assert ORGANISATION not in client.session


def test_officers_and_strangers_have_no_such_pages(client: Client, as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    invitation = acts.invite(row, name="测试乙", phone="13900008001", by=clerk_of(row), at=at)
    desk = Client()
    desk.force_login(officer("xiaoshan-hrss", Role.REVIEWER), backend=BACKEND)
    stranger = acting(as_person(member("测试丙")), None)
    clerk = row.clerks.get()
    own = [
        reverse("public:organisation-clerk", args=[clerk.pk]),
        reverse("public:organisation-asked", args=[clerk.pk]),
        reverse("public:withdraw-invitation", args=[invitation.pk]),
    ]
    for url in own:
        for method in ("get", "post"):
            assert getattr(desk, method)(url).status_code in (404, 405), url
            response = getattr(stranger, method)(url)
            assert response.status_code == 405 or response.url == reverse("public:organisations"), url
    for name in ("accept-invitation", "decline-invitation"):
        assert stranger.post(reverse(f"public:{name}", args=[invitation.pk])).status_code == 404
    for name in ("take-to-agency", "take-back"):
        assert stranger.post(reverse(f"public:{name}", args=[clerk.pk])).status_code == 404


# --- asking


def test_a_request_shows_where_it_waits_and_can_be_taken_back(as_person: SignedIn) -> None:
    person = member("测试甲")
    client = as_person(person)
    assert asking(client).url == reverse("public:organisations")
    words = page(client.get(reverse("public:organisations")))
    assert "测试新厂有限公司" in words and "萧山区人力社保局" in words
    clerk = person.clerkships.get()
    make_letter_previews.call(str(clerk.letters.get().pk))
    picture = client.get(reverse("public:letter", args=[clerk.letters.get().pk, 1]))
    assert picture["Content-Type"] == "image/jpeg"
    assert as_person(member("测试丙")).get(picture.request["PATH_INFO"]).status_code == 404
    client.post(reverse("public:take-back", args=[clerk.pk]))
    assert person.clerkships.get().state == ClerkState.ENDED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"credit_code": "91339999"}, "18"),
        ({"credit_code": credit_code(8001)[:-1] + "#"}, "#"),
        ({"name": ""}, "执照"),
        ({"kind": ""}, "govuk-error-message"),
        ({"agency": ""}, "govuk-error-message"),
        ({"letters": ""}, "govuk-error-message"),
    ],
)
def test_what_is_wrong_with_a_request_stands_at_its_field(
    as_person: SignedIn, changes: dict[str, str], said: str
) -> None:
    assert said in page(asking(as_person(member("测试甲")), **changes))
    assert not Clerk.objects.exists()


def test_a_head_sees_who_asks_and_answers(as_person: SignedIn) -> None:
    row = organisation()
    people = [member("测试甲"), member("测试乙")]
    for person in people:
        asking(as_person(person), credit_code=row.credit_code)
    clerks = [person.clerkships.get() for person in people]
    client = acting(as_person(head_of(row)), row)
    assert "测试甲" in page(client.get(reverse("public:organisation")))
    address = reverse("public:organisation-asked", args=[clerks[0].pk])
    assert "授权书.jpg" in page(client.get(address))
    client.post(address, {"approve": "1"})
    assert Organisation.objects.acted_for_by(people[0].account).exists()
    address = reverse("public:organisation-asked", args=[clerks[1].pk])
    assert "govuk-error-message" in page(client.post(address, {"refuse": "1", "reason": ""}))
    client.post(address, {"refuse": "1", "reason": "不认识"})
    assert "不认识" in page(as_person(people[1]).get(reverse("public:organisations")))


def test_who_waits_for_a_head_takes_it_to_the_agency(as_person: SignedIn) -> None:
    row, person = organisation(), member("测试甲")
    client = as_person(person)
    asking(client, credit_code=row.credit_code)
    address = reverse("public:take-to-agency", args=[person.clerkships.get().pk])
    assert address in page(client.get(reverse("public:organisations")))
    client.post(address)
    assert Clerk.objects.for_officers().exists()
    assert row.name not in page(
        client.get(reverse("public:organisations"))
    )  # only what they wrote themselves


# --- invitations


def test_an_invitation_is_seen_after_signing_in_and_accepted(as_person: SignedIn, at: datetime) -> None:
    row = organisation(LONG)
    client = acting(as_person(head_of(row)), row)
    given = {"name": "测试乙", "phone": "139 0000 8001"}
    assert client.post(reverse("public:organisation-invite"), given).url == reverse("public:organisation")
    assert "测试乙" in page(client.get(reverse("public:organisation")))
    person = member("测试乙", phone="13900008001")
    other = as_person(person)
    assert LONG in page(other.get(reverse("public:organisations")))
    address = reverse("public:accept-invitation", args=[Invitation.objects.get().pk])
    assert other.get(address).status_code == 405
    assert other.post(address).url == reverse("public:organisation")
    words = page(other.get(reverse("public:organisation")))
    assert LONG in words and reverse("public:organisation-invite") not in words


def test_another_name_or_an_old_invitation_is_told_and_refused(as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    invitation = acts.invite(row, name="测试乙", phone="13900008001", by=clerk_of(row), at=at)
    client = as_person(member("测试丁", phone="13900008001"))
    response = client.post(reverse("public:accept-invitation", args=[invitation.pk]), follow=True)
    assert "名字" in page(response)
    Invitation.objects.update(expires_at=at - timedelta(days=1))
    assert row.name not in page(client.get(reverse("public:organisations")))
    client.post(reverse("public:accept-invitation", args=[invitation.pk]))
    assert row.clerks.active().count() == 1


def test_an_invitation_is_declined_or_taken_back(as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    acts.invite(row, name="测试乙", phone="13900008001", by=clerk_of(row), at=at)
    as_person(member("测试乙", phone="13900008001")).post(
        reverse("public:decline-invitation", args=[Invitation.objects.get().pk])
    )
    assert Invitation.objects.get().state == "declined"
    second = acts.invite(row, name="测试丙", phone="13900008002", by=clerk_of(row), at=at)
    client = acting(as_person(head_of(row)), row)
    client.post(reverse("public:withdraw-invitation", args=[second.pk]))
    second.refresh_from_db()
    assert second.state == "withdrawn"


# --- its page


def test_the_account_is_given_and_only_its_tail_is_shown(as_person: SignedIn) -> None:
    row = organisation()
    client = acting(as_person(head_of(row)), row)
    address = reverse("public:organisation-account")
    given = {"name": row.name, "number": "３３００ 9876 5432", "bank": "测试银行萧山支行"}
    assert "govuk-error-summary" in page(client.post(address, {**given, "name": "测试甲"}))
    assert client.post(address, given).url == reverse("public:organisation")
    words = page(client.get(reverse("public:organisation")))
    assert "5432" in words and "330098765432" not in words
    assert Organisation.objects.get(pk=row.pk).account_number == "330098765432"


def test_heads_make_heads_and_the_last_one_stays(as_person: SignedIn, at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900008001")
    invitation = acts.invite(row, name="测试乙", phone="13900008001", by=clerk_of(row), at=at)
    clerk = acts.accept(invitation, person, by=person.account, at=at)
    head = row.clerks.heads().get()
    client = acting(as_person(head.person), row)
    own = reverse("public:organisation-clerk", args=[head.pk])
    assert "先" in page(client.get(own)) and 'name="end"' not in page(client.get(own))
    client.post(own, {"end": "1"})
    assert row.clerks.heads().get() == head
    client.post(reverse("public:organisation-clerk", args=[clerk.pk]), {"head": "1"})
    assert row.clerks.heads().count() == 2
    assert client.post(own, {"end": "1"}).url == reverse("public:my")
    assert ORGANISATION not in client.session


def test_its_cases_are_listed_by_state_and_unknown_filters_refused(as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    client = acting(as_person(head_of(row)), row)
    address = reverse("public:organisation-cases")
    assert "govuk" in page(client.get(address))
    for _each in range(26):
        Application.objects.create(
            organisation=row,
            programme_code="xiaoshan-hrss-2025-09-training-subsidy",
            started_at=at,
            status="withdrawn",
        )
    words = page(client.get(address, {"status": "withdrawn"}))
    assert words.count("task__more") == 25
    assert page(client.get(address, {"page": "2"})).count("task__more") == 1
    for query in ({"colour": "red"}, {"status": "green"}, {"page": "0"}, {"page": "x"}):
        assert client.get(address, query).status_code == 400


def test_signing_in_asks_for_whom_only_those_who_have_a_choice(as_person: SignedIn, at: datetime) -> None:
    row = organisation()
    for person, place in ((head_of(row), "public:organisations"), (member("测试乙"), "public:my")):
        assert as_person(person).get(reverse("public:phone")).url == reverse(place)
    assert Agency.objects.exists()
