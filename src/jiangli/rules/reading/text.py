"""The official text: clauses by heading, and where a quote stands in it."""

from __future__ import annotations

import difflib
import re

from jiangli.rules.document import Cite, Clause
from jiangli.rules.errors import BadQuote, Place, Words
from jiangli.rules.reading import passages

_HEADING = re.compile(r"(#{1,6}) (.+)")
_NUMBER = re.compile(
    r"(附件 ?\d+)|([一二三四五六七八九十]+)、|([（(](?:[一二三四五六七八九十]+|\d+)[）)])|(\d+)[.．、]"
)

_PLAIN = str.maketrans("（）", "()", " ")


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a ``text.md``: a heading and the lines below it, up to the next heading."""
    found: list[tuple[int, str, list[tuple[int, str]], int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.fullmatch(line):
            found.append((len(heading[1]), heading[2].strip(), [], number))
        elif found and line.strip():
            found[-1][2].append((number, line))
    return _with_paths(found)


def _with_paths(found: list[tuple[int, str, list[tuple[int, str]], int]]) -> tuple[Clause, ...]:
    path: list[str] = []
    result = []
    for level, title, rows, line in found:
        path = [*path[: level - 1], title]
        words = "\n".join(row.strip() for _, row in rows)
        places = tuple((number, len(row) - len(row.lstrip())) for number, row in rows)
        result.append(Clause(title, tuple(path), _number(path), level, words, line, places))
    return tuple(result)


def _number(path: list[str]) -> str:
    """How people cite a clause: the numbers of its headings, joined, with plain brackets: 二(三)7, 十(4)."""
    matches = [_NUMBER.match(title) for title in path[1:]]
    parts = [next(part for part in match.groups() if part) for match in matches if match]
    return "".join(parts).translate(_PLAIN)


def find(quote: str, text: tuple[Clause, ...], section: str | None, place: Place) -> Cite:
    """The quote with the clause it stands in: looked for in ``section``, then in the whole text.

    Raises BadQuote where it is nowhere, or at several clauses.
    """
    inside = clauses_of(section, text, place) if section else []
    for where in (inside, text):
        holding = [clause for clause in where if quote in clause.text or quote in clause.title]
        if len(holding) == 1:
            return Cite(quote, holding[0].name)
        if holding:
            raise _ambiguous(quote, holding, place)
    raise _not_there(quote, text, place)


def clauses_of(section: str, text: tuple[Clause, ...], place: Place) -> list[Clause]:
    """The clauses at and below ``section``. Raises BadQuote, naming the nearest, where there is none."""
    if found := within(section, text):
        return found
    names = [name for clause in text for name in (clause.number, clause.title) if name]
    near = difflib.get_close_matches(section, names, 3, 0.3)
    listed = (
        Words(f"最接近的是：{'；'.join(near)}。", f"Nearest: {'; '.join(near)}.") if near else Words("", "")
    )
    raise BadQuote(
        place,
        Words(f"正文里没有“{section}”这一条。", f'The text has no clause "{section}".'),
        Words(
            f"照 text.md 的标题写，或写条号，如 二(三)7。{listed.zh}",
            f"Write a heading of text.md, or its number, such as 二(三)7. {listed.en}".strip(),
        ),
    )


def _not_there(quote: str, text: tuple[Clause, ...], place: Place) -> BadQuote:
    """The error for words that stand nowhere: with the passage they come closest to."""
    message = Words(f"正文里找不到“{quote}”。", f"These words are not in the text: {quote}.")
    near = passages.nearest(quote, text)
    if near is None:
        remedy = Words("引文要一字不差，标点也一样。", "Quote verbatim, punctuation included.")
        return BadQuote(place, message, remedy)
    file = f"{place.file.rpartition('/')[0]}/text.md:{near.line}"
    return BadQuote(
        place, message,
        Words(
            f"引文要一字不差，标点也一样。最接近的是 {file}：「{near.text}」，写的是：「{near.quote}」。",
            f"Quote verbatim, punctuation included. Nearest is {file}: 「{near.text}」 for 「{near.quote}」.",
        ),
    )  # fmt: skip


def within(section: str | None, text: tuple[Clause, ...]) -> list[Clause]:
    """The clauses at and below ``section``, which is a heading or a number such as 二(三)7."""
    top = {clause.path for clause in text if section in (clause.title, clause.number) and section}
    return [clause for clause in text if any(clause.path[: len(path)] == path for path in top)]


def _ambiguous(quote: str, holding: list[Clause], place: Place) -> BadQuote:
    listed = "；".join(clause.name for clause in holding)
    return BadQuote(
        place,
        Words(f"“{quote}”在几处都有：{listed}。", f"These words stand at several places: {listed}."),
        Words("用 at 写明是哪一条。", "Name the clause with at."),
    )
