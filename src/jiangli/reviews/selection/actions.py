"""Take candidates, examine them, take the experts' scores, choose, record publicity and meeting, make it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, files
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.pictures import content_type_of
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.actions import needed
from jiangli.registers.recognitions.kinds import kind_of
from jiangli.registers.recognitions.models import Recognition
from jiangli.reviews.selection.models import Candidate, CandidateFile, ScoreSheet, SelectionRound
from jiangli.reviews.selection.permissions import (
    cannot_abstain,
    cannot_examine,
    cannot_move,
    cannot_score,
    cannot_take,
)
from jiangli.reviews.selection.status import CandidateState, RoundState
from jiangli.reviews.selection.tasks import make_material_previews

MOST_FILES = 30


@dataclass(frozen=True)
class Standing:
    """Who stands: the holder, the name of the studio or base, the entry that is assessed, when it came in."""

    party: Person | Organisation
    received_on: date
    name: str = ""
    about: Recognition | None = None


@transaction.atomic
def take(one: SelectionRound, standing: Standing, *, by: User, at: datetime) -> Candidate:
    """Enter a candidate from paper. Refused outside the round's days, and twice."""
    one = locked(one)
    if reason := cannot_take(one, by, on=clock.day_of(at)) or _fault(one, standing, on=clock.day_of(at)):
        raise Refused(reason)
    party = standing.party
    name = standing.name.strip() or (standing.about.name if standing.about else party.name)
    field = "person" if isinstance(party, Person) else "organisation"
    if one.candidates.filter(**{field: party}, name=name).exists():
        raise Refused(_("This candidate stands in the round already."))
    candidate = Candidate.objects.create(
        round=one,
        number=1 + (one.candidates.order_by("-number").values_list("number", flat=True).first() or 0),
        **{field: party},
        about=standing.about,
        name=name[:100],
        received_on=standing.received_on,
        entered_by=by,
        entered_at=at,
    )
    record("candidate.taken", candidate, by=by, at=at, round=str(one.pk))
    return candidate


def _fault(one: SelectionRound, standing: Standing, *, on: date) -> str | None:
    kind = kind_of(one.kind)
    holder = "person" if isinstance(standing.party, Person) else "organisation"
    if holder not in kind.holders:
        wanted = _("a person") if "person" in kind.holders else _("an organisation")
        return _("This kind of entry is held by %(holder)s.") % {"holder": wanted}
    if not one.opens_on <= standing.received_on <= one.closes_on:
        return _("Candidates are taken from %(first)s to %(last)s.") % {
            "first": one.opens_on.isoformat(),
            "last": one.closes_on.isoformat(),
        }
    if standing.received_on > on:
        return _("The day it came in lies ahead.")
    if kind.about:
        known = Recognition.objects.valid_on(standing.received_on).filter(
            kind=kind.about, **{holder: standing.party}
        )
        if standing.about is None or not known.filter(pk=standing.about.pk).exists():
            return _("Choose the entry of this holder that is assessed.")
    return None


def add_material(candidate: Candidate, name: str, content: bytes, *, by: User, at: datetime) -> CandidateFile:
    """Keep a material, encrypted. Refused for what is no picture or PDF."""
    if reason := _cannot_add(candidate, by, on=clock.day_of(at)):
        raise Refused(reason)
    content_type, stored = content_type_of(content), files.keep(content)
    with transaction.atomic():
        candidate = _candidate(candidate)
        if reason := _cannot_add(candidate, by, on=clock.day_of(at)):
            raise Refused(reason)
        if candidate.files.count() >= MOST_FILES:
            raise Refused(_("There are %(n)s files already. Put the rest into one PDF.") % {"n": MOST_FILES})
        row = CandidateFile.objects.create(
            candidate=candidate, original_name=name[:120], content_type=content_type, file=stored,
            added_by=by, added_at=at,
        )  # fmt: skip
        record("candidate.material_added", candidate, by=by, at=at, material=str(row.pk))
        transaction.on_commit(partial(make_material_previews.enqueue, str(row.pk)))
    return row


def _cannot_add(candidate: Candidate, user: User, *, on: date) -> str | None:
    if candidate.state not in (CandidateState.WAITING, CandidateState.RETURNED):
        return _("This candidate was dealt with already.")
    return cannot_examine(candidate, CandidateState.REFUSED, user, on=on)


