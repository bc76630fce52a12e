"""What an entry for everybody must not hold: identity numbers, cards, phones of people, the asker's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from jiangli.registers.identity_numbers import identity_number_fault

_DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_BETWEEN = r"[\s.\-_·,/()*]{0,3}"  # what people put between digits
_RUN = re.compile(rf"[0-9](?:{_BETWEEN}[0-9Xx])+")
_DAY = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}\s*[-./年]\s*[0-9]{1,2}\s*(?:[-./月]\s*[0-9]{1,2}\s*日?)?(?![0-9])"
)
_MOBILE = re.compile(r"(?:86)?1[3-9][0-9]{9}")
_ALONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
SHORTEST_CARD = 13  # digits
SHORTEST_NAME = 2


def leaks(text: str, *, names: Collection[str] = ()) -> list[str]:
    """What of a person stands in ``text``, in sentences that say what to do; empty if nothing was found.

    Offices' telephone numbers and days may stand. Figures in full width, in Chinese, or with blanks, hyphens
    and full stops between are read as what they are. ``names`` are names it must not hold either.
    """
    return list(dict.fromkeys(_found(text, names)))


def _found(text: str, names: Collection[str]) -> Iterator[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    figures = plain.translate(_DIGITS)
    for run in _runs(figures):
        if _is_identity(run):
            yield _("Take out the identity number.")
    for run in _runs(_DAY.sub("，", figures)):
        if len(run) >= SHORTEST_CARD and not _is_identity(run) and not _MOBILE.fullmatch(run):
            yield _("Take out the long number: it may be a bank card.")
        elif _MOBILE.fullmatch(run):
            yield _("Take out the mobile number. An office's telephone may stand.")
    if _ALONE.search(figures):
        yield _("Take out the mobile number. An office's telephone may stand.")
    close = re.sub(r"\s", "", plain)
    if any(len(name) >= SHORTEST_NAME and re.sub(r"\s", "", name) in close for name in names):
        yield _("Take out the name of whoever asked.")


def _runs(text: str) -> Iterator[str]:
    return (re.sub(r"[^0-9Xx]", "", found[0]) for found in _RUN.finditer(text))


def _is_identity(run: str) -> bool:
    """A well-formed number of eighteen characters anywhere in the run, or an old one of fifteen with its day."""
    for start in range(len(run) - 17):
        if identity_number_fault(run[start : start + 18].upper()) is None:
            return True
    return (
        re.fullmatch(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}", run) is not None
    )
