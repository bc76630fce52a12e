"""The rows of a case: months that are claimed, an attached list, a short roster typed by hand. One way in for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.asking import asks_of_row, month_of_row
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import cannot_edit
from jiangli.applications.queries import language
from jiangli.applications.sheet import has_lines
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.actions import certificate_for, person_for_claim
from jiangli.registers.models import Certificate, Person
from jiangli.registers.queries import normalise_certificate_number

NAME, ID_NUMBER, NUMBER = "person.name", "person.id_number", "certificate.number"
MOST_BY_HAND = 500
OUT_OF_THE_WAY = 1_000_000  # of the numbers that are given out


@dataclass(frozen=True)
class RowSlip:
    """What of a row cannot be taken: its number from 1, the fact (empty: the whole row), and the remedy."""

    row: int
    fact: str
    words: str


class RowsRefused(Refused):
    """Rows that cannot be kept; nothing was changed. ``slips`` name row, field and remedy."""

    def __init__(self, slips: Sequence[RowSlip]) -> None:
        self.slips = tuple(slips)
        super().__init__(" ".join(_("Row %(row)s: %(why)s") % {"row": s.row, "why": s.words} for s in slips))


@dataclass
class _Row:
    facts: dict[str, Any]
    person: Person | None = None
    certificate: Certificate | None = None
    slips: list[tuple[str, str]] = field(default_factory=list)


def set_lines(
    application: Application, rows: Sequence[Mapping[str, Any]], *, by: User, at: datetime
) -> Application:
    """Let these be the lines of a draft or a returned case, in their order; the ones before are gone.

    A row is fact name → as written (``rules.facts_from``); of a roster of persons also ``person.id_number``, which is
    kept with the person and nowhere else. A month stands for its first day. A line that is there already for the same
    person and month or certificate, or says the same, keeps its photographs and what officers noted of it.
    ``RowsRefused`` names what cannot be read; then nothing is changed. Safe to run twice.
    """
    programme = programme_of(application)
    if reason := _cannot_list(application, programme, len(rows), by):
        raise Refused(reason)
    read = [
        _read(application, programme, row, at=at) for row in rows
    ]  # outside: guesses at numbers are counted
    slips = [RowSlip(n, name, why) for n, row in enumerate(read, 1) for name, why in row.slips]
    if slips := slips + _twice(programme, read):
        raise RowsRefused(slips)
    with transaction.atomic():
        application = locked(application)
        if reason := _cannot_list(application, programme, len(rows), by):
            raise Refused(reason)
        _replace(application, programme, read, at=at)
        record("application.lines_set", application, by=by, at=at, lines=len(read))
    return application


def _cannot_list(application: Application, programme: rules.Programme, rows: int, by: User) -> str | None:
    if reason := cannot_edit(application, by):
        return reason
    if not has_lines(programme):
        return _("This claim has no list.")
    if rows > MOST_BY_HAND:
        return _("More than %(most)s rows: hand them in as a file.") % {"most": MOST_BY_HAND}
    return None


def _read(
    application: Application, programme: rules.Programme, row: Mapping[str, Any], *, at: datetime
) -> _Row:
    asked = {ask.fact.name for ask in asks_of_row(programme)}
    of_persons = programme.lines == "person"
    answers = {name: raw for name, raw in row.items() if name not in (NAME, ID_NUMBER) or not of_persons}
    more = {NUMBER} & set(answers) if of_persons else set()
    given = rules.facts_from(programme.dictionary, answers, only=asked | more)
    found = _Row(given.facts, slips=[(slip.fact, slip.words.say(language())) for slip in given.slips])
    month = month_of_row(programme)
    if month is not None:
        _settle_month(found, month)
    if of_persons:
        _settle_person(found, row, at=at)
    elif programme.lines == "month":
        found.person = application.claimant
    _settle_certificate(found)
    return found


def _settle_month(row: _Row, month: rules.Fact) -> None:
    """The first day of the month that was written."""
    if day := row.facts.get(month.name):
        row.facts[month.name] = date.fromisoformat(day).replace(day=1).isoformat()
    elif month.name not in {name for name, _why in row.slips}:
        row.slips.append((month.name, _("Say which month.")))


def _settle_person(row: _Row, written: Mapping[str, Any], *, at: datetime) -> None:
    try:
        row.person = person_for_claim(str(written.get(ID_NUMBER) or ""), str(written.get(NAME) or ""), at=at)
    except Refused as refusal:
        row.slips.append((ID_NUMBER, str(refusal)))


def _settle_certificate(row: _Row) -> None:
    if number := row.facts.get(NUMBER):
        try:
            row.certificate = certificate_for(number)
        except Refused as refusal:
            row.slips.append((NUMBER, str(refusal)))


def _twice(programme: rules.Programme, rows: Sequence[_Row]) -> list[RowSlip]:
    """Rows that say the same month, certificate or person a second time, each with the row it stands in already."""
    month, slips = month_of_row(programme), []
    seen: dict[tuple[Any, ...], int] = {}
    for at, row in enumerate(rows, 1):
        if row.slips or (key := _key(row, month)) is None:
            continue
        first = seen.setdefault(key, at)
        if first != at:
            name = month.name if month else NUMBER if row.certificate else ID_NUMBER
            slips.append(RowSlip(at, name, _("This stands in row %(row)s already.") % {"row": first}))
    return slips


def _key(row: _Row, month: rules.Fact | None) -> tuple[Any, ...] | None:
    """What may stand only once in a list."""
    when = row.facts.get(month.name) if month else None
    number = row.facts.get(NUMBER)
    parts = (
        row.person.pk if row.person else None,
        normalise_certificate_number(number) if number else None,
        when,
    )
    return parts if any(parts) else None


def _replace(
    application: Application, programme: rules.Programme, rows: Sequence[_Row], *, at: datetime
) -> None:
    """The new lines under the old keys where they are the same: photographs, look-ups and strikes stay with them."""
    month = month_of_row(programme)
    lines = list(application.lines.all())
    for line in lines:
        line.number += OUT_OF_THE_WAY
    Line.objects.bulk_update(lines, ["number"])
    same = _same_lines(lines, rows, month)
    for number, row in enumerate(rows, 1):
        line = same.get(number) or Line(application=application)
        line.number, line.person, line.certificate = number, row.person, row.certificate
        line.stated = row.facts
        line.save()
    gone = list(application.lines.filter(number__gt=OUT_OF_THE_WAY))
    _let_go(application, gone, at=at)
    Line.objects.filter(pk__in=[line.pk for line in gone]).delete()


def _same_lines(lines: Sequence[Line], rows: Sequence[_Row], month: rules.Fact | None) -> dict[int, Line]:
    """The line that each row, counted from 1, was before: by person and month or certificate, else by what it says."""
    found: dict[int, Line] = {}
    ways: list[tuple[Sequence[Hashable], Sequence[Hashable]]] = [
        ([_key_of(line, month) for line in lines], [_key(row, month) for row in rows]),
        (
            [_content(line.person, line.stated) for line in lines],
            [_content(row.person, row.facts) for row in rows],
        ),
    ]
    for of_lines, of_rows in ways:
        free: dict[Hashable, list[Line]] = defaultdict(list)
        taken = {line.pk for line in found.values()}
        for line, key in zip(lines, of_lines, strict=True):
            if line.pk not in taken and key is not None:
                free[key].append(line)
        for number, key in enumerate(of_rows, 1):
            if number not in found and free.get(key):
                found[number] = free[key].pop(0)
    return found


def _content(person: Person | None, stated: Mapping[str, Any]) -> Hashable:
    """What a row says, for rows that name neither a month nor a certificate."""
    return (person.pk if person else None, tuple(sorted((name, repr(said)) for name, said in stated.items())))


def _let_go(application: Application, lines: Sequence[Line], *, at: datetime) -> None:
    """Free what lines had reserved and claimed that are taken out of a returned case; nothing of it is decided."""
    application.commitments.filter(line__in=lines, fen=None).delete()
    held = application.reservations.filter(line__in=lines)
    held.filter(released_at=None).update(released_at=at)
    held.update(line=None)


def _key_of(line: Line, month: rules.Fact | None) -> tuple[Any, ...] | None:
    """As of a row that says the same. What came by a sheet has its certificate beside what is stated."""
    number = {NUMBER: line.certificate.number} if line.certificate and month is None else {}
    return _key(_Row({**number, **line.stated}, line.person, line.certificate), month)


def months_between(first: date, last: date) -> Iterable[date]:
    """The first days of the months from ``first`` to ``last``, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
