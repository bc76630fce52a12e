"""Invitations to act for an organisation: a head invites by name and phone; only that person can accept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts import actions as accounts
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.fields import blind_index
from jiangli.refused import Refused
from jiangli.registers.models import (
    Clerk,
    ClerkState,
    Invitation,
    InvitationState,
    Organisation,
    Person,
)
from jiangli.registers.permissions import cannot_answer_invitation, cannot_invite
from jiangli.registers.queries import phone_index
from jiangli.registers.rows import normalise_phone, phone_fault

LIFE = timedelta(days=14)
PER_DAY = 20  # of one organisation: each is a message to somebody's phone
NAME_LIMIT = 60


def invite(organisation: Organisation, *, name: str, phone: str, by: User, at: datetime) -> Invitation:
    """Invite somebody to act for the organisation. One that is open already for this phone is replaced."""
    name, number = name.strip(), normalise_phone(phone)
    if not name or len(name) > NAME_LIMIT:
        raise Refused(_("Write the name as it stands on the identity card, in at most 60 characters."))
    if fault := phone_fault(number):
        raise Refused(fault)
    if reason := cannot_invite(organisation, by):
        raise Refused(reason)
    key = blind_index(f"invite:{organisation.pk}")
    accounts.count_attempt("invite", key, limit=PER_DAY, within=timedelta(days=1), at=at)
    return _invite(organisation, name, number, by, at)


@transaction.atomic
def _invite(organisation: Organisation, name: str, number: str, by: User, at: datetime) -> Invitation:
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if reason := cannot_invite(row, by):
        raise Refused(reason)
    index = phone_index(number)
    if row.clerks.active().filter(person__proved_phone_index=index, person__name=name).exists():
        raise Refused(_("%(name)s acts for this organisation already.") % {"name": name})
    for before in row.invitations.filter(phone_index=index, state=InvitationState.OPEN):
        _settle(before, InvitationState.WITHDRAWN, by=by, at=at)
    made = Invitation.objects.create(
        organisation=row,
        by_clerk=row.clerks.heads().get(person__account=by),
        name=name,
        phone=number,
        phone_index=index,
        made_at=at,
        expires_at=at + LIFE,
    )
    record("invitation.made", made, by=by, at=at, organisation=str(row.pk))
    return made


def _locked(invitation: Invitation) -> Invitation:
    Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(
        "organisation", "by_clerk__person"
    )
    return rows.get(pk=invitation.pk)


def _settle(invitation: Invitation, state: InvitationState, *, by: User | None, at: datetime) -> None:
    invitation.state, invitation.settled_at = state, at
    invitation.save(update_fields=["state", "settled_at"])
    organisation = str(invitation.organisation_id)
    record(f"invitation.{state.value}", invitation, by=by, at=at, organisation=organisation)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Take an invitation back. Safe to run twice."""
    invitation = _locked(invitation)
    if reason := cannot_invite(invitation.organisation, by):
        raise Refused(reason)
    if invitation.state in (InvitationState.ACCEPTED, InvitationState.DECLINED):
        raise Refused(_("This invitation was answered already."))
    if invitation.state == InvitationState.OPEN:
        _settle(invitation, InvitationState.WITHDRAWN, by=by, at=at)
    return invitation


@transaction.atomic
def accept(invitation: Invitation, person: Person, *, by: User, at: datetime) -> Clerk:
    """Act for the organisation from now on. A request of one's own that waits is answered with this."""
    invitation = _locked(invitation)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if reason := _not_theirs(person, by) or cannot_answer_invitation(invitation, person, at=at):
        raise Refused(reason)
    clerk = person.clerkships.filter(
        organisation=invitation.organisation, state__in=[ClerkState.ASKED, ClerkState.ACTIVE]
    ).first()
    clerk = clerk or Clerk(organisation=invitation.organisation, person=person, asked_at=invitation.made_at)
    if clerk.state != ClerkState.ACTIVE:
        clerk.state, clerk.settled_at, clerk.settled_by = ClerkState.ACTIVE, at, by
        clerk.save()
    _settle(invitation, InvitationState.ACCEPTED, by=by, at=at)
    return clerk


@transaction.atomic
def decline(invitation: Invitation, person: Person, *, by: User, at: datetime) -> Invitation:
    """Say no, which the head is told."""
    invitation = _locked(invitation)
    if reason := _not_theirs(person, by) or cannot_answer_invitation(invitation, person, at=at):
        raise Refused(reason)
    _settle(invitation, InvitationState.DECLINED, by=by, at=at)
    return invitation


def _not_theirs(person: Person, by: User) -> str | None:
    return None if person.account_id == by.pk else _("Only whoever was invited can do this.")


def expire(*, at: datetime) -> int:
    """Close the invitations that nobody answered in time; says how many. Safe to run twice."""
    old = Invitation.objects.filter(state=InvitationState.OPEN, expires_at__lt=at)
    return sum(_expire(row, at) for row in old)


@transaction.atomic
def _expire(invitation: Invitation, at: datetime) -> bool:
    invitation = _locked(invitation)
    if invitation.state != InvitationState.OPEN:
        return False
    _settle(invitation, InvitationState.EXPIRED, by=None, at=at)
    return True
