"""From the scores to the register: ranking, choice, publicity, meeting, the result confirmed by a second officer."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.loads import dictionary
from jiangli.registers.recognitions import actions as recognitions
from jiangli.registers.recognitions.kinds import kind_of
from jiangli.registers.recognitions.models import Recognition, Source
from jiangli.reviews.selection.actions import locked, move
from jiangli.reviews.selection.models import Candidate, ScoreSheet, SelectionRound
from jiangli.reviews.selection.permissions import cannot_choose, cannot_confirm
from jiangli.reviews.selection.scoring import grade_for, joined, weighted
from jiangli.reviews.selection.status import CandidateState, RoundState

STANDS = [CandidateState.ADMITTED, CandidateState.CHOSEN, CandidateState.PASSED_OVER]


def waiting_for(one: SelectionRound) -> dict[str, int]:
    """Expert → how many candidates they have neither scored nor abstained from."""
    admitted = one.candidates.filter(state=CandidateState.ADMITTED).count()
    missing = {}
    for row in one.experts.select_related("user"):
        given = ScoreSheet.objects.filter(
            candidate__round=one, candidate__state=CandidateState.ADMITTED, expert=row.user
        )
        if left := admitted - given.count():
            missing[str(row.user)] = left
    return missing


@transaction.atomic
def close_scores(one: SelectionRound, *, by: User, at: datetime) -> SelectionRound:
    """All experts have said their word: the scores are reckoned, and can be seen from now on."""
    one = locked(one)
    if one.state == RoundState.SCORING and (missing := waiting_for(one)):
        names = _(", ").join(f"{name} ({left})" for name, left in missing.items())
        raise Refused(_("Not all sheets are in: %(names)s.") % {"names": names})
    one = move(one, RoundState.CHOOSING, by=by, at=at)
    sheets: dict[UUID, list[ScoreSheet]] = defaultdict(list)
    experts = one.experts.values("user")
    for sheet in ScoreSheet.objects.filter(candidate__round=one, expert__in=experts, abstained=""):
        sheets[sheet.candidate_id].append(sheet)
    for candidate in one.candidates.filter(state=CandidateState.ADMITTED):
        points = [weighted(one.criteria, sheet.marks) for sheet in sheets[candidate.pk]]
        candidate.score = joined(points, one.ranking)
        if candidate.score is None:
            raise Refused(
                _("Every expert abstained from %(name)s. Name another expert.") % {"name": candidate.name}
            )
        candidate.grade = grade_for(candidate.score, one.grades)
        candidate.save(update_fields=["score", "grade"])
    return one


@transaction.atomic
def choose(
    candidate: Candidate, *, chosen: bool, grade: str = "", words: str = "", by: User, at: datetime
) -> Candidate:
    """Put a candidate on the list, or not; in an assessment with the grade, which needs words where it departs from
    the score. Before the meeting nobody comes on the list any more: who is on it was on public notice."""
    one = locked(candidate.round)
    candidate = Candidate.objects.select_related("round", "person", "organisation").get(pk=candidate.pk)
    if reason := cannot_choose(candidate, by, on=clock.day_of(at)):
        raise Refused(reason)
    to = CandidateState.CHOSEN if chosen else CandidateState.PASSED_OVER
    if one.state == RoundState.DELIBERATION:
        if chosen:
            raise Refused(_("Whoever was not on public notice cannot be added now. Choose again first."))
        words = recognitions.needed(words)
    kind = kind_of(one.kind)
    if chosen and kind.grade:
        candidate.grade = _graded(one, kind, candidate, grade, words)
    rivals = one.candidates.filter(state=CandidateState.CHOSEN).exclude(pk=candidate.pk).count()
    if chosen and one.quota is not None and rivals >= one.quota:
        raise Refused(_("All %(quota)s places are taken.") % {"quota": one.quota})
    candidate.state, candidate.words = to, words.strip()[:300]
    candidate.save(update_fields=["state", "words", "grade"])
    record("candidate.chosen", candidate, by=by, at=at, state=to, grade=candidate.grade)
    return candidate


def _graded(
    one: SelectionRound, kind: rules.Recognised, candidate: Candidate, written: str, words: str
) -> Any:
    """The grade as the contract writes it: what was written, else what the score gives."""
    by_score = grade_for(candidate.score or 0, one.grades)
    if not written.strip():
        if by_score is None:
            raise Refused(_("Write the grade: the score gives none."))
        return by_score
    given = rules.facts_from(dictionary(), {kind.grade: written})
    for slip in given.slips:
        raise Refused(slip.words.zh)
    value = given.facts[kind.grade]
    if by_score is not None and value != by_score:
        recognitions.needed(words)
    return value


@transaction.atomic
def publish(
    one: SelectionRound,
    *,
    number: str,
    from_on: date,
    to_on: date,
    address: str = "",
    by: User,
    at: datetime,
) -> SelectionRound:
    """Record where and when the list is on public notice. Whoever is passed over for a lower score: words say why."""
    one = locked(one)
    _settled(one)
    if not number.strip() or to_on < from_on:
        raise Refused(_("Write the number of the notice, and its first and last day."))
    one.notice_number, one.notice_address = number.strip()[:80], address
    one.notice_from, one.notice_to = from_on, to_on
    return move(one, RoundState.PUBLICITY, by=by, at=at, notice=one.notice_number)


def _settled(one: SelectionRound) -> None:
    """Refuse a list on which somebody is open, nobody stands, or a lower score goes first without a word."""
    rows = list(one.candidates.filter(state__in=STANDS))
    undecided = [row.name for row in rows if row.state == CandidateState.ADMITTED]
    if undecided:
        raise Refused(_("Not decided yet: %(names)s.") % {"names": _(", ").join(undecided)})
    chosen = [row.score or 0 for row in rows if row.state == CandidateState.CHOSEN]
    if not chosen:
        raise Refused(_("Nobody is on the list. Give the round up instead."))
    for row in rows:
        if row.state == CandidateState.PASSED_OVER and (row.score or 0) > min(chosen) and not row.words:
            raise Refused(
                _("%(name)s scored higher than one on the list. Say why they are passed over.")
                % {"name": row.name}
            )


@transaction.atomic
def to_meeting(one: SelectionRound, *, by: User, at: datetime) -> SelectionRound:
    """The notice is over: the list goes to the meeting."""
    one = locked(one)
    if one.notice_to is not None and clock.day_of(at) <= one.notice_to:
        raise Refused(_("The notice runs until %(day)s.") % {"day": one.notice_to.isoformat()})
    return move(one, RoundState.DELIBERATION, by=by, at=at)


@transaction.atomic
def choose_again(one: SelectionRound, *, reason: str, by: User, at: datetime) -> SelectionRound:
    """An objection is right, or the meeting wants another list: back to choosing, and on public notice again."""
    one = locked(one)
    if one.state not in (RoundState.PUBLICITY, RoundState.DELIBERATION):
        raise Refused(_("This is not the turn."))
    said = recognitions.needed(reason)
    one.notice_number, one.notice_address, one.notice_from, one.notice_to = "", "", None, None
    return move(one, RoundState.CHOOSING, by=by, at=at, reason=said)


@transaction.atomic
def propose(
    one: SelectionRound,
    *,
    meeting_number: str,
    meeting_on: date,
    document_number: str,
    document_date: date,
    until_on: date | None = None,
    by: User,
    at: datetime,
) -> SelectionRound:
    """The first officer's word: what the meeting agreed to, and the document that recognises it."""
    one, today = locked(one), clock.day_of(at)
    if not meeting_number.strip() or not document_number.strip():
        raise Refused(_("Write the numbers of the meeting and of the document."))
    if one.notice_to is not None and meeting_on <= one.notice_to:
        raise Refused(_("The meeting was before the notice was over."))
    if not meeting_on <= document_date <= today:
        raise Refused(_("The document is not older than the meeting, and neither lies ahead."))
    if until_on is not None and until_on < document_date:
        raise Refused(_("The last day lies before the first."))
    if not one.candidates.filter(state=CandidateState.CHOSEN).exists():
        raise Refused(_("Nobody is on the list. Give the round up instead."))
    one.meeting_number, one.meeting_on = meeting_number.strip()[:80], meeting_on
    one.document_number, one.document_date = document_number.strip()[:80], document_date
    one.until_on, one.proposed_by, one.proposed_at = until_on, by, at
    return move(one, RoundState.PROPOSED, by=by, at=at, document=one.document_number)


