"""Read a sheet of the past: its heading, its rows, each cell with its fault and remedy.

What a row comes to is a plain dictionary that JSON can hold; the field names of faults are the headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from jiangli import sheets
from jiangli.refused import Refused
from jiangli.registers.history.scopes import Scope, scopes
from jiangli.registers.history.status import ImportKind
from jiangli.registers.identity_numbers import identity_number_fault, normalise_identity_number
from jiangli.registers.queries import normalise_certificate_number
from jiangli.registers.rows import Row

NAME, ID_NUMBER, CERTIFICATE = "姓名", "身份证号", "证书编号"
PROGRAMME, PERIOD, BATCH, PAID_ON, AMOUNT = "项目", "年度", "批次", "发放日期", "金额(元)"
CASE_NUMBER, OFFICE, FILED_ON, SAID = "受理编号", "受理机关", "受理日期", "状态"
COLUMNS = {
    ImportKind.PAID: (NAME, ID_NUMBER, CERTIFICATE, PROGRAMME, PERIOD, BATCH, PAID_ON, AMOUNT),
    ImportKind.ELSEWHERE: (NAME, ID_NUMBER, CERTIFICATE, PROGRAMME, CASE_NUMBER, OFFICE, FILED_ON, SAID),
}
NEEDED = {ImportKind.PAID: (NAME, PAID_ON, AMOUNT), ImportKind.ELSEWHERE: (NAME, OFFICE, FILED_ON)}
MOST_ROWS = 20_000
LOOKED_FOR_HEADING = 10  # in so many rows from the top
EXACT_TO = 10**15  # a spreadsheet keeps fifteen digits of a number
EARLIEST = date(1990, 1, 1)
MOST_FEN = 10**12
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
OTHER_YEARS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # the id of a programme that has no file here

Record = dict[str, Any]


def read(content: bytes, kind: ImportKind) -> list[tuple[int, Record]]:
    """The rows below the heading: number as the spreadsheet counts, heading → cell. Empty rows are left out.

    Refused if it is no sheet, lacks a column, is empty, or has more than 20,000 rows.
    """
    try:
        table = sheets.rows(content, heading=NAME)
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None
    head, columns = _heading(table, kind)
    found = []
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        record = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        if any(str(cell).strip() for cell in record.values()):
            found.append((number, record))
    if not found:
        raise Refused(_("The sheet has a heading and no rows."))
    if len(found) > MOST_ROWS:
        raise Refused(_("The sheet has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
    return found


def _heading(table: Sequence[Sequence[Any]], kind: ImportKind) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(table[:LOOKED_FOR_HEADING]):
        words = [_folded(cell) for cell in cells]
        told = all(name in words for name in NEEDED[kind])
        if told and (ID_NUMBER in words or CERTIFICATE in words):
            return index, {name: words.index(name) for name in COLUMNS[kind] if name in words}
    needed = "、".join([*NEEDED[kind], f"{ID_NUMBER}／{CERTIFICATE}"])
    raise Refused(
        _("No heading found. The first rows must hold the columns %(columns)s. The template has them all.")
        % {"columns": needed}
    )


def _folded(cell: object) -> str:
    """A heading as it is compared: without blanks, brackets of one width."""
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())


class Reader:
    """Reads the rows of one import: of which scope, with what for rows that say nothing themselves."""

    def __init__(self, scope: Scope, kind: ImportKind, *, period: str, batch: str, today: date) -> None:
        self.scope, self.kind, self.period, self.batch, self.today = scope, kind, period, batch, today
        self.named = {name: law.id for law in scope.laws for name in (law.id, law.title.zh, law.title.en)}
        self.named |= {scope.series: scope.series} if scope.series else {}
        self.others = {
            name: other
            for other in scopes().values()
            if other.key != scope.key
            for law in other.laws
            for name in (law.id, law.title.zh, law.title.en, other.series)
            if name
        }

    def row(self, number: int, cells: Record) -> tuple[Row, Record]:
        """The row with its faults, and what it says. A row may be read though it has faults."""
        row = Row(number, {name: _bare(cell) for name, cell in cells.items()})
        said = {
            "name": row.text(NAME, 60, needed=True),
            "id_number": self._identity_number(row),
            "certificate": self._certificate(row),
            "programme": self._programme(row),
        }
        if not said["id_number"] and not said["certificate"] and not row.faults:
            row.blame(ID_NUMBER, _("Say who it was, or for which certificate."))
        said |= self._paid(row) if self.kind == ImportKind.PAID else self._filed(row)
        return row, said

    def _paid(self, row: Row) -> Record:
        paid_on = self._day(row, PAID_ON)
        return {
            "period": self._period(row),
            "batch": row.text(BATCH, 40) or self.batch,
            "paid_on": paid_on.isoformat() if paid_on else "",
            "amount_fen": _fen(row, AMOUNT),
        }

    def _filed(self, row: Row) -> Record:
        filed_on = self._day(row, FILED_ON)
        return {
            "number": row.text(CASE_NUMBER, 40),
            "office": row.text(OFFICE, 60, needed=True),
            "filed_on": filed_on.isoformat() if filed_on else "",
            "said": row.text(SAID, 60),
        }

    def _identity_number(self, row: Row) -> str:
        if _is_rounded(row, ID_NUMBER):
            return ""
        number = normalise_identity_number(str(row.cells.get(ID_NUMBER) or ""))
        if number and identity_number_fault(number):  # in other words: those repeat figures of the number
            row.blame(ID_NUMBER, _("This is no identity number. Compare its 18 characters with the card."))
        return number

    def _certificate(self, row: Row) -> str:
        if _is_rounded(row, CERTIFICATE):
            return ""
        number = normalise_certificate_number(str(row.cells.get(CERTIFICATE) or ""))
        if number and not 4 <= len(number) <= 40:
            row.blame(CERTIFICATE, _("Write the number as it stands on the certificate."))
        return number

    def _programme(self, row: Row) -> str:
        """The id of the programme, or the name of the series where only that is known."""
        told = row.text(PROGRAMME, 80)
        if not told:
            return self.scope.series or self.scope.laws[0].id
        if told in self.named:
            return str(self.named[told])
        if told in self.others:
            other = self.others[told].title
            row.blame(PROGRAMME, _("Bring it in with %(other)s; it does not belong here.") % {"other": other})
        elif not (self.scope.series and OTHER_YEARS.fullmatch(told)):
            row.blame(PROGRAMME, _("Leave it empty, or write the title of the programme as it stands here."))
        return told

    def _period(self, row: Row) -> str:
        told = row.text(PERIOD, 12).removesuffix("度").removesuffix("年") or self.period
        if told and not re.fullmatch(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?", told):
            row.blame(PERIOD, _("Write the year as 2024, or the month as 2024-05."))
            return ""
        return told

    def _day(self, row: Row, name: str) -> date | None:
        found = _day(row, name)
        if found and not EARLIEST <= found <= self.today:
            row.blame(name, _("Write a day that has been: not before 1990 and not after today."))
        return found


def _bare(cell: object) -> object:
    """Whole numbers up to fifteen digits as text; they were exact."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_TO:
        return str(int(cell))
    return cell


