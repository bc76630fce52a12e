"""Why not: build an agenda, enter what the minutes say, confirm it.

A reviewer or approver of the agency prepares and enters; an approver who did not enter it confirms by the minutes,
and a deputy is bound by what the person they stand in for did. Nobody enters or confirms on their own case.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.applications.sheet import has_roster
from jiangli.registers.bans.permissions import acts_only_for
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.queries import deliberates, due
from jiangli.reviews.deliberation.status import WORDS_NEEDED, MeetingState, Result
from jiangli.reviews.queries import own
from jiangli.reviews.stages import KINDS

POSTS = {KINDS["deliberate"].prepares, KINDS["deliberate"].decides}
AMOUNT = "officer.approved_amount"


def cannot_prepare(user: User, *, on: date) -> str | None:
    """Why this officer cannot call a meeting."""
    if not user.is_officer or user.agency is None or not roles_of(user, on=on) & POSTS:
        return _("Your post does not include this.")
    if not user.agency.works_here or not deliberates(user.agency.pk):
        return _("No case comes before a meeting of your agency.")
    return None


def cannot_change_agenda(meeting: Meeting, user: User, *, on: date) -> str | None:
    """Why nothing can be added, taken off or moved."""
    if reason := _not_its_officer(meeting, user, on=on):
        return reason
    if meeting.state != MeetingState.AGENDA:
        return _("The agenda is fixed. Open it again to change it, as long as no result is entered.")
    return None


def cannot_add(meeting: Meeting, application: Application) -> str | None:
    """Why a case cannot be laid before the meeting."""
    if item := AgendaItem.objects.open().filter(application=application).select_related("meeting").first():
        return _("%(number)s is on the agenda of %(meeting)s already.") % {
            "number": application.number,
            "meeting": item.meeting,
        }
    if not due(meeting.agency).filter(pk=application.pk).exists():
        return _("%(number)s does not stand before a meeting of this agency.") % {
            "number": application.number or _("This case")
        }
    return None


def cannot_fix(meeting: Meeting, user: User, *, on: date) -> str | None:
    if reason := cannot_change_agenda(meeting, user, on=on):
        return reason
    if not meeting.items.exists():
        return _("Nothing is on the agenda yet.")
    return None


def cannot_reopen(meeting: Meeting, user: User, *, on: date) -> str | None:
    """A fixed agenda is changed only as long as no result was entered."""
    if reason := _not_its_officer(meeting, user, on=on):
        return reason
    if meeting.state != MeetingState.FIXED:
        return _("This agenda is not fixed, or its results are confirmed.")
    if meeting.items.exclude(result="").exists():
        return _("Results are entered already. What is not dealt with is put off to another meeting.")
    return None


def cannot_give_up(meeting: Meeting, user: User, *, on: date) -> str | None:
    if meeting.state == MeetingState.AGENDA:
        return cannot_change_agenda(meeting, user, on=on)
    return cannot_reopen(meeting, user, on=on)


def cannot_note(meeting: Meeting, user: User, *, on: date) -> str | None:
    """Why number, day and scans of the minutes cannot be noted."""
    if reason := _not_its_officer(meeting, user, on=on):
        return reason
    if meeting.state == MeetingState.AGENDA:
        return _("Fix the agenda first. The minutes follow it.")
    if meeting.state != MeetingState.FIXED:
        return _("The results are confirmed. The minutes do not change any more.")
    return None


def cannot_enter(item: AgendaItem, user: User, *, on: date) -> str | None:
    """Why this officer cannot enter what the minutes say of this item."""
    meeting = item.meeting
    if reason := _not_its_officer(meeting, user, on=on):
        return reason
    if meeting.state == MeetingState.AGENDA:
        return _("Fix the agenda first. The minutes follow it.")
    if item.ended_at is not None:
        return _("This item is settled.")
    if item.confirmed_at is not None and not item.trouble:
        return _("This result is confirmed and is being carried out.")
    if is_own(item.application, [user]):
        return _("Nobody handles their own case. A colleague has to take it.")
    return None


def cannot_say(item: AgendaItem, result: Result, words: str) -> str | None:
    """Why the minutes cannot say this of this case."""
    programme = programme_of(item.application)
    if result == Result.OTHER and AMOUNT not in programme.facts_read:
        return _("The law fixes the amount of this programme. A meeting cannot change it.")
    if result == Result.PART and not has_roster(programme):
        return _("This case has no lines. It is agreed to as a whole or not.")
    if result in WORDS_NEEDED and not words.strip():
        return _("Say in a sentence what the minutes say. Whoever claims reads it.")
    return None


def cannot_confirm(meeting: Meeting, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm the entered results by the signed minutes."""
    if reason := _not_its_officer(meeting, user, on=on):
        return reason
    if meeting.state not in {MeetingState.FIXED, MeetingState.RECORDED}:
        return _("This meeting has no results to confirm.")
    if KINDS["deliberate"].decides not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    waiting = meeting.items.filter(ended_at=None, confirmed_at=None).select_related("entered_by")
    if reason := _not_whole(meeting):
        return reason
    if not waiting.exists():
        return _("Nothing waits to be confirmed.")
    firsts = {item.entered_by for item in waiting if item.entered_by is not None}
    if any(
        first == user or acts_only_for(first, user, {KINDS["deliberate"].decides}, on=on) for first in firsts
    ):
        return _("Whoever entered a result cannot confirm it, nor can their deputy. A colleague must do it.")
    if waiting.filter(application__in=Application.objects.filter(own(user))).exists():
        return _("Nobody handles their own case. A colleague has to take it.")
    return None


def _not_whole(meeting: Meeting) -> str | None:
    """What is missing before the results can be confirmed."""
    if not meeting.number or meeting.held_on is None:
        return _("Note number and day of the minutes first.")
    if not meeting.papers.filter(removed_at=None).exists():
        return _("Add a scan of the signed minutes first.")
    if meeting.items.filter(ended_at=None, result="").exists():
        return _("Enter a result for every item first.")
    return None


def _not_its_officer(meeting: Meeting, user: User, *, on: date) -> str | None:
    if user.agency_id != meeting.agency_id or not roles_of(user, on=on) & POSTS:
        return _("Only officers who deal with cases at the agency of the meeting can do this.")
    return None
