"""Read a body's answer sheet: its titles are found among those of its layout, its words become outcomes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiangli import sheets
from jiangli.refused import Refused
from jiangli.registers.queries import normalise_certificate_number
from jiangli.reviews.outside.columns import Layout
from jiangli.reviews.outside.status import ReplyKind, What

MOST_ROWS = 5_000
LOOKED_FOR_TITLES = 10  # in so many rows from the top
OUTCOMES = {
    ReplyKind.APPROVALS: {"passed": What.PASSED, "refused": What.REFUSED},
    ReplyKind.PAYMENTS: {"paid": What.PAID, "returned": What.RETURNED},
}
NEEDED = ("number", "outcome", "day")
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))(?:\.0|[ T].*)?")
LONG_NUMBER = re.compile(r"\d[\d -]{6,}(\d{4})")


@dataclass(frozen=True)
class Answer:
    """A row of an answer. ``fault``: why it cannot be read. Amount in fen; None where it says none."""

    number: int | None
    reference: str
    outcome: What | None
    on: date | None
    name: str = ""
    certificate: str = ""
    reason: str = ""
    document: str = ""
    amount_fen: int | None = None
    fault: str = ""

    @property
    def said(self) -> tuple[Any, ...]:
        """What two rows of one case must agree in to say the same."""
        return self.outcome, self.on, self.reason, self.document


def read(content: bytes, kind: ReplyKind, layout: Layout) -> list[Answer]:
    """The answers of a sheet, in its order. Refused if it is no sheet, lacks a column, is empty or too long."""
    try:
        table = sheets.rows(content, heading=layout.titles["number"][0])
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None
    top, places = _titles(table, layout)
    words = {
        _folded(word): outcome for name, outcome in OUTCOMES[kind].items() for word in layout.words[name]
    }
    found = []
    for number, cells in enumerate(table[top + 1 :], start=top + 2):
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if _text(values.get("number")):
            found.append(_answer(number, values, words))
    if not found:
        raise Refused(_("The sheet has titles and no rows with a number."))
    if len(found) > MOST_ROWS:
        raise Refused(_("The sheet has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
    return found


def _titles(table: Sequence[Sequence[Any]], layout: Layout) -> tuple[int, dict[str, int]]:
    wanted = {name: {_folded(title) for title in titles} for name, titles in layout.titles.items()}
    for index, cells in enumerate(table[:LOOKED_FOR_TITLES]):
        titles = [_folded(cell) for cell in cells]
        places = {
            name: next((place for place, title in enumerate(titles) if title in known), -1)
            for name, known in wanted.items()
        }
        if all(places[name] >= 0 for name in NEEDED):
            return index, {name: place for name, place in places.items() if place >= 0}
    needed = "、".join(layout.titles[name][0] for name in NEEDED)
    raise Refused(
        _("No titles found. The first rows must hold the columns %(columns)s.") % {"columns": needed}
    )


def _answer(number: int, values: dict[str, Any], words: dict[str, What]) -> Answer:
    said = _text(values["outcome"])
    outcome, on, amount = words.get(_folded(said)), _day(values["day"]), _fen(values.get("amount"))
    fault = ""
    if outcome is None:
        known = "、".join(words)
        fault = _("The result “%(said)s” is not known; known: %(known)s.") % {
            "said": said[:20],
            "known": known,
        }
    elif on is None:
        fault = _("The day cannot be read. Write it as 2025-06-10.")
    elif amount is not None and amount < 0:
        fault = _("The amount cannot be read. Write it in yuan, such as 600.00.")
    return Answer(
        number=number,
        reference=reference_of(values["number"]),
        outcome=outcome,
        on=on,
        name=_text(values.get("name"))[:60],
        certificate=normalise_certificate_number(_text(values.get("certificate_number"))),
        reason=hide(_text(values.get("reason")))[:300],
        document=hide(_text(values.get("document")))[:80],
        amount_fen=amount if amount is None or amount >= 0 else None,
        fault=fault,
    )


def reference_of(cell: object) -> str:
    """An acceptance number as it is compared: half-width, capitals, one kind of dash."""
    text = unicodedata.normalize("NFKC", _text(cell)).upper()
    return re.sub(r"[‐-―－—_]", "-", "".join(text.split()))[:40]


def hide(text: str) -> str:
    """Long runs of digits, but for the last four: a body may write a card number anywhere."""
    return LONG_NUMBER.sub(r"…\1", text)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", "" if cell is None else str(cell)).strip()


def _folded(cell: object) -> str:
    """A title or a word as it is compared: without blanks, brackets of one width."""
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    parts = DAY.fullmatch(_text(cell))
    try:
        year, month, day = (int(part) for part in parts.groups() if part) if parts else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        return None


def _fen(cell: object) -> int | None:
    """Yuan as one writes them, 1,000.00, in fen; None if there is nothing, -1 if it cannot be read."""
    text = unicodedata.normalize("NFKC", _text(cell)).replace(",", "").strip("¥元 ")
    if not text:
        return None
    try:
        fen = Decimal(text) * 100
        return int(fen) if fen == fen.to_integral_value() and 0 < fen <= 10**12 else -1
    except (ArithmeticError, ValueError):  # too large is Decimal's own error
        return -1
