"""Invitations to act for an organisation, and how its heads come and go."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.correspondence import organisations
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers import invitations
from jiangli.registers.models import ClerkState, Invitation, InvitationState, Organisation, Person
from stories import agencies, clerk_of, member, officer, organisation

pytestmark = pytest.mark.django_db

AGENCY = "xiaoshan-hrss"


@pytest.fixture(autouse=True)
def offices() -> dict[str, Agency]:
    return agencies()


def account(person: Person) -> User:
    assert person.account is not None
    return person.account


def told(person: Person) -> list[str]:
    return [m.event for m in Message.objects.filter(person=person).order_by("written_at", "pk")]


def invited(row: Organisation, at: datetime, name: str = "测试乙", phone: str = "13900007001") -> Invitation:
    return organisations.invite(row, name=name, phone=phone, by=clerk_of(row), at=at)


def test_the_invited_person_accepts_and_acts(at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900007001")
    invitation = invited(row, at)
    message = Message.objects.get(event="organisation.clerk_invited")
    assert message.phone == "13900007001" and row.name in message.text
    clerk = organisations.accept(invitation, person, by=account(person), at=at + timedelta(days=14))
    assert clerk.state == ClerkState.ACTIVE and not clerk.head and clerk.asked_of is None
    assert Organisation.objects.acted_for_by(account(person)).get() == row
    assert told(row.clerks.heads().get().person) == ["organisation.clerk_joined"]


@pytest.mark.parametrize(
    ("name", "phone", "days"),
    [("测试乙", "13900007002", 0), ("测试丙", "13900007001", 0), ("测试乙", "13900007001", 15)],
)
def test_nobody_else_accepts_and_not_for_ever(at: datetime, name: str, phone: str, days: int) -> None:
    invitation, person = invited(organisation(), at), member(name, phone=phone)
    for answer in (organisations.accept, organisations.decline):
        with pytest.raises(Refused):
            answer(invitation, person, by=account(person), at=at + timedelta(days=days))
    with pytest.raises(Refused):
        organisations.accept(invitation, person, by=officer(AGENCY, Role.REVIEWER), at=at)


def test_an_invitation_is_declined_withdrawn_replaced_and_expires(at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900007001")
    first = invited(row, at)
    second = invited(row, at + timedelta(minutes=1))
    first.refresh_from_db()
    assert first.state == InvitationState.WITHDRAWN
    organisations.decline(second, person, by=account(person), at=at)
    assert told(row.clerks.heads().get().person) == ["organisation.clerk_declined"]
    third = invited(row, at + timedelta(hours=1))
    invitations.withdraw(third, by=clerk_of(row), at=at)
    with pytest.raises(Refused):
        organisations.accept(third, person, by=account(person), at=at)
    invited(row, at + timedelta(hours=2))
    assert invitations.expire(at=at + timedelta(days=14)) == 0
    assert invitations.expire(at=at + timedelta(days=15)) == 1
    assert invitations.expire(at=at + timedelta(days=15)) == 0


def test_only_heads_invite_and_not_without_end(at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900007001")
    organisations.accept(invited(row, at), person, by=account(person), at=at)
    with pytest.raises(Refused, match=r"负责|head"):
        organisations.invite(row, name="测试丙", phone="13900007003", by=account(person), at=at)
    with pytest.raises(Refused, match=r"已经|already"):
        invited(row, at)
    with pytest.raises(Refused):
        invited(row, at, phone="12")
    for serial in range(invitations.PER_DAY - 1):
        invited(row, at, phone=f"1390001{serial:04d}")
    with pytest.raises(Refused):
        invited(row, at, phone="13900020000")


# --- heads come and go


def test_the_last_head_leaves_only_after_a_successor_was_made(at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900007001")
    head, by = row.clerks.get(), clerk_of(row)
    clerk = organisations.accept(invited(row, at), person, by=account(person), at=at)
    with pytest.raises(Refused, match=r"负责|head"):
        organisations.end(head, by=by, at=at)
    with pytest.raises(Refused):
        organisations.make_head(clerk, by=account(person), at=at)
    organisations.make_head(clerk, by=by, at=at)
    organisations.end(head, by=by, at=at)
    assert not Organisation.objects.acted_for_by(by).exists()
    assert "organisation.head_made" in told(person) and "organisation.clerk_left" in told(person)
    assert "organisation.clerk_ended" in told(head.person)


def test_a_head_ends_others_a_clerk_only_themself(at: datetime) -> None:
    row = organisation()
    people = [member(f"测试{n}", phone=f"1390000700{n}") for n in range(2)]
    clerks = [
        organisations.accept(invited(row, at, person.name, person.contact), person, by=account(person), at=at)
        for person in people
    ]
    with pytest.raises(Refused):
        organisations.end(clerks[1], by=account(people[0]), at=at)
    organisations.end(clerks[0], by=account(people[0]), at=at)
    organisations.end(clerks[1], by=clerk_of(row), at=at)
    assert row.clerks.active().count() == 1


def test_an_officer_ends_the_last_head_and_says_why(at: datetime) -> None:
    row = organisation()
    by = officer(AGENCY, Role.REVIEWER)
    with pytest.raises(Refused):
        organisations.end(row.clerks.get(), by=by, at=at)
    clerk = organisations.end(row.clerks.get(), reason="授权书到期", by=by, at=at)
    assert (clerk.state, clerk.settled_by) == (ClerkState.ENDED, by)


def test_what_an_ended_head_left_behind_lets_nobody_in(at: datetime) -> None:
    row, person = organisation(), member("测试乙", phone="13900007001")
    invitation = invited(row, at)
    by = officer(AGENCY, Role.REVIEWER)
    organisations.end(row.clerks.get(), reason="不是这家单位的人", by=by, at=at)
    with pytest.raises(Refused):
        organisations.accept(invitation, person, by=account(person), at=at)
    assert not Organisation.objects.acted_for_by(account(person)).exists()
