"""The official text: clauses by heading, and where a quote stands in it."""

from __future__ import annotations

import re

from jiangli.rules.errors import BadQuote, Place, Words
from jiangli.rules.programme import Cite, Clause

_HEADING = re.compile(r"(#{1,6}) (.+)")
_NUMBER = re.compile(
    r"(附件 ?\d+)|([一二三四五六七八九十]+)、|([（(](?:[一二三四五六七八九十]+|\d+)[）)])|(\d+)[.．、]"
)

_PLAIN = str.maketrans("（）", "()", " ")


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a ``text.md``: a heading and the lines below it, up to the next heading."""
    found: list[tuple[int, str, list[str], int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.fullmatch(line):
            found.append((len(heading[1]), heading[2].strip(), [], number))
        elif found and line.strip():
            found[-1][2].append(line.strip())
    return _with_paths(found)


def _with_paths(found: list[tuple[int, str, list[str], int]]) -> tuple[Clause, ...]:
    path: list[str] = []
    result = []
    for level, title, words, line in found:
        path = [*path[: level - 1], title]
        result.append(Clause(title, tuple(path), _number(path), level, "\n".join(words), line))
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
    inside = within(section, text)
    if section and not inside:
        raise BadQuote(
            place,
            Words(f"正文里没有“{section}”这一条。", f'The text has no clause "{section}".'),
            Words(
                "照 text.md 的标题写，或写条号，如 二(三)7。",
                "Write a heading of text.md, or its number, such as 二(三)7.",
            ),
        )
    for where in (inside, text):
        holding = [clause for clause in where if quote in clause.text or quote in clause.title]
        if len(holding) == 1:
            return Cite(quote, holding[0].name)
        if holding:
            raise _ambiguous(quote, holding, place)
    raise BadQuote(
        place,
        Words(f"正文里找不到“{quote}”。", f"These words are not in the text: {quote}."),
        Words("引文要一字不差，标点也一样。", "Quote verbatim, punctuation included."),
    )


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
