"""Personal numbers in a folded text: whole, in pieces, spelled out, backwards.

Three readings. Digits that stand together: eleven or more of them are refused whatever they are, unless they are a
telephone of an office. Pieces with something between, over lines and cells too: refused if whole pieces make up a
mobile number, a card or an identity number; days, times, amounts and office telephones are no pieces. All digits of a
line or of neighbouring lines, whatever stands between: refused if an identity number with its check is among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.registers.card_numbers import passes_luhn
from jiangli.registers.identity_numbers import check_character
from jiangli.reviews.publicity.folding import BREAK


class Kind(models.TextChoices):
    IDENTITY = "identity", _("an identity number")
    CARD = "card", _("a bank card")
    PHONE = "phone", _("a mobile number")
    LONG = "long", _("a long number")
    PART = "part", _("a number with a part of it covered")
    CODE = "code", _("a credit code of nobody on this list")
    HIDDEN = "hidden", _("something hidden")
    UNREADABLE = "unreadable", _("something that cannot be read")


Found = tuple[Kind, int]  # and its place in the folded text

TOGETHER = 11  # digits that stand together and are nobody's business
LONGEST_GLUE = 60
PROVINCES = frozenset(
    str(place)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 99),
    )
    for place in range(first, last + 1)
)
BORN = range(1900, 2021)  # of those whose number may stand in pieces; later years would be days of the text
YEARS = range(1990, 2100)
MOBILE = re.compile(r"(?:0|86|086|0086|12593|17951)?1[3-9]\d{9}")
CARD_STARTS = re.compile(r"62|4|5[0-8]|3[4-7]|2[2-7]|6[0-9]|9[0-9]|8[18]|1[0-9]")
LIKELY_CARD = re.compile(r"62|4|5[1-5]|3[47]|60|69|9558|9111")
OFFICE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
COVERED = re.compile(r"(?<!\d)\d{3,14}[*＊×xX•●■█_＿?？…]{3,}\d{2,4}(?![\d*])")
ORDINARY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01]))(?!\d)"  # a day
    r"|(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])"  # a time
    r"|(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?![\d,]|\.\d)"  # an amount
    r"|(?<![\d.,])\d{1,10}\.\d{2}(?!\d|\.\d)"  # with fen
    r"|(?<!\d)(?:0(?:10|2\d|[3-9]\d{2})[- －—)）]{0,2})[2-9]\d{6,7}(?!\d)"  # a telephone of an office
)


@dataclass(frozen=True)
class Piece:
    digits: str  # with an X at its end, perhaps
    start: int
    end: int


def found_in(folded: str, typed: str, ordinary: list[tuple[int, int]]) -> Iterator[Found]:
    """What is found, in no order.

    ``typed``: the folded text without the numerals that are words (六位). ``ordinary``: where days, times, amounts and
    telephones of offices stand in it.
    """
    pieces = [Piece(match.group(), *match.span()) for match in re.finditer(r"\d+X?", folded)]
    yield from _together(pieces)
    known = {place for a, b in ordinary for place in range(a, b)}
    for run in _runs(folded, pieces):
        yield from _identity("".join(piece.digits for piece in run), run[0].start)
        for part in _between(run, known):
            yield from _whole_pieces(part)
    yield from _with_words_between(typed)


def _together(pieces: list[Piece]) -> Iterator[Found]:
    for piece in pieces:
        digits = piece.digits.rstrip("X")
        if len(digits) >= TOGETHER and not OFFICE.fullmatch(digits):
            yield _kind(piece.digits), piece.start


def _kind(number: str) -> Kind:
    digits = number.rstrip("X")
    if len(number) in (15, 18) and number[:2] in PROVINCES and (len(number) == 15 or _birth(number[6:14])):
        return Kind.IDENTITY
    if MOBILE.fullmatch(digits):
        return Kind.PHONE
    return Kind.CARD if 16 <= len(digits) <= 19 or (len(digits) >= 13 and passes_luhn(digits)) else Kind.LONG


def _runs(folded: str, pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Pieces with nothing but glue between them."""
    run: list[Piece] = []
    for piece in pieces:
        if run and (BREAK in folded[run[-1].end : piece.start] or piece.start - run[-1].end > LONGEST_GLUE):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _between(run: list[Piece], known: set[int]) -> Iterator[list[Piece]]:
    """What stands between the ordinary numbers of a run."""
    for is_known, part in groupby(run, key=lambda piece: piece.start in known):
        if not is_known:
            yield list(part)


