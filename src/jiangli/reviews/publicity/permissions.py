"""Why not: prepare and approve a list, take it down, object to a row, look into an objection and decide on it.

A reviewer or approver prepares, an approver who did not prepare it lets it go up. One officer looks into an objection,
an approver who did not decides. A deputy is bound by what the person they stand in for did.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.programmes.queries import rule
from jiangli.registers.bans.permissions import acts_only_for
from jiangli.reviews.models import Opinion
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase
from jiangli.reviews.publicity.status import NEXT, ObjectionState, Outcome, PublicationState
from jiangli.reviews.queries import own
from jiangli.reviews.stages import KINDS, decides, is_outside

KIND = "publish"
BOTH = {KINDS[KIND].prepares, KINDS[KIND].decides}


def cannot_publish_at(law: rules.Programme, stage: int, user: User, *, on: date) -> str | None:
    """Why this officer cannot prepare a list for this stage of a programme."""
    at = law.stages[stage]
    if at.kind != KIND:
        return _("Nothing is put on public notice at this step.")
    if is_outside(at):
        return _("This stage is worked at in another system. Its answer is imported.")
    if at.agency != user.agency_id:
        return _("The case is with another agency at this stage.")
    if not roles_of(user, on=on) & BOTH:
        return _("Your post does not include this.")
    return None


def cannot_prepare(publication: Publication, user: User, *, on: date) -> str | None:
    """Why nothing on the list can be changed by this officer now."""
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if publication.state == PublicationState.APPROVED:
        return _("It is approved. Send it back to change it.")
    if publication.state != PublicationState.DRAFT:
        return _("What was up is not changed any more.")
    return None


def cannot_approve(publication: Publication, user: User, *, on: date) -> str | None:
    """Why this officer is not the second one, or the list cannot go up as it is."""
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if publication.state != PublicationState.DRAFT:
        return _("This list does not wait for approval.")
    if not publication.cases.exists():
        return _("There is nobody on this list.")
    if publication.posts_on < on:
        return _("The day on which it goes up is over. Choose another one.")
    if reason := _not_second(publication.prepared_by, user, on=on):
        return reason
    return _passed_before(publication, user, on=on)


def cannot_send_back(publication: Publication, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if publication.state != PublicationState.APPROVED:
        return _("Only an approved list that is not up yet goes back.")
    return None


def cannot_withdraw_list(publication: Publication, user: User, *, on: date) -> str | None:
    """Why the list cannot be taken down: what is not up yet anybody who prepares may, what is up an approver."""
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if PublicationState.WITHDRAWN not in NEXT[PublicationState(publication.state)]:
        return _("This list is over already.")
    if publication.state == PublicationState.OPEN and Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can take down a list that is up.")
    return None


def cannot_object(publication: Publication, *, on: date) -> str | None:
    """Why nobody can object here on that day."""
    if publication.state != PublicationState.OPEN or on > publication.closes_on:
        return _("The days of this notice are over. You can still call or write to us.")
    return None


def cannot_enter_objection(case: PublicationCase, user: User, *, received_on: date, on: date) -> str | None:
    """Why an officer cannot note an objection that came by letter, telephone or in person."""
    publication = case.publication
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if publication.opened_at is None or publication.state == PublicationState.WITHDRAWN:
        return _("This list is not up.")
    if received_on > on:
        return _("The day on which it came in lies ahead.")
    if received_on > publication.closes_on:
        return _("It came in after the last day of the notice.")
    if not case.live:
        return _("This case has left the list already.")
    return None


def cannot_look_into(objection: Objection, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(objection.row.publication, user, on=on):
        return reason
    if not objection.is_open:
        return _("This objection is decided.")
    return _is_own_row(objection, user)


def cannot_see_phone(objection: Objection, user: User, *, on: date) -> str | None:
    """Why this officer cannot see in full the number of whoever objected."""
    return _not_its_officer(objection.row.publication, user, on=on) or _is_own_row(objection, user)


def cannot_decide(objection: Objection, user: User, *, on: date) -> str | None:
    if reason := cannot_look_into(objection, user, on=on):
        return reason
    if objection.state != ObjectionState.LOOKED_INTO or objection.looked_by is None:
        return _("First a colleague looks into it and notes what was found.")
    return _not_second(objection.looked_by, user, on=on)


def cannot_settle_case(case: PublicationCase, user: User, *, on: date) -> str | None:
    """Why a case that could not go on cannot be tried again or sent back to review by this officer."""
    if reason := _not_its_officer(case.publication, user, on=on):
        return reason
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can do this.")
    if case.outcome != Outcome.STUCK or not case.live:
        return _("This case does not wait here.")
    if Application.objects.filter(own(user), pk=case.application_id).exists():
        return _("Nobody handles their own case. A colleague has to take it.")
    return None


def cannot_note_posting(publication: Publication, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(publication, user, on=on):
        return reason
    if publication.approved_at is None:
        return _("This list is not approved yet.")
    return None


def _not_its_officer(publication: Publication, user: User, *, on: date) -> str | None:
    if user.agency_id != publication.agency_id or not roles_of(user, on=on) & BOTH:
        return _("Only officers who deal with cases at the agency of this list can do this.")
    return None


def _not_second(first: User, user: User, *, on: date) -> str | None:
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    if first == user or acts_only_for(first, user, {Role.APPROVER}, on=on):
        return _("Whoever prepared it cannot confirm it, nor can their deputy. A colleague must do it.")
    return None


def _passed_before(publication: Publication, user: User, *, on: date) -> str | None:
    """Nobody lets their own case go up; where the list is the decision, nobody who passed a case decides on it.

    A deputy is bound by what they did for others, and by what the only approver they stand in for did.
    """
    cases = Application.objects.filter(publications__publication=publication)
    if cases.filter(own(user)).exists():
        return _("Nobody handles their own case. A colleague has to take it.")
    if not decides(rule(publication.version), publication.stage):
        return None
    others = stands_in_for(user, on=on) - {user}
    people = {user, *(one for one in others if acts_only_for(one, user, {Role.APPROVER}, on=on))}
    passed = Opinion.objects.passes().filter(application__in=cases)
    passed = passed.filter(Q(by__in=people) | Q(on_behalf_of__in=people))
    if n := passed.values("application").distinct().count():
        return ngettext(
            "You passed %(n)s of these cases at an earlier stage. Another officer has to decide here.",
            "You passed %(n)s of these cases at an earlier stage. Another officer has to decide here.",
            n,
        ) % {"n": n}
    return None


def _is_own_row(objection: Objection, user: User) -> str | None:
    case = objection.row.case
    if Application.objects.filter(own(user), pk=case.application_id).exists():
        return _("Nobody handles their own case. A colleague has to take it.")
    return None
