"""Which row of a sheet is which row of the roster: by our key, else by person and certificate, else by its number.

A sheet that is read again after the worker died finds the same places: only rows are looked at that stood there
before it came (``merged["base"]``), and every row of the sheet is placed anew, in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiangli.applications.roster_models import Roster, RosterRow, RowState
from jiangli.applications.rosters.columns import KEY
from jiangli.applications.rosters.reading import Read
from jiangli.registers.names import same_name
from jiangli.registers.queries import normalise_certificate_number, normalise_identity_number

ADDED, REPLACED, UNCHANGED = "added", "replaced", "unchanged"


@dataclass(frozen=True)
class Placed:
    """A row of the sheet with its number in the roster, and what becomes of that: added, replaced, unchanged."""

    number: int
    cells: Mapping[str, str]
    became: str


def key_of(row: RosterRow) -> str:
    """What the sheet that we write says of a row, so that it is found again."""
    return f"{str(row.roster_id)[:8]}-{row.number}"


def places(roster: Roster, rows: Sequence[Read]) -> list[Placed]:
    """Where each row of the sheet goes."""
    if not roster.merging:
        return [Placed(row.number, _own(row.cells), ADDED) for row in rows]
    base = int(roster.merged.get("base", 0))
    there = _There(list(roster.rows.filter(number__lte=base).order_by("number")))
    found, last = [], base
    for read in rows:
        row = there.row_of(read.cells)
        if row is None:
            last += 1
            found.append(Placed(last, _own(read.cells), ADDED))
        else:
            found.append(_beside(row, read))
    return found


def _own(cells: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in cells.items() if key != KEY}


def _beside(row: RosterRow, read: Read) -> Placed:
    """What the sheet says over what the row had; a row that is filed stays as it is."""
    given = row.given
    cells = {**given, **_own(read.cells)}
    same = cells == given and row.state != RowState.REMOVED
    if row.state == RowState.FILED or same:
        return Placed(row.number, given, UNCHANGED)
    return Placed(row.number, cells, REPLACED)


class _There:
    """The rows that stood there, each to be found once."""

    def __init__(self, rows: Sequence[RosterRow]) -> None:
        self._cells = {row.number: row.given for row in rows}
        self._left = {row.number: row for row in rows}
        self._keys = {key_of(row): row.number for row in rows}
        self._identities: dict[tuple[str, str], list[int]] = {}
        self._labels: dict[str, list[int]] = {}
        for number, cells in self._cells.items():
            self._identities.setdefault(_identity(cells), []).append(number)
            self._labels.setdefault(cells.get("number", ""), []).append(number)

    def row_of(self, cells: Mapping[str, str]) -> RosterRow | None:
        """The row that is meant: never by its number alone, which a new sheet begins at 1 again."""
        numbers = [self._keys[cells[KEY]]] if cells.get(KEY) in self._keys else []
        numbers += self._identities.get(_identity(cells), [])
        for number in self._labels.get(cells.get("number", ""), []):
            if cells.get("number") and same_name(self._cells[number].get("name", ""), cells.get("name", "")):
                numbers.append(number)
        for number in numbers:
            if number in self._left:
                return self._left.pop(number)
        return None


def _identity(cells: Mapping[str, str]) -> tuple[str, str]:
    certificate = normalise_certificate_number(cells.get("certificate_number", ""))
    return normalise_identity_number(cells.get("id_number", "")), certificate