def _whole_pieces(run: list[Piece]) -> Iterator[Found]:
    """Numbers that neighbouring pieces make up from end to end."""
    for first in range(len(run)):
        digits = run[first].digits
        for last in range(first + 1, len(run)):
            digits += run[last].digits
            if len(digits) > 19:
                break
            if kind := _made_up(digits, run[first : last + 1]):
                yield kind, run[first].start


def _made_up(number: str, pieces: list[Piece]) -> Kind | None:
    if _round(pieces) or _counts_up(pieces):
        return None
    size, digits = len(number), number.rstrip("X")
    if MOBILE.fullmatch(number):
        return Kind.PHONE
    if size == 18 and _is_identity(number):
        return Kind.IDENTITY
    if size == 15 and number.isdecimal() and number[:2] in PROVINCES and _birth("19" + number[6:12]):
        return Kind.IDENTITY
    if number.isdecimal() and 16 <= size <= 19 and (_in_fours(pieces) or _is_card(digits)):
        return Kind.CARD
    if number.isdecimal() and 13 <= size <= 15 and LIKELY_CARD.match(digits) and passes_luhn(digits):
        return Kind.CARD
    return None


def _is_card(digits: str) -> bool:
    return bool(CARD_STARTS.match(digits)) and passes_luhn(digits)


def _in_fours(pieces: list[Piece]) -> bool:
    """As cards are printed: 6222 0212 0202 1234 567, and not four years."""
    sizes = [len(piece.digits) for piece in pieces]
    years = all(piece.digits[:2] in ("19", "20") for piece in pieces)
    return len(sizes) >= 4 and set(sizes[:-1]) == {4} and sizes[-1] <= 4 and not years


def _round(pieces: list[Piece]) -> bool:
    """Amounts side by side: 15, 2000, 30000."""
    long = [piece.digits for piece in pieces if len(piece.digits) >= 3]
    return len(long) >= 2 and all(digits.endswith("00") for digits in long)


def _counts_up(pieces: list[Piece]) -> bool:
    """1, 2, 3 … as in a list; or years, one after the other, among them."""
    steps = [
        (int(a.digits), int(b.digits))
        for a, b in pairwise(pieces)
        if a.digits.isdecimal() and b.digits.isdecimal()
    ]
    if any(a in YEARS and b - a == 1 for a, b in steps):
        return True
    return len(steps) == len(pieces) - 1 >= 2 and all(b - a == 1 for a, b in steps)


def _identity(digits: str, start: int) -> Iterator[Found]:
    """Identity numbers of eighteen with a right check anywhere in a row of digits, forwards or backwards."""
    for row in (digits, digits[::-1]):
        if any(_is_identity(row[at : at + 18]) for at in range(len(row) - 17)):
            yield Kind.IDENTITY, start
            return


def _is_identity(number: str) -> bool:
    return (
        number[:17].isdecimal()
        and number[:2] in PROVINCES
        and _birth(number[6:14])
        and check_character(number[:17]) == number[17]
    )


def _birth(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year in BORN
    except ValueError:
        return False


def _with_words_between(typed: str) -> Iterator[Found]:
    """Identity numbers that whole pieces make up, on one line or over three, whatever stands between."""
    pieces = [(typed.count("\n", 0, match.start()), match) for match in re.finditer(r"\d+X?", typed)]
    for first, (line, match) in enumerate(pieces):
        number = ""
        for other, piece in pieces[first:]:
            number += piece.group()
            if other - line > 2 or len(number) > 18:
                break
            if len(number) == 18 and _is_identity(number):
                yield Kind.IDENTITY, match.start()
