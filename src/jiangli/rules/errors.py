"""What can be wrong with a policy file or with an answer, said in Chinese and English, with place and
remedy.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

_BLANK = re.compile(r"\{([^{}]*)\}")
_WINDOW, _BEFORE = 160, 60  # letters of a long line that are shown, and how many of them before the column


class Words(NamedTuple):
    """One sentence in two languages; ``en`` is None where nobody has translated it yet."""

    zh: str
    en: str | None = None

    def say(self, lang: str = "zh") -> str:
        """The words in ``lang`` ("zh" or "en"); Chinese stands in where English is missing."""
        return self.en if lang.startswith("en") and self.en else self.zh

    def fill(self, lang: str, value: Callable[[str], str]) -> str:
        """The words with each ``{name}`` replaced by ``value(name)``."""
        return _BLANK.sub(lambda blank: value(blank[1]), self.say(lang))

    def then(self, more: Words) -> Words:
        """These words, then more; nothing is added for what is blank."""
        return Words(f"{self.zh} {more.zh}".strip(), f"{self.en} {more.en}".strip())

    @property
    def blanks(self) -> set[str]:
        """The names in braces, of both languages."""
        return {name for text in self if text for name in _BLANK.findall(text)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and column (both from 1), and the line itself."""

    file: str
    line: int = 1
    column: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def shown(self) -> list[str]:
        """The line, cut to a window around the column, and a caret below the column; nothing for a blank
        line.
        """
        at = self.column - 1
        start = max(at - _BEFORE, 0) if len(self.text) > _WINDOW else 0
        part = self.text[start : start + _WINDOW].rstrip()
        cut = "…" if start else ""
        indent = 0 if start else len(part) - len(part.lstrip())
        if not part.strip():
            return []
        wide = sum(_width(letter) for letter in cut + part[indent : at - start])
        return [
            cut + part[indent:] + ("…" if len(self.text.rstrip()) > start + len(part) else ""),
            " " * wide + "^",
        ]


def _width(letter: str) -> int:
    """Columns of a terminal that a letter takes."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


class PolicyError(Exception):
    """A policy file is wrong; the policy author acts.

    PolicyError
     ├ BadToml          the file is not TOML
     ├ UnknownKey       a key that the format does not have
     ├ WrongValue       a value of the wrong type or outside what the format allows
     ├ BadExpression    an expression outside the grammar, or with types that do not fit
     ├ BadQuote         a quote that is not in the text, or at more than one place
     └ NotCovered       a level with no rate, a case that answers otherwise
    """

    def __init__(self, place: Place, message: Words, remedy: Words) -> None:
        super().__init__(place, message, remedy)
        self.place = place
        self.message = message
        self.remedy = remedy

    @property
    def file(self) -> str:
        return self.place.file

    @property
    def line(self) -> int:
        return self.place.line

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.message.zh} {self.remedy.zh}", *self.place.shown()]
        return "\n    ".join([*lines, f"{self.message.en} {self.remedy.en}"])


class BadToml(PolicyError):
    pass


class UnknownKey(PolicyError):
    pass


class WrongValue(PolicyError):
    pass


class BadExpression(PolicyError):
    pass


class BadQuote(PolicyError):
    pass


class NotCovered(PolicyError):
    pass


class FactError(Exception):
    """An answer cannot be read as the fact it is given for; ``at`` is the fact or key, ``words`` say why."""

    def __init__(self, at: str, words: Words) -> None:
        super().__init__(at, words)
        self.at = at
        self.words = words

    def __str__(self) -> str:
        return f"{self.at}: {self.words.zh} {self.words.en}"


def nearest(name: str, known: Iterable[str]) -> Words:
    """ "Did you mean" with the known names closest to a misspelt one; blank where none is close."""
    near = difflib.get_close_matches(name, list(known), 3, 0.6)
    listed = "、".join(near)
    return Words(f"是不是 {listed}？", f"Did you mean {', '.join(near)}?") if near else Words("", "")
