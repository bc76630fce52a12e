"""Why not: hold a round, take and examine candidates, score, choose, confirm the result.

Reviewers and approvers of the round's agency prepare; an approver who did not propose the result confirms it.
Experts score what they are assigned, and nobody acts on a candidate of their own.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import Post, User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.registers.recognitions.permissions import cannot_be_second, is_close_to
from jiangli.reviews.selection.models import Candidate, SelectionRound
from jiangli.reviews.selection.status import NEXT_CANDIDATE, NEXT_ROUND, CandidateState, RoundState

PREPARE = {Role.REVIEWER, Role.APPROVER}


def scores_only(user: User) -> bool:
    """Whether this account is an expert's and nothing else: it sees the scoring and no other page."""
    return user.is_officer and set(Post.objects.filter(user=user).values_list("role", flat=True)) == {
        Role.EXPERT
    }


def cannot_open(user: User, *, on: date) -> str | None:
    if not user.is_officer or not roles_of(user, on=on) & PREPARE:
        return _("Your post does not include this.")
    return None


def cannot_hold(one: SelectionRound, user: User, *, on: date) -> str | None:
    """Why this officer cannot act on the round."""
    if user.agency_id != one.agency_id:
        return _("Only officers of the agency that holds the round can do this.")
    return cannot_open(user, on=on)


def cannot_be_at(one: SelectionRound, *states: RoundState) -> str | None:
    """Why it is not the turn of what is wanted."""
    if one.state in states:
        return None
    return _("This is not the turn: the round is at “%(state)s”.") % {"state": one.get_state_display()}


def cannot_move(one: SelectionRound, to: RoundState, user: User, *, on: date) -> str | None:
    if reason := cannot_hold(one, user, on=on):
        return reason
    if to not in NEXT_ROUND[RoundState(one.state)]:
        return cannot_be_at(one) or _("This is not the turn.")
    return None


def cannot_take(one: SelectionRound, user: User, *, on: date) -> str | None:
    return cannot_hold(one, user, on=on) or cannot_be_at(one, RoundState.RECEIVING)


def cannot_examine(candidate: Candidate, to: CandidateState, user: User, *, on: date) -> str | None:
    """Why this officer cannot admit, return or refuse the candidate, or take it up again."""
    one = candidate.round
    turn = cannot_be_at(one, RoundState.RECEIVING, RoundState.PRELIMINARY)
    if reason := cannot_hold(one, user, on=on) or turn:
        return reason
    if to not in NEXT_CANDIDATE[CandidateState(candidate.state)]:
        return _("This candidate was dealt with already.")
    return _own(candidate, user, on=on)


def cannot_choose(candidate: Candidate, user: User, *, on: date) -> str | None:
    one = candidate.round
    turn = cannot_be_at(one, RoundState.CHOOSING, RoundState.DELIBERATION)
    if reason := cannot_hold(one, user, on=on) or turn:
        return reason
    if candidate.state in (CandidateState.WAITING, CandidateState.RETURNED, CandidateState.REFUSED):
        return _("This candidate was not admitted.")
    return _own(candidate, user, on=on)


def cannot_score(candidate: Candidate, user: User, *, on: date) -> str | None:
    """Why this expert cannot score the candidate; a tie to it is a reason to abstain."""
    if reason := cannot_abstain(candidate, user, on=on):
        return reason
    if is_close_to(candidate.party, user, on=on):
        return _("You act for this candidate, or are it yourself. Abstain, and say so.")
    return None


def cannot_abstain(candidate: Candidate, user: User, *, on: date) -> str | None:
    """Why this expert says nothing of the candidate: not assigned, or not the time. A deputy does not score."""
    if not candidate.round.experts.filter(user=user).exists():
        return _("You are not an expert of this round.")
    if not Post.objects.filter(user=user, user__is_active=True, role=Role.EXPERT).exists():
        return _("Your post does not include this.")
    if reason := cannot_be_at(candidate.round, RoundState.SCORING):
        return reason
    if candidate.state != CandidateState.ADMITTED:
        return _("This candidate was not admitted.")
    return None


def cannot_confirm(one: SelectionRound, user: User, *, on: date) -> str | None:
    """The second officer's side: another approver than whoever proposed, with no candidate of their own chosen."""
    if one.proposed_by is None or one.state != RoundState.PROPOSED:
        return _("The result is not proposed yet.")
    if reason := cannot_be_second(one.agency_id, one.proposed_by, user, on=on):
        return reason
    for candidate in one.candidates.filter(state=CandidateState.CHOSEN):
        if reason := _own(candidate, user, on=on):
            return reason
    return None


def _own(candidate: Candidate, user: User, *, on: date) -> str | None:
    if is_close_to(candidate.party, user, on=on):
        return _("Nobody acts on a candidate of their own. A colleague has to do it.")
    return None
