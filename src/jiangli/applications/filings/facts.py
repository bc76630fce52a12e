"""What filed classes say of the lines of a claim: the facts that the law of its programme reads, and no others.

A line's person is looked for on the lists of the classes that the same organisation filed for the same
programme. Of several the clerk's choice counts, else the one that opened last before the certificate was issued.
Where none is found, or two are left, nothing is said: then the facts stay unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jiangli import clock, rules
from jiangli.applications.filings.models import Examined, FilingTrainee

if TYPE_CHECKING:
    from jiangli.applications.models import Application, Line

FILED, FILED_ON, STARTED_ON = "training.filed", "training.filed_on", "training.started_on"
ON_LIST, REAL_NAME = "training.on_filed_roster", "person.real_name_checked"
GROUP = "person.group"
CONFIRMED = "officer.trainee_identity_confirmed"
OURS = frozenset({FILED, FILED_ON, STARTED_ON, ON_LIST, REAL_NAME, CONFIRMED})
FEW = 100  # lines whose persons are named to the database rather than looked for in all classes
ISSUED = "certificate.issue_date"


@dataclass(frozen=True)
class Match:
    """The entry that speaks for a line; several ``candidates`` and no ``entry``: the clerk has to choose."""

    entry: FilingTrainee | None
    candidates: tuple[FilingTrainee, ...]

    @property
    def ambiguous(self) -> bool:
        return self.entry is None and len(self.candidates) > 1


def reads_filings(programme: rules.Programme) -> bool:
    """Whether classes are filed for this programme and its rules read what they say."""
    asked = any(stage.kind == "file_before" for stage in programme.stages)
    return asked and not OURS.isdisjoint(programme.facts_read)


def filing_facts(
    application: Application, programme: rules.Programme, lines: Sequence[Line]
) -> list[dict[str, Any]]:
    """The facts of each line in their order; one query for all of them, none where no law reads them."""
    if application.organisation_id is None or not reads_filings(programme):
        return [{} for _line in lines]
    read = set(programme.facts_read)
    found = matches(application, lines)
    return [
        {name: value for name, value in _said(match.entry).items() if name in read} if match.entry else {}
        for match in found
    ]


def matches(application: Application, lines: Sequence[Line]) -> list[Match]:
    """For each line the entry on a filed class that is meant; ``lines`` come with their certificates."""
    entries = FilingTrainee.objects.filter(
        filing__organisation=application.organisation_id,
        filing__programme_code=application.programme_code,
        filing__filed_at__isnull=False,
        filing__withdrawn_at=None,
        removed_at=None,
    )
    if len(lines) <= FEW:
        entries = entries.filter(person__in=[line.person_id for line in lines if line.person_id])
    listed: dict[UUID, list[FilingTrainee]] = defaultdict(list)
    for entry in entries.select_related("filing").order_by("filing__opens_on", "filing__filed_at"):
        listed[entry.person_id].append(entry)
    return [_match(line, listed.get(line.person_id, []) if line.person_id else []) for line in lines]


def _match(line: Line, entries: list[FilingTrainee]) -> Match:
    chosen = [entry for entry in entries if entry.filing_id == line.filing_id]
    if chosen:
        return Match(chosen[0], tuple(entries))
    issued = _issued(line)
    if issued:
        entries = [entry for entry in entries if _opened(entry) < issued]
        newest = max((_opened(entry) for entry in entries), default=None)
        entries = [entry for entry in entries if _opened(entry) == newest]
    return Match(entries[0] if len(entries) == 1 else None, tuple(entries))


def _opened(entry: FilingTrainee) -> date:
    day = entry.filing.opens_on
    assert day is not None  # filed_class_has_number_version_day
    return day


def _issued(line: Line) -> date | None:
    """The day the certificate was issued: by the register, else by the list, else as stated."""
    if line.certificate and line.certificate.issue_date:
        return line.certificate.issue_date
    said = line.listed.get(ISSUED) or line.stated.get(ISSUED)
    return date.fromisoformat(said) if said else None


def _said(entry: FilingTrainee) -> dict[str, Any]:
    """What an entry vouches for. Whoever came onto the list later was filed that day, not with the class.

    A name checked in the system of the province counts once an officer has confirmed the trainee.
    """
    filing = entry.filing
    assert filing.filed_at is not None and filing.opens_on is not None
    facts: dict[str, Any] = {
        FILED: True,
        FILED_ON: clock.day_of(max(filing.filed_at, entry.listed_at)).isoformat(),
        STARTED_ON: filing.opens_on.isoformat(),
        ON_LIST: True,
    }
    if entry.group:
        facts[GROUP] = entry.group
    if entry.examined != Examined.WAITING:
        facts[CONFIRMED] = entry.examined == Examined.CONFIRMED
    if entry.examined == Examined.CONFIRMED and entry.real_name_checked is not None:
        facts[REAL_NAME] = entry.real_name_checked
    return facts
