"""Reasons why not, for those who act for organisations and for officers who confirm them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from jiangli.accounts.models import Post, User
from jiangli.accounts.queries import stands_in_for
from jiangli.accounts.roles import Role
from jiangli.registers.models import (
    Clerk,
    ClerkState,
    Invitation,
    InvitationState,
    Organisation,
    Person,
)
from jiangli.registers.names import could_be_person_name

MOST_WAITING = 5
CONFIRMING = (Role.REVIEWER, Role.REGISTRAR)


def is_head(organisation: Organisation, user: User) -> bool:
    """Whether this user is one of the organisation's heads now."""
    return organisation.clerks.heads().filter(person__account=user).exists()


def _not_head(organisation: Organisation, user: User) -> str | None:
    return None if is_head(organisation, user) else _("Only a head of this organisation can do this.")


def cannot_ask(organisation: Organisation | None, person: Person) -> str | None:
    """Why this person cannot ask to act for the organisation; None: one that is not known yet."""
    live = person.clerkships.filter(state__in=[ClerkState.ASKED, ClerkState.ACTIVE])
    if organisation is not None:
        states = set(live.filter(organisation=organisation).values_list("state", flat=True))
        if ClerkState.ACTIVE in states:
            return _("You act for this organisation already.")
        if states:
            return _("You have asked for this organisation already. Wait for the answer.")
    if live.filter(state=ClerkState.ASKED).count() >= MOST_WAITING:
        return _("Several of your requests wait already. Wait for an answer before you ask again.")
    return None


def _not_waiting(clerk: Clerk) -> str | None:
    return None if clerk.state == ClerkState.ASKED else _("This request was answered already.")


def cannot_take_to_agency(clerk: Clerk, user: User) -> str | None:
    """Why a request that waits for a head cannot be taken to the agency."""
    if clerk.person.account_id != user.pk:
        return _("Only whoever asked can do this.")
    if not clerk.with_head:
        return _not_waiting(clerk) or _("This request is with the agency already.")
    return _not_waiting(clerk)


def cannot_take_back(clerk: Clerk, user: User) -> str | None:
    """Why a request cannot be taken back."""
    if clerk.person.account_id != user.pk:
        return _("Only whoever asked can do this.")
    return _not_waiting(clerk)


def cannot_answer_as_head(clerk: Clerk, user: User) -> str | None:
    """Why a head cannot approve or refuse this request. Taking it to the agency does not end a head's say."""
    return _not_waiting(clerk) or _not_head(clerk.organisation, user)


def cannot_confirm(clerk: Clerk, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm or refuse this request."""
    if reason := _not_waiting(clerk):
        return reason
    if not user.is_officer or clerk.asked_of_id != user.agency_id:
        return _("This request was made to another agency.")
    if not Clerk.objects.for_officers().filter(pk=clerk.pk).exists():
        return _("A head of this organisation is asked first. The asker can take it to you.")
    return _not_their_post(user, on) or _own(clerk, user, on)


def _not_their_post(user: User, on: date) -> str | None:
    people = stands_in_for(user, on=on)
    posts = Post.objects.filter(user__in=people, user__is_active=True, role__in=CONFIRMING)
    return None if posts.exists() else _("Confirming organisations belongs to reviewers and list clerks.")


def _own(clerk: Clerk, user: User, on: date) -> str | None:
    """Nobody confirms what is their own: their request, or that of whomever they stand in for, or of an
    organisation for which they act themselves."""
    keys = {person.pk for person in stands_in_for(user, on=on)}
    acting = clerk.organisation.clerks.active().select_related("person")
    for person in (clerk.person, *(row.person for row in acting)):
        if {person.account_id, person.officer_id} & keys:
            return _("Nobody confirms a request of their own. A colleague has to do it.")
    return None


def cannot_see_clerk_numbers(clerk: Clerk, user: User, *, on: date) -> str | None:
    """Why this officer is not shown the numbers of whoever asks in full."""
    if not user.is_officer or clerk.asked_of_id != user.agency_id:
        return _("This request was made to another agency.")
    return _not_their_post(user, on)


def cannot_vouch(organisation: Organisation, user: User, *, on: date) -> str | None:
    """Why this officer cannot note what is known of an organisation."""
    if not user.is_officer:
        return _("Only an officer can vouch for this.")
    if reason := _not_their_post(user, on):
        return reason
    keys = {person.pk for person in stands_in_for(user, on=on)}
    acting = organisation.clerks.active().select_related("person")
    if any({row.person.account_id, row.person.officer_id} & keys for row in acting):
        return _("Nobody vouches for an organisation of their own. A colleague has to do it.")
    return None


def cannot_invite(organisation: Organisation, user: User) -> str | None:
    """Why this user cannot invite others to act for the organisation, or take an invitation back."""
    return _not_head(organisation, user)


def _still_head(clerk: Clerk) -> bool:
    """Whether whoever invited may still do so: what an ended head left behind lets nobody in."""
    return clerk.head and clerk.state == ClerkState.ACTIVE


def cannot_answer_invitation(invitation: Invitation, person: Person, *, at: datetime) -> str | None:
    """Why this person cannot accept or decline: the phone is theirs and proved, the name is theirs, in time."""
    if not person.proved_phone_index or invitation.phone_index != person.proved_phone_index:
        return _("This invitation went to another phone.")
    if invitation.state == InvitationState.OPEN and at > invitation.expires_at:
        return _("This invitation is too old. Ask whoever invited you for a new one.")
    if invitation.state != InvitationState.OPEN or not _still_head(invitation.by_clerk):
        return _("This invitation no longer holds.")
    if not could_be_person_name(invitation.name, person):
        return _("The invitation is for somebody of another name. Ask them to invite you by your name.")
    return None


def cannot_end_clerk(clerk: Clerk, user: User, *, on: date) -> str | None:
    """Why this user cannot end this clerkship: oneself, a head or an officer may; the last head not alone."""
    if clerk.state != ClerkState.ACTIVE:
        return _("This person does not act for the organisation any more.")
    if user.is_officer:
        return cannot_vouch(clerk.organisation, user, on=on)
    if clerk.person.account_id != user.pk and (reason := _not_head(clerk.organisation, user)):
        return reason
    if clerk.head and not clerk.organisation.clerks.heads().exclude(pk=clerk.pk).exists():
        return _("Make somebody else a head first: an organisation is never without one.")
    return None


def cannot_make_head(clerk: Clerk, user: User) -> str | None:
    """Why this clerk cannot be made a head by this user."""
    if clerk.state != ClerkState.ACTIVE:
        return _("This person does not act for the organisation any more.")
    if clerk.head:
        return _("This person is a head already.")
    return _not_head(clerk.organisation, user)


def cannot_change_account(organisation: Organisation, user: User) -> str | None:
    """Why this user cannot say into which account the organisation is paid."""
    return _not_head(organisation, user)
