"""What those who act for organisations do, with everybody concerned told in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from jiangli.accounts.models import Agency, User
from jiangli.correspondence.actions import tell
from jiangli.registers import invitations, organisations
from jiangli.registers.models import Clerk, ClerkState, Invitation, Organisation, Person
from jiangli.registers.organisations import Paper

__all__ = [
    "Paper",
    "accept",
    "approve",
    "ask",
    "confirm",
    "decline",
    "end",
    "invite",
    "make_head",
    "refuse",
    "save_account",
]


@transaction.atomic
def ask(
    person: Person,
    *,
    credit_code: str,
    name: str,
    kind: str,
    agency: Agency,
    letters: list[Paper],
    by: User,
    at: datetime,
) -> Clerk:
    """Ask to act for an organisation; its heads, if it has any, are told by whom."""
    clerk = organisations.ask(
        person, credit_code=credit_code, name=name, kind=kind, agency=agency, letters=letters, by=by, at=at
    )
    if clerk.with_head:
        _tell_heads("organisation.clerk_asked", clerk.organisation, clerk, at=at, name=person.name)
    return clerk


@transaction.atomic
def approve(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """A head lets the asker act, who is told."""
    clerk = organisations.approve(clerk, by=by, at=at)
    _tell(clerk, "organisation.clerk_confirmed", at=at)
    _tell_others(clerk, by, at=at)
    return clerk


@transaction.atomic
def confirm(
    clerk: Clerk, *, name: str, facts: Mapping[str, Any], head: bool, by: User, at: datetime
) -> Clerk:
    """An officer confirms; the asker is told, and the heads who were there before."""
    clerk = organisations.confirm(clerk, name=name, facts=facts, head=head, by=by, at=at)
    _tell(clerk, "organisation.clerk_confirmed", at=at)
    _tell_others(clerk, by, at=at)
    return clerk


@transaction.atomic
def refuse(clerk: Clerk, *, reason: str, by: User, at: datetime) -> Clerk:
    """A head or an officer says no, and the asker reads why."""
    clerk = organisations.refuse(clerk, reason=reason, by=by, at=at)
    _tell(clerk, "organisation.clerk_refused", at=at, reason=clerk.reason)
    return clerk


@transaction.atomic
def end(clerk: Clerk, *, reason: str = "", by: User, at: datetime) -> Clerk:
    """End a clerkship. Whoever it was is told, and the heads that remain."""
    clerk = organisations.end(clerk, reason=reason, by=by, at=at)
    _tell(clerk, "organisation.clerk_ended", at=at)
    heads = clerk.organisation.clerks.heads().exclude(person__account=by)
    _tell_each(
        heads, "organisation.clerk_left", clerk.organisation, str(clerk.pk), at=at, name=clerk.person.name
    )
    return clerk


@transaction.atomic
def make_head(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """Make a clerk a head, who is told."""
    clerk = organisations.make_head(clerk, by=by, at=at)
    _tell(clerk, "organisation.head_made", at=at)
    return clerk


@transaction.atomic
def save_account(
    organisation: Organisation, *, name: str, number: str, bank: str, by: User, at: datetime
) -> Organisation:
    """Change the account into which an organisation is paid; all its heads are told, also whoever did it."""
    row = organisations.save_account(organisation, name=name, number=number, bank=bank, by=by, at=at)
    tail = row.account_number[-4:]
    _tell_each(row.clerks.heads(), "organisation.account_changed", row, at.isoformat(), at=at, tail=tail)
    return row


@transaction.atomic
def invite(organisation: Organisation, *, name: str, phone: str, by: User, at: datetime) -> Invitation:
    """Invite somebody by name and phone; the message holds no link and not the inviter's name."""
    made = invitations.invite(organisation, name=name, phone=phone, by=by, at=at)
    once = f"organisation.clerk_invited:{made.pk}"
    tell("organisation.clerk_invited", phone=made.phone, once=once, at=at, organisation=organisation.name)
    return made


@transaction.atomic
def accept(invitation: Invitation, person: Person, *, by: User, at: datetime) -> Clerk:
    """Accept, which the heads are told."""
    clerk = invitations.accept(invitation, person, by=by, at=at)
    _tell_heads("organisation.clerk_joined", clerk.organisation, clerk, at=at, name=person.name)
    return clerk


@transaction.atomic
def decline(invitation: Invitation, person: Person, *, by: User, at: datetime) -> Invitation:
    """Decline, which the heads are told."""
    invitation = invitations.decline(invitation, person, by=by, at=at)
    heads = invitation.organisation.clerks.heads()
    _tell_each(
        heads, "organisation.clerk_declined", invitation.organisation, str(invitation.pk), at=at,
        name=invitation.name,
    )  # fmt: skip
    return invitation


def _tell(clerk: Clerk, event: str, *, at: datetime, **values: Any) -> None:
    once = f"{event}:{clerk.pk}:{at.isoformat()}"
    tell(event, person=clerk.person, once=once, at=at, organisation=_name(clerk), **values)


def _name(clerk: Clerk) -> str:
    """To whoever is refused, the name as they wrote it themselves: what others wrote is not told to them."""
    return clerk.stated_name if clerk.state == ClerkState.REFUSED else clerk.organisation.name


def _tell_others(clerk: Clerk, by: User, *, at: datetime) -> None:
    others = clerk.organisation.clerks.heads().exclude(pk=clerk.pk).exclude(person__account=by)
    _tell_each(
        others, "organisation.clerk_joined", clerk.organisation, str(clerk.pk), at=at, name=clerk.person.name
    )


def _tell_heads(event: str, organisation: Organisation, clerk: Clerk, *, at: datetime, name: str) -> None:
    heads = organisation.clerks.heads().exclude(pk=clerk.pk)
    _tell_each(heads, event, organisation, str(clerk.pk), at=at, name=name)


def _tell_each(
    heads: Iterable[Clerk], event: str, organisation: Organisation, about: str, *, at: datetime, **values: Any
) -> None:
    for head in heads:
        once = f"{event}:{about}:{head.pk.hex}"
        tell(event, person=head.person, once=once, at=at, organisation=organisation.name, **values)