def _is_rounded(row: Row, name: str) -> bool:
    """Whether the spreadsheet kept this number as a number, so that its last figures are lost; then a fault."""
    cell = row.cells.get(name)
    lost = isinstance(cell, float | int) and abs(cell) >= EXACT_TO
    if lost or SCIENTIFIC.fullmatch(str(cell).strip() if cell else ""):
        row.blame(
            name,
            _(
                "The spreadsheet has rounded this number; its last figures are lost. Store the column as text, "
                "then type the number again from the original."
            ),
        )
        return True
    return False


def _day(row: Row, name: str) -> date | None:
    cell = row.cells.get(name)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = "".join(str(cell or "").split())
    if not text:
        row.blame(name, _("Fill it in."))
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)", text)
    try:
        year, month, day = (int(part) for part in parts.groups() if part) if parts else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        row.blame(name, _("Write the day as 2024-08-20."))
        return None


def _fen(row: Row, name: str) -> int:
    """Yuan as one writes them, 1,000.00, in fen."""
    text = unicodedata.normalize("NFKC", str(row.cells.get(name) or "")).replace(",", "").strip("¥元 ")
    try:
        fen = Decimal(text) * 100
        whole = int(fen) if fen == fen.to_integral_value() else 0
    except (InvalidOperation, ValueError, OverflowError):
        whole = 0
    if not 0 < whole <= MOST_FEN:
        row.blame(
            name, _("Write the amount in yuan, above nought, with two decimals at most, such as 1000.00.")
        )
        return 0
    return whole