@transaction.atomic
def send_back(one: SelectionRound, *, reason: str, by: User, at: datetime) -> SelectionRound:
    """The second officer does not agree, or the first takes it back."""
    one = locked(one)
    if one.proposed_by_id != by.pk and (why := cannot_confirm(one, by, on=clock.day_of(at))):
        raise Refused(why)
    said = recognitions.needed(reason)
    one.proposed_by, one.proposed_at = None, None
    return move(one, RoundState.DELIBERATION, by=by, at=at, reason=said)


@transaction.atomic
def confirm(one: SelectionRound, *, by: User, at: datetime) -> list[Recognition]:
    """The second officer's word: everybody on the list stands in the register. All in one act, or nothing."""
    one = locked(one)
    if reason := cannot_confirm(one, by, on=clock.day_of(at)):
        raise Refused(reason)
    first, day = one.proposed_by, one.document_date
    assert first is not None and day is not None  # proposed
    kind, made = kind_of(one.kind), []
    paper = recognitions.Document(one.document_number, day, day, one.until_on)
    for row in one.candidates.filter(state=CandidateState.CHOSEN):
        said = {**one.facts, kind.grade: row.grade} if kind.grade else one.facts
        entry = recognitions.Entry(kind.id, row.party, row.name, said, about=row.about)
        put = recognitions.put_down(entry, paper, source=Source.ROUND, batch=one.pk, by=first, at=at)
        row.recognition = recognitions.confirm(put, by=by, at=at)
        row.save(update_fields=["recognition"])
        made.append(row.recognition)
    one.confirmed_by, one.confirmed_at = by, at
    move(one, RoundState.DONE, by=by, at=at, entries=len(made))
    return made


@transaction.atomic
def cancel(one: SelectionRound, *, reason: str, by: User, at: datetime) -> SelectionRound:
    """Give the round up; nothing comes of it."""
    one = locked(one)
    one.cancelled_because = recognitions.needed(reason)
    return move(one, RoundState.CANCELLED, by=by, at=at)
