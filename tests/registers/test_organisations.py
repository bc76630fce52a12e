"""Who may act for an organisation: requests, confirmations, invitations, heads, the account, known facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jiangli import files
from jiangli.accounts.models import Agency, Deputy, User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.correspondence import organisations
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers import organisations as bodies
from jiangli.registers.models import (
    Clerk,
    ClerkState,
    Invitation,
    Letter,
    LetterState,
    Organisation,
    Person,
)
from jiangli.registers.organisations import AREA, KIND, Number, Paper, vouched_facts
from jiangli.registers.tasks import make_letter_previews, remind
from stories import agencies, clerk_of, credit_code, member, officer, organisation, photograph

pytestmark = pytest.mark.django_db

FACTS = {KIND: "enterprise", AREA: "330109"}
AGENCY = "xiaoshan-hrss"


@pytest.fixture(autouse=True)
def offices() -> dict[str, Agency]:
    return agencies()


def account(person: Person) -> User:
    assert person.account is not None
    return person.account


def asked(person: Person, at: datetime, **changes: Any) -> Clerk:
    given: dict[str, Any] = {
        "credit_code": credit_code(7000),
        "name": "测试新厂有限公司",
        "kind": "enterprise",
        "agency": Agency.objects.get(pk=AGENCY),
        "letters": [Paper("执照.jpg", photograph())],
    }
    return organisations.ask(person, **{**given, **changes}, by=account(person), at=at)


def confirmed(clerk: Clerk, at: datetime, by: User | None = None, **changes: Any) -> Clerk:
    given: dict[str, Any] = {"name": clerk.stated_name, "facts": FACTS, "head": False}
    return organisations.confirm(
        clerk, **{**given, **changes}, by=by or officer(AGENCY, Role.REVIEWER), at=at
    )


def told(person: Person) -> list[str]:
    return [m.event for m in Message.objects.filter(person=person).order_by("written_at", "pk")]


# --- the first clerk


def test_an_organisation_no_register_knows_is_used_once_an_officer_confirmed_it(at: datetime) -> None:
    person = member("测试甲")
    clerk = asked(person, at)
    assert not Organisation.objects.acted_for_by(account(person)).exists()
    confirmed(clerk, at)
    row = Organisation.objects.acted_for_by(account(person)).get()
    assert (row.name, row.known, row.in_register) == ("测试新厂有限公司", FACTS, False)
    assert row.clerks.get().head
    assert told(person) == ["organisation.clerk_confirmed"]
    event = Event.objects.about(row).get(name="organisation.vouched")
    assert event.details["facts"] == FACTS and event.by is not None


def test_village_and_union_codes_are_taken_as_well(at: datetime) -> None:
    person = member("测试甲")
    for serial, authority in enumerate(["54", "55", "N2", "81", "52"], start=7100):
        clerk = asked(person, at, credit_code=credit_code(serial, authority=authority))
        assert clerk.organisation.credit_code.startswith(authority)
        bodies.take_back(clerk, by=account(person), at=at)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"credit_code": "91339999XXXXXXXXX0"}, "信用代码|credit code"),
        ({"name": " "}, "执照|licence"),
        ({"name": "测" * 101}, "100"),
        ({"kind": "circus"}, "哪一类|what kind"),
        ({"letters": []}, "照片|photograph"),
        ({"letters": [Paper("a.exe", b"MZ")]}, "PDF"),
    ],
)
def test_a_request_says_what_is_wrong_with_it(at: datetime, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(member("测试甲"), at, **changes)
    assert not Clerk.objects.exists() and not Organisation.objects.exists()


def test_nobody_asks_twice_nor_for_too_many(at: datetime) -> None:
    person = member("测试甲")
    asked(person, at)
    with pytest.raises(Refused):
        asked(person, at)
    for serial in range(7200, 7204):
        asked(person, at, credit_code=credit_code(serial))
    with pytest.raises(Refused, match=r"几份|Several"):
        asked(person, at, credit_code=credit_code(7300))


def test_the_letter_is_kept_encrypted_and_shown_as_a_picture(at: datetime) -> None:
    letter = asked(member("测试甲"), at).letters.get()
    assert files.read(letter.file) == photograph()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT original_name FROM {Letter._meta.db_table}")
        (stored,) = cursor.fetchone()
    assert letter.original_name and letter.original_name not in stored
    make_letter_previews.call(str(letter.pk))
    letter.refresh_from_db()
    assert letter.state == LetterState.READY and len(letter.previews) == 1
    assert files.read(letter.previews[0]).startswith(b"\xff\xd8\xff")
    make_letter_previews.call(str(letter.pk))
    assert Letter.objects.get().previews == letter.previews


def test_a_lost_picture_is_made_again(at: datetime) -> None:
    asked(member("测试甲"), at)
    assert remind(at=at) == 0
    assert remind(at=at + timedelta(minutes=5)) == 1


# --- the officer


def test_only_the_agency_that_was_asked_and_the_right_posts_confirm(at: datetime) -> None:
    clerk = asked(member("测试甲"), at)
    for by in (
        officer("xiaoshan-union", Role.REVIEWER),
        officer(AGENCY, Role.CASHIER),
        account(clerk.person),
        account(member("测试乙")),
    ):
        with pytest.raises(Refused):
            confirmed(clerk, at, by)
    confirmed(clerk, at, officer(AGENCY, Role.REGISTRAR))
    with pytest.raises(Refused, match=r"已经|already"):
        confirmed(clerk, at)


def test_nobody_confirms_their_own_request_not_even_through_a_deputy(at: datetime) -> None:
    clerk = asked(member("测试甲"), at)
    own, deputy = officer(AGENCY, Role.REVIEWER), officer(AGENCY, Role.REVIEWER)
    clerk.person.officer = own
    clerk.person.save()
    Deputy.objects.create(absent=own, deputy=deputy, from_on=at.date(), to_on=at.date())
    for by in (own, deputy):
        with pytest.raises(Refused, match=r"自己|their own"):
            confirmed(clerk, at, by)


def test_a_clerk_who_is_an_officer_confirms_no_colleague(at: datetime) -> None:
    row = organisation(clerk=member("测试负责"))
    head = row.clerks.get().person
    head.officer = by = officer(AGENCY, Role.REVIEWER)
    head.save()
    clerk = asked(member("测试甲"), at, credit_code=row.credit_code)
    organisations_taken = bodies.take_to_agency(clerk, by=account(clerk.person), at=at)
    with pytest.raises(Refused, match=r"自己|their own"):
        confirmed(organisations_taken, at, by)


def test_kind_and_area_are_needed_and_read_as_people_write_them(at: datetime) -> None:
    clerk = asked(member("测试甲"), at)
    for facts in ({KIND: "enterprise"}, {KIND: "", AREA: "330109"}, {**FACTS, AREA: "杭州"}):
        with pytest.raises(Refused):
            confirmed(clerk, at, facts=facts)
    assert not Event.objects.filter(name="organisation.vouched").exists()
    row = confirmed(clerk, at, facts={KIND: "企业", AREA: "萧山区"}).organisation
    assert row.known == FACTS


def test_an_officer_corrects_a_name_but_not_the_registers(at: datetime) -> None:
    clerk = confirmed(asked(member("测试甲"), at), at, name="测试新厂（杭州）有限公司")
    assert Organisation.objects.get(pk=clerk.organisation_id).name == "测试新厂（杭州）有限公司"
    known = organisation("测试机械有限公司")
    known.clerks.update(state=ClerkState.ENDED)
    other = asked(member("测试乙"), at, credit_code=known.credit_code, name="别的名字")
    with pytest.raises(Refused, match="测试机械有限公司"):
        confirmed(other, at, name="别的名字")
    assert confirmed(other, at, name="测试机械有限公司").state == ClerkState.ACTIVE


def test_a_refusal_says_why_and_the_asker_may_come_again(at: datetime) -> None:
    person = member("测试甲")
    clerk = asked(person, at)
    with pytest.raises(Refused):
        organisations.refuse(clerk, reason=" ", by=officer(AGENCY, Role.REVIEWER), at=at)
    clerk = organisations.refuse(clerk, reason="授权书没有盖章", by=officer(AGENCY, Role.REVIEWER), at=at)
    assert clerk.state == ClerkState.REFUSED
    message = Message.objects.get(person=person)
    assert "授权书没有盖章" in message.text and "测试新厂有限公司" in message.text
    assert asked(person, at).state == ClerkState.ASKED


def test_every_look_at_a_number_is_remembered_without_the_number(at: datetime) -> None:
    clerk = asked(member("测试甲"), at)
    by = officer(AGENCY, Role.REVIEWER)
    assert bodies.reveal(clerk, what=Number.ID_NUMBER, by=by, at=at) == clerk.person.id_number
    event = Event.objects.get(name="clerk.number_shown")
    assert event.by == by and clerk.person.id_number not in str(event.details)
    with pytest.raises(Refused):
        bodies.reveal(clerk, what=Number.PHONE, by=officer("hangzhou-union", Role.REVIEWER), at=at)


# --- where a head acts already


def test_a_head_is_asked_first_and_may_approve(at: datetime) -> None:
    row = organisation()
    head = row.clerks.get().person
    person = member("测试甲")
    clerk = asked(person, at, credit_code=row.credit_code)
    assert clerk.with_head and told(head) == ["organisation.clerk_asked"]
    assert not Clerk.objects.for_officers().exists()
    with pytest.raises(Refused):
        confirmed(clerk, at)
    with pytest.raises(Refused):
        organisations.approve(clerk, by=account(person), at=at)
    clerk = organisations.approve(clerk, by=clerk_of(row), at=at)
    assert clerk.state == ClerkState.ACTIVE and not clerk.head
    assert Organisation.objects.acted_for_by(account(person)).get() == row


def test_a_request_can_be_taken_to_the_agency(at: datetime) -> None:
    row = organisation()
    clerk = asked(member("测试甲"), at, credit_code=row.credit_code)
    with pytest.raises(Refused):
        bodies.take_to_agency(clerk, by=clerk_of(row), at=at)
    clerk = bodies.take_to_agency(clerk, by=account(clerk.person), at=at)
    assert Clerk.objects.for_officers().get() == clerk
    clerk = confirmed(clerk, at, name=row.name, head=True)
    assert clerk.head and row.clerks.heads().count() == 2
    assert "organisation.clerk_joined" in told(row.clerks.exclude(pk=clerk.pk).get().person)


def test_a_request_goes_to_the_agency_by_itself_once_no_head_is_left(at: datetime) -> None:
    row = organisation()
    clerk = asked(member("测试甲"), at, credit_code=row.credit_code)
    organisations.end(row.clerks.heads().get(), reason="已离职", by=officer(AGENCY, Role.REVIEWER), at=at)
    assert Clerk.objects.for_officers().get() == clerk


# --- what is known, where it is paid


def test_the_account_is_the_organisations_own(at: datetime) -> None:
    row = organisation("测试机械（杭州）有限公司")
    good = {"name": "测试机械(杭州)有限公司", "number": "3300 1234 5678", "bank": "测试银行萧山支行"}
    for wrong in (
        {"name": "测试甲"},
        {"number": "12345"},
        {"number": "1" * 33},
        {"number": "33A456"},
        {"bank": ""},
    ):
        with pytest.raises(Refused):
            organisations.save_account(row, **{**good, **wrong}, by=clerk_of(row), at=at)
    row = organisations.save_account(row, **good, by=clerk_of(row), at=at)
    assert (row.account_name, row.account_number) == ("测试机械（杭州）有限公司", "330012345678")
    assert told(row.clerks.get().person) == ["organisation.account_changed"]
    assert "3300" not in str(Event.objects.get(name="organisation.account_changed").details)
    with pytest.raises(Refused):
        organisations.save_account(row, **good, by=account(member("测试乙")), at=at)


def test_what_an_officer_vouches_for_is_kept_with_its_history(at: datetime) -> None:
    row, by = organisation(), officer(AGENCY, Role.REVIEWER)
    row = bodies.vouch(row, {"organisation.star_rating": "5"}, by=by, at=at)
    assert row.known["organisation.star_rating"] == 5
    bodies.vouch(row, {"organisation.star_rating": 5}, by=by, at=at)
    row = bodies.vouch(row, {"organisation.star_rating": ""}, by=by, at=at)
    assert "organisation.star_rating" not in row.known
    history = [event.details["facts"] for event in Event.objects.about(row)]
    assert history == [{"organisation.star_rating": 5}, {"organisation.star_rating": None}]
    for by in (clerk_of(row), officer(AGENCY, Role.CASHIER)):
        with pytest.raises(Refused):
            bodies.vouch(row, {"organisation.star_rating": 3}, by=by, at=at)
    with pytest.raises(Refused):
        bodies.vouch(row, {"person.sex": "female"}, by=officer(AGENCY, Role.REVIEWER), at=at)
    assert KIND in vouched_facts() and "organisation.id" not in vouched_facts()


# --- who sees what


def test_strangers_see_nothing(at: datetime) -> None:
    row, stranger = organisation(), account(member("测试丙"))
    clerk = asked(member("测试甲"), at, credit_code=row.credit_code)
    invitation = organisations.invite(row, name="测试乙", phone="13900007001", by=clerk_of(row), at=at)
    for user in (stranger, officer("hangzhou-union", Role.REVIEWER)):
        assert not Clerk.objects.visible_to(user).exists()
        assert not Letter.objects.visible_to(user).exists()
        assert not Invitation.objects.visible_to(user).exists()
        assert not Organisation.objects.visible_to(user).exists()
    for user in (clerk_of(row), account(clerk.person)):
        assert Letter.objects.visible_to(user).get().clerk == clerk
    assert Letter.objects.visible_to(officer(AGENCY)).exists()
    assert Invitation.objects.visible_to(account(member("测试乙", phone="13900007001"))).get() == invitation
