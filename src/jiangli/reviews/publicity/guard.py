"""The guard before anything is put up: it refuses what holds a personal number, or what cannot be read whole.

What it does not find: digits as words of another language (yi san jiu, one three nine), as sums, shifted or scrambled
by a rule of one's own, with words between the pieces (except identity numbers), in pieces that all end in 00, days,
times or amounts with fen (except identity numbers), in pieces that stand only in columns headed as sums, counts or
days, and as drawings in a PDF whose letters are curves. ``make drills`` prints what became of each way of hiding that
it knows.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.reviews.publicity import files
from jiangli.reviews.publicity.folding import BREAK, decoded, fold
from jiangli.reviews.publicity.numbers import COVERED, ORDINARY, Found, Kind, found_in
from jiangli.reviews.publicity.packages import Unreadable
from jiangli.reviews.publicity.tables import Table, columns_of, letters, rows_of

CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]{6,}|[\U000e0000-\U000e007f]")
DEEPEST = 3  # codings within codings that are read


@dataclass(frozen=True)
class Leak:
    """Something that must not be shown, and where; never the number itself."""

    kind: Kind
    where: str

    def __str__(self) -> str:
        if self.kind == Kind.UNREADABLE:
            return _("%(where)s: this cannot be read whole, so it is not put up.") % {"where": self.where}
        if self.kind == Kind.HIDDEN:
            return _("%(where)s: something is hidden here. Show it or take it out.") % {"where": self.where}
        return _("%(where)s: this looks like %(kind)s. Take it out.") % {
            "where": self.where, "kind": self.kind.label,
        }  # fmt: skip


def leaks(text: str, *, codes: Collection[str] = ()) -> list[Leak]:
    """What must not be shown in a text, by line. ``codes``: credit codes of the organisations on the list."""
    found = {
        Leak(kind, _("Line %(line)d") % {"line": text.count("\n", 0, place) + 1})
        for kind, place in places_in(text, codes=codes)
    }
    return sorted(found, key=lambda leak: (leak.where, leak.kind))


def leaks_at(where: str, text: str, *, codes: Collection[str] = ()) -> list[Leak]:
    """The same of a part of a file, all of it at one place."""
    kinds = {kind for kind, _place in places_in(text, codes=codes)}
    return [Leak(kind, where) for kind in sorted(kinds)]


def leaks_in_file(name: str, content: bytes, *, codes: Collection[str] = ()) -> list[Leak]:
    """What must not be shown in a file, hidden things and its own name too. Pictures are refused: nobody reads them."""
    found = leaks_at(_("Name of the file"), name, codes=codes)
    try:
        package = files.read(name, content)
    except Unreadable as why:
        return [*found, Leak(Kind.UNREADABLE, str(why))]
    found += [Leak(Kind.HIDDEN, where) for where in package.hidden]
    for where, text in package.texts:
        found += leaks_at(where, text, codes=codes)
    for where, text in package.attributes:
        found += [leak for leak in leaks_at(where, text, codes=codes) if leak.kind != Kind.PART]
    for where, table in package.tables:
        found += _leaks_in_table(where, table, codes)
    return list(dict.fromkeys(found))


def _leaks_in_table(where: str, table: Table, codes: Collection[str]) -> list[Leak]:
    """By cell where a cell holds a whole number, else by sheet."""
    texts = [rows_of(table), *columns_of(table)]
    whole = [leak for text in texts for leak in leaks_at(where, text, codes=codes)]
    if not whole:
        return []
    cells = [
        leak
        for row, values in table.items()
        for column, text in values.items()
        for leak in leaks_at(f"{where} {letters(column)}{row}", text, codes=codes)
    ]
    exact = {leak.kind for leak in cells}
    return cells + [leak for leak in whole if leak.kind not in exact]


def places_in(text: str, *, codes: Collection[str] = (), depth: int = 0) -> list[Found]:
    """What is found and where in the text it begins."""
    found: list[Found] = [(Kind.HIDDEN, match.start()) for match in INVISIBLE.finditer(text)]
    found += [(Kind.PART, match.start()) for match in COVERED.finditer(text)]
    text, strangers = _without_credit_codes(text, codes)
    found += strangers
    for alike in (False, True):
        found += _read(text, alike=alike)
    if depth < DEEPEST:
        for inner in decoded(text):
            found += [(kind, 0) for kind, _place in places_in(inner, codes=codes, depth=depth + 1)]
    return found


def _read(text: str, *, alike: bool) -> list[Found]:
    folded, places = fold(text, alike=alike)
    both = [(d, text[place]) for d, place in zip(folded, places, strict=True)]
    typed = "".join(BREAK if d.isdecimal() and "\u2e80" < c < "\ufb00" else d for d, c in both)
    seen = "".join(d if d.isdecimal() else c for d, c in both)
    ordinary = [match.span() for match in ORDINARY.finditer(seen)]
    return [(kind, places[at]) for kind, at in found_in(folded, typed, ordinary)]


def _without_credit_codes(text: str, codes: Collection[str]) -> tuple[str, list[Found]]:
    """The text without the credit codes that may stand in it, and those that may not."""
    allowed = {normalise_credit_code(code) for code in codes}
    strangers: list[Found] = []

    def one(match: re.Match[str]) -> str:
        code = match.group()
        if credit_code_fault(code) is None:
            if code in allowed:
                return "码" * len(code)
            strangers.append((Kind.CODE, match.start()))
        return code

    return CREDIT_CODE.sub(one, text), strangers
