"""Read a sheet into rows and judge them, in steps of some hundred rows that a dead worker's heir goes on with.

Each step is one transaction that locks the roster, sees that it stands where this worker left it, writes its rows
and moves the position. What was done is never done again, and of two workers the one that comes late stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jiangli import clock, files
from jiangli.applications.roster_models import Roster, RosterRow, RosterState, RowState, as_json
from jiangli.applications.rosters.cells import parse
from jiangli.applications.rosters.checking import Checked, judge
from jiangli.applications.rosters.merging import Placed, places
from jiangli.applications.rosters.reading import read
from jiangli.audit.actions import record
from jiangli.bulk import unswept
from jiangli.programmes.queries import rule

STEP = 500  # rows of one transaction
RESULTS = [
    "name", "holder", "certificate_number", "stated", "account", "person", "certificate", "state", "faults", "notes",
    "asks", "amount_fen",
]  # fmt: skip


class Overtaken(Exception):
    """Another worker has come further with this roster; this one stops."""


@contextmanager
def step(roster: Roster, *, at: datetime) -> Iterator[Roster]:
    """One transaction of the roster's way. ``Overtaken`` if it does not stand where ``roster`` says."""
    with transaction.atomic():
        now = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
        if (now.state, now.position) != (roster.state, roster.position):
            raise Overtaken
        now.touched_at = at
        yield now
        now.save()
    roster.state, roster.position, roster.total, roster.merged = (
        now.state,
        now.position,
        now.total,
        now.merged,
    )


@unswept()
def stage(pk: UUID | str, *, at: datetime) -> None:
    """Read and check a roster as far as it is not done. Safe to run twice, also at once."""
    roster = Roster.objects.select_related("version", "organisation", "application").get(pk=pk)
    steps: dict[str, Callable[[], None]] = {
        RosterState.RECEIVED: lambda: _begin(roster, at=at),
        RosterState.READING: lambda: _read(roster, at=at),
        RosterState.CHECKING: lambda: _check(roster, at=at),
    }
    try:
        while roster.state in steps:
            steps[roster.state]()
    except Overtaken:
        return


def _begin(roster: Roster, *, at: datetime) -> None:
    with step(roster, at=at) as now:
        now.state, now.position, now.total = RosterState.READING, 0, 0


def _read(roster: Roster, *, at: datetime) -> None:
    """Write the rows of the sheet, each in its place."""
    law = rule(roster.version)
    sheet = read(files.read(roster.file), law)
    found = places(roster, sheet.rows)
    while roster.position < len(found):
        with step(roster, at=at) as now:
            some = found[now.position : now.position + STEP]
            _place(now, some)
            now.position, now.total = now.position + len(some), len(found)
            now.unused = list(sheet.unused)[:20]
    with step(roster, at=at) as now:
        now.state, now.position, now.merging = RosterState.CHECKING, 0, False
        record("roster.read", now, by=None, at=at, rows=len(found), **_counts(now))


def _counts(roster: Roster) -> dict[str, int]:
    return {name: roster.merged.get(name, 0) for name in ("added", "replaced", "unchanged")}


def _place(roster: Roster, some: list[Placed]) -> None:
    for placed in some:
        roster.merged[placed.became] = roster.merged.get(placed.became, 0) + 1
    rows = [
        RosterRow(
            roster=roster,
            number=placed.number,
            cells=as_json(dict(placed.cells)),
            name=placed.cells.get("name", "")[:60],
        )
        for placed in some
        if placed.became != "unchanged"
    ]
    RosterRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["roster", "number"],
        update_fields=["cells", "name", "state"],
    )


def check_now(roster: Roster, *, at: datetime) -> None:
    """Judge a roster again at once, after one of its rows was changed: for rosters of one step."""
    stage(roster.pk, at=at)


def _check(roster: Roster, *, at: datetime) -> None:
    """Judge every row that is not filed, and write what changed."""
    law, on = rule(roster.version), clock.day_of(at)
    kept = roster.rows.exclude(state__in=[RowState.REMOVED, RowState.FILED]).order_by("number")
    parsed = [(row, parse(law, row.given, on=on)) for row in kept]
    judged = judge(roster, parsed, on=on)
    while roster.position < len(judged.rows):
        with step(roster, at=at) as now:
            some = judged.rows[now.position : now.position + STEP]
            _keep(some)
            now.position, now.total = now.position + len(some), len(judged.rows)
    with step(roster, at=at) as now:
        now.state, now.position, now.notes = RosterState.READY, 0, judged.notes
        now.total = len(judged.rows)
        record("roster.checked", now, by=None, at=at, rows=len(judged.rows))


def _keep(some: list[Checked]) -> None:
    RosterRow.objects.bulk_create(
        [filled(one) for one in some],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=RESULTS,
    )


def filled(one: Checked) -> RosterRow:
    """The row with what came of it."""
    row, cells = one.row, one.cells
    row.name, row.holder, row.certificate_number = cells.name, cells.holder, cells.certificate_number
    row.stated, row.account = dict(cells.facts), as_json(cells.account)
    row.person, row.certificate = one.person, one.certificate
    row.state, row.amount_fen = one.state, one.amount_fen
    row.faults, row.notes, row.asks = one.faults, one.notes, list(cells.asks)
    return row