@transaction.atomic
def examine(
    candidate: Candidate, to: CandidateState, *, words: str = "", by: User, at: datetime
) -> Candidate:
    """The preliminary review: admit, return to be completed, refuse, or take up again. Words but for admitting."""
    locked(candidate.round)
    candidate = _candidate(candidate)
    if reason := cannot_examine(candidate, to, by, on=clock.day_of(at)):
        raise Refused(reason)
    free = to in (CandidateState.ADMITTED, CandidateState.WAITING)
    candidate.state, candidate.words = to, words.strip()[:300] if free else needed(words)
    candidate.save(update_fields=["state", "words"])
    record("candidate.examined", candidate, by=by, at=at, state=to)
    return candidate


@transaction.atomic
def close_receiving(one: SelectionRound, *, by: User, at: datetime) -> SelectionRound:
    """No more candidates: after the last day only."""
    one = locked(one)
    if clock.day_of(at) <= one.closes_on and one.state == RoundState.RECEIVING:
        raise Refused(_("Candidates are taken until %(day)s.") % {"day": one.closes_on.isoformat()})
    return move(one, RoundState.PRELIMINARY, by=by, at=at)


@transaction.atomic
def begin_scoring(one: SelectionRound, *, by: User, at: datetime) -> SelectionRound:
    """Hand the admitted candidates to the experts. Refused while one is not examined, or nobody scores."""
    one = locked(one)
    open_now = one.candidates.filter(state__in=[CandidateState.WAITING, CandidateState.RETURNED]).count()
    if open_now:
        raise Refused(_("%(n)s candidates are not examined to the end yet.") % {"n": open_now})
    if not one.candidates.filter(state=CandidateState.ADMITTED).exists():
        raise Refused(_("No candidate was admitted."))
    if not one.experts.exists():
        raise Refused(_("Name the experts first."))
    return move(one, RoundState.SCORING, by=by, at=at)


@transaction.atomic
def score(
    candidate: Candidate, marks: Mapping[str, Decimal], *, comment: str = "", by: User, at: datetime
) -> ScoreSheet:
    """An expert's sheet; a later one replaces it until the scores are closed. Points with at most two decimals."""
    one = locked(candidate.round)
    candidate = _candidate(candidate)
    if reason := cannot_score(candidate, by, on=clock.day_of(at)):
        raise Refused(reason)
    kept = {}
    for criterion in one.criteria:
        given = marks.get(criterion["id"])
        if given is None or not given.is_finite() or not 0 <= given <= criterion["most"]:
            raise Refused(
                _("%(title)s: write points from 0 to %(most)s.")
                % {"title": criterion["title"], "most": criterion["most"]}
            )
        if given * 100 != int(given * 100):
            raise Refused(_("%(title)s: at most two decimals.") % {"title": criterion["title"]})
        kept[criterion["id"]] = int(given * 100)
    return _sheet(candidate, by, at, marks=kept, comment=comment.strip()[:500], abstained="")


@transaction.atomic
def abstain(candidate: Candidate, *, reason: str, by: User, at: datetime) -> ScoreSheet:
    """An expert with an interest of their own says nothing of this candidate, and why."""
    locked(candidate.round)
    candidate = _candidate(candidate)
    if why := cannot_abstain(candidate, by, on=clock.day_of(at)):
        raise Refused(why)
    return _sheet(candidate, by, at, marks={}, comment="", abstained=needed(reason))


def _sheet(candidate: Candidate, by: User, at: datetime, **said: Any) -> ScoreSheet:
    sheet, _made = ScoreSheet.objects.update_or_create(
        candidate=candidate, expert=by, defaults={**said, "given_at": at}
    )
    record("candidate.scored", candidate, by=by, at=at, abstained=bool(said["abstained"]))
    return sheet


def locked(one: SelectionRound) -> SelectionRound:
    """The round under its lock, which everything that changes it takes first."""
    return SelectionRound.objects.select_for_update().get(pk=one.pk)


def _candidate(candidate: Candidate) -> Candidate:
    rows = Candidate.objects.select_for_update(of=("self",))
    return rows.select_related("round", "person", "organisation", "about").get(pk=candidate.pk)


def move(one: SelectionRound, to: RoundState, *, by: User, at: datetime, **details: Any) -> SelectionRound:
    """Go on to a state that may follow; what was set on ``one`` is kept with it. Inside a transaction."""
    if reason := cannot_move(one, to, by, on=clock.day_of(at)):
        raise Refused(reason)
    one.state = to
    one.save()
    record("selection.moved", one, by=by, at=at, state=to, **details)
    return one
