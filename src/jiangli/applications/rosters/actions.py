"""Every write of those who bring a roster: a sheet, another one, a row, scans, and to file it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiangli import clock, files
from jiangli.accounts.models import User
from jiangli.applications.roster_models import Pile, Roster, RosterRow, RosterState, RowState, as_json
from jiangli.applications.rosters.columns import known_columns
from jiangli.applications.rosters.permissions import (
    cannot_abandon,
    cannot_bring,
    cannot_change,
    cannot_change_row,
    cannot_file,
)
from jiangli.applications.rosters.reading import LONGEST, MOST_BYTES, read
from jiangli.applications.rosters.scans import MOST_PILE
from jiangli.applications.rosters.tasks import carry_on, sort_pile
from jiangli.audit.actions import record
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.models import Organisation


def bring(
    programme_code: str, organisation: Organisation, content: bytes, *, by: User, at: datetime
) -> Roster:
    """Keep a sheet of persons; the worker reads and checks it.

    Refused, with the remedy, if the programme takes none here and now, or if it is no sheet with our headings.
    """
    programme = Programme.objects.with_law().get(pk=programme_code)
    if reason := cannot_bring(programme, organisation, by, on=clock.day_of(at)):
        raise Refused(reason)
    sheet = _looked_into(content, programme)
    stored = files.keep(content)
    with transaction.atomic():
        roster = Roster.objects.create(
            programme_code=programme_code,
            version=programme.version,
            organisation=organisation,
            uploaded_by=by,
            file=stored,
            total=sheet,
            uploaded_at=at,
            touched_at=at,
        )
        record("roster.brought", roster, by=by, at=at, programme=programme_code, rows=sheet)
        _queue(roster)
    return roster


def _looked_into(content: bytes, programme: Programme) -> int:
    """How many rows it has; Refused at once if it cannot be read, rather than by the worker."""
    if len(content) > MOST_BYTES:
        raise Refused(_("This sheet is too large. Keep the rows only, and split it if need be."))
    return len(read(content, rule(programme.version)).rows)


def _queue(roster: Roster) -> None:
    transaction.on_commit(partial(carry_on.enqueue, str(roster.pk)))


def _locked(roster: Roster) -> Roster:
    return Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)


def merge(roster: Roster, content: bytes, *, by: User, at: datetime) -> Roster:
    """Take in a second sheet: corrected rows replace those that are there, new ones are added, the rest stays."""
    if reason := cannot_change(roster, by):
        raise Refused(reason)
    count = _looked_into(content, Programme.objects.with_law().get(pk=roster.programme_code))
    stored = files.keep(content)
    with transaction.atomic():
        roster = _locked(roster)
        if reason := cannot_change(roster, by):
            raise Refused(reason)
        base = roster.rows.aggregate(last=Max("number"))["last"] or 0
        roster.file, roster.merging, roster.merged = stored, True, {"base": base}
        roster.state, roster.position, roster.total = RosterState.RECEIVED, 0, count
        roster.touched_at = at
        roster.save()
        record("roster.merged", roster, by=by, at=at, rows=count)
        _queue(roster)
    return roster


@transaction.atomic
def edit_row(row: RosterRow, cells: Mapping[str, str], *, by: User, at: datetime) -> RosterRow:
    """Change cells of one row, by the keys of their columns; the whole roster is checked again."""
    roster, row = _locked_row(row, by)
    known = {column.key for column in known_columns(rule(roster.version))}
    given = row.given | {key: text.strip()[:LONGEST] for key, text in cells.items() if key in known}
    row.cells = as_json({key: text for key, text in given.items() if text})
    row.name, row.state = given.get("name", "")[:60], RowState.WAITING
    row.save(update_fields=["cells", "name", "state"])
    record("roster.row_edited", roster, by=by, at=at, row=row.number, cells=sorted(set(cells) & known))
    _check_again(roster, at=at)
    return row


@transaction.atomic
def remove_row(row: RosterRow, *, by: User, at: datetime) -> RosterRow:
    """Take one row out; it can be brought back by a sheet that holds it. Safe to run twice."""
    if row.state == RowState.REMOVED:
        return row
    roster, row = _locked_row(row, by)
    row.state, row.faults, row.notes, row.asks = RowState.REMOVED, [], [], []
    row.save(update_fields=["state", "faults", "notes", "asks"])
    record("roster.row_removed", roster, by=by, at=at, row=row.number)
    _check_again(roster, at=at)
    return row


def _locked_row(row: RosterRow, by: User) -> tuple[Roster, RosterRow]:
    roster = _locked(row.roster)
    row = RosterRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row.roster = roster
    if reason := cannot_change_row(row, by):
        raise Refused(reason)
    return roster, row


@transaction.atomic
def check_again(roster: Roster, *, by: User, at: datetime) -> Roster:
    """Have every row that is not filed judged again: registers and cases may have changed. Safe to run twice."""
    roster = _locked(roster)
    if reason := cannot_change(roster, by):
        raise Refused(reason)
    record("roster.checked_again", roster, by=by, at=at)
    _check_again(roster, at=at)
    return roster


def _check_again(roster: Roster, *, at: datetime) -> None:
    """Rows depend on each other: what one no longer uses up, another may get."""
    roster.state, roster.position, roster.touched_at = RosterState.CHECKING, 0, at
    roster.save(update_fields=["state", "position", "touched_at"])
    _queue(roster)


@transaction.atomic
def file(roster: Roster, *, by: User, at: datetime) -> Roster:
    """Have the worker file every row that is in order. Safe to run twice."""
    roster = _locked(roster)
    if roster.state == RosterState.FILING:
        return roster
    if reason := cannot_file(roster, by):
        raise Refused(reason)
    programme = Programme.objects.with_law().get(pk=roster.programme_code)
    if reason := cannot_bring(programme, roster.organisation, by, on=clock.day_of(at)):
        raise Refused(reason)
    roster.state, roster.position, roster.filed_by, roster.touched_at = RosterState.FILING, 0, by, at
    roster.total = roster.rows.filter(state__in=[RowState.GOOD, RowState.DOUBTFUL]).count()
    roster.notes = []
    roster.save()
    record("roster.filing", roster, by=by, at=at, rows=roster.total)
    _queue(roster)
    return roster


@transaction.atomic
def abandon(roster: Roster, *, by: User, at: datetime) -> Roster:
    """Give a roster up. What was filed of it stays filed. Safe to run twice."""
    roster = _locked(roster)
    if roster.state == RosterState.ABANDONED:
        return roster
    if reason := cannot_abandon(roster, by):
        raise Refused(reason)
    roster.state, roster.position, roster.touched_at = RosterState.ABANDONED, 0, at
    roster.save(update_fields=["state", "position", "touched_at"])
    record("roster.abandoned", roster, by=by, at=at)
    return roster


def add_scans(roster: Roster, content: bytes, *, material: str = "", by: User, at: datetime) -> Pile:
    """Keep a ZIP of scans; the worker sorts it. ``material``: what its files are unless their names say."""
    if reason := cannot_change(roster, by):
        raise Refused(reason)
    if material not in {"", *(known.id for known in rule(roster.version).materials)}:
        raise Refused(_("This application asks for no such document."))
    if not content.startswith(b"PK"):
        raise Refused(_("This is no ZIP file. Pack the scans into a ZIP and bring that."))
    if len(content) > MOST_PILE:
        limit = MOST_PILE // (1024 * 1024)
        raise Refused(_("This ZIP is larger than %(limit)s MB. Split it.") % {"limit": limit})
    stored = files.keep(content)
    with transaction.atomic():
        pile = Pile.objects.create(roster=roster, file=stored, material=material, added_by=by, added_at=at)
        record("roster.scans_added", roster, by=by, at=at, pile=str(pile.pk))
        transaction.on_commit(partial(sort_pile.enqueue, str(pile.pk)))
    return pile
