"""What an author must look at in next year's files besides the quotes: limits that forget last year, words that
name days and amounts the new text does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from jiangli.rules.errors import Place, Words
from jiangli.rules.toml import Table

_WORDS = ("title", "tell", "hint", "reason")
_DAYS = (
    re.compile(r"(20\d\d)\s*[年-]\s*(\d{1,2})\s*[月-]\s*(\d{1,2})"),
    re.compile(r"(\d{1,2})\s+(January|February|March|April|May|June|July|August|September|October|November|December)"
               r"\s+(20\d\d)"),
)  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_MONEY = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万)?\s*(?:元|yuan)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ALONE = Words(
    "去年发的不算在内：要算，across 里加去年的编号 {}，或写 series:名称（document.toml 或本文件的 series）",
    "last year's payments do not count: add the old id {} to across, or a series (in document.toml or here)",
)
_FIGURES = Words("这里说到 {}，新的正文里没有", "names {}, which the new text does not")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line to look at, and why."""

    place: Place
    words: Words

    def say(self, lang: str = "zh") -> str:
        return self.words.say(lang)


def alone(root: Table, was: Mapping[str, str]) -> Iterator[Mark]:
    """The limits that last year's payments would have to count in, and that look only at this year's.

    ``was``: new id -> last year's.
    """
    mine = was.get(str(root.data.get("overlays") or root.data.get("id")), "")
    for row in root.tables("limits"):
        across = row.data.get("across", [])
        back = any(
            entry.startswith("series:") or any(fnmatch(id, entry) for id in was.values()) for entry in across
        )
        columns = [
            column for kind in ("once_per", "less_paid_per", "per") for column in row.data.get(kind, [])
        ]
        yearly = not columns or "period" in columns or "claim" in columns or "within" in row
        if not back and not yearly:
            yield Mark(row.place(), Words(*(_ALONE.say(lang).format(mine) for lang in ("zh", "en"))))


def outdated(table: Table, text: str) -> Iterator[Mark]:
    """The words for people that name days, years or amounts that are not in the new text."""
    known = set(figures(text))
    for key, value in table.data.items():
        if isinstance(value, str) and (key.removesuffix("_en") in _WORDS or table.name == "messages"):
            gone = [said for figure, said in figures(value).items() if figure not in known]
            if gone:
                yield Mark(
                    table.place(key),
                    Words(*(_FIGURES.say(lang).format("、".join(gone)) for lang in ("zh", "en"))),
                )
        elif isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            for part in [table.table(key)] if isinstance(value, dict) else table.tables(key):
                yield from outdated(part, text)


def figures(text: str) -> dict[str, str]:
    """What a text names, as it is compared -> as it is written: days, amounts, and years that stand alone."""
    found = {
        "-".join((y, m.zfill(2), d.zfill(2))): f"{y}-{m.zfill(2)}-{d.zfill(2)}"
        for y, m, d in _DAYS[0].findall(text)
    }
    for day, month, year in _DAYS[1].findall(text):
        at = f"{year}-{_MONTHS.index(month) + 1:02d}-{day.zfill(2)}"
        found[at] = at
    for figure, ten in _MONEY.findall(text):
        fen = round(float(figure.replace(",", "")) * (1000000 if ten else 100))
        found[f"{fen} fen"] = f"{figure}{ten}元"
    rest = _DAYS[1].sub("", _DAYS[0].sub("", text))
    return {**{year: year for year in _YEAR.findall(rest)}, **found}
