"""Which sentences of a document no rule quotes: what the law says and nobody has answered for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from jiangli.rules import toml
from jiangli.rules.programme import Document
from jiangli.rules.reading import text

_PIECE = re.compile(r"[^。；;]+[。；;]?[”’」』）)]*|[。；;]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LABEL = 5  # Chinese characters from which words are more than a label
_Span = tuple[int, int]


class Sentence(NamedTuple):
    """A sentence of ``text.md``: line (from 1), first and last column on it (from 0, the end excluded)."""

    line: int
    start: int
    end: int
    words: str


class Coverage(NamedTuple):
    """``quoted`` of ``total`` sentences of ``file`` are overlapped by a quote; ``missing`` are the others."""

    file: str
    total: int
    missing: tuple[Sentence, ...]

    @property
    def quoted(self) -> int:
        return self.total - len(self.missing)


def coverage(document: Document, sources: Mapping[str, str], paths: Iterable[str]) -> Coverage:
    """The sentences of a document against every quote of its programme files ``paths`` and of itself."""
    file = f"{document.id}/text.md"
    covered = _quoted(document, sources, paths) | _left_out(document, sources.get(file, ""))
    found = list(sentences(sources.get(file, "")))
    missing = [
        one for one in found
        if not any(one.start < end and start < one.end for start, end in covered.get(one.line, ()))
    ]  # fmt: skip
    return Coverage(file, len(found), tuple(missing))


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences, split at 。；; and at line ends.

    Left out are headings, what ends in a colon, and labels: pieces with fewer than five Chinese characters.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        for piece in _PIECE.finditer(line):
            words = piece[0].strip()
            if len(_HAN.findall(words)) >= _LABEL and not words.endswith((":", "：")):
                yield Sentence(number, piece.start(), piece.end(), words)


def _quoted(document: Document, sources: Mapping[str, str], paths: Iterable[str]) -> dict[int, list[_Span]]:
    """Line of the text -> columns that a quote covers."""
    covered: dict[int, list[_Span]] = {}
    for path in [f"{document.id}/document.toml", *paths]:
        data = toml.read(sources[path], path).data
        for quote, section in _quotes(data, data.get("section")):
            for line, span in _stands(document, quote, section):
                covered.setdefault(line, []).append(span)
    return covered


def _quotes(value: Any, section: str | None) -> Iterator[tuple[str, str | None]]:
    """Every quote below a value, with the clause it is to be looked for in."""
    if isinstance(value, dict):
        if isinstance(value.get("quote"), str):
            yield value["quote"], value.get("at", section)
        for inner in value.values():
            yield from _quotes(inner, section)
    elif isinstance(value, list):
        for inner in value:
            yield from _quotes(inner, section)


def _stands(document: Document, quote: str, section: str | None) -> Iterator[tuple[int, _Span]]:
    """Lines and columns where a quote stands: in its section, else in the whole text."""
    for where in (text.within(section, document.clauses), document.clauses):
        holding = [clause for clause in where if quote in clause.text or quote in clause.title]
        for clause in holding:
            yield from _columns(clause.text, clause.lines, quote)
        if holding:
            return


def _columns(words: str, lines: tuple[tuple[int, int], ...], quote: str) -> Iterator[tuple[int, _Span]]:
    """Each place of a quote in the words of a clause, line by line."""
    start = words.find(quote)
    while start >= 0:
        offset = 0
        for (number, indent), line in zip(lines, words.split("\n"), strict=True):
            low, high = max(start, offset) - offset, min(start + len(quote), offset + len(line)) - offset
            if low < high:
                yield number, (low + indent, high + indent)
            offset += len(line) + 1
        start = words.find(quote, start + len(quote))


def _left_out(document: Document, whole: str) -> dict[int, list[_Span]]:
    """Line -> columns of the clauses that the document itself leaves out, with all that stands below them."""
    width = max(map(len, whole.splitlines()), default=0)
    numbers = [
        number
        for left in document.not_modelled if left.clause
        for clause in text.within(left.clause, document.clauses)
        for number, _ in clause.lines
    ]  # fmt: skip
    return {number: [(0, width)] for number in numbers}
