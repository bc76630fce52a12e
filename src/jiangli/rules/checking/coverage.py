"""Which sentences of a document no rule quotes: what the law says and nobody has answered for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from jiangli.rules import toml
from jiangli.rules.document import Document
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
    """Of ``total`` sentences of ``file``, ``quoted`` are overlapped by the quote of a rule; ``missing`` by nothing
    at all; the others are said to be not modelled, with a reason.
    """

    file: str
    total: int
    quoted: int
    missing: tuple[Sentence, ...]

    @property
    def left_out(self) -> int:
        return self.total - self.quoted - len(self.missing)


def coverage(document: Document, sources: Mapping[str, str], paths: Iterable[str]) -> Coverage:
    """The sentences of a document against every quote of its programme files ``paths`` and of itself."""
    file = f"{document.id}/text.md"
    ruled, left = _quoted(document, sources, paths)
    found = list(sentences(sources.get(file, "")))
    open_ones = [one for one in found if not _touched(one, ruled)]
    clauses = _left_out(document)
    missing = [one for one in open_ones if one.line not in clauses and not _touched(one, left)]
    return Coverage(file, len(found), len(found) - len(open_ones), tuple(missing))


def _touched(one: Sentence, covered: Mapping[int, list[_Span]]) -> bool:
    return any(one.start < end and start < one.end for start, end in covered.get(one.line, ()))


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


def _quoted(
    document: Document, sources: Mapping[str, str], paths: Iterable[str]
) -> tuple[dict[int, list[_Span]], dict[int, list[_Span]]]:
    """Line of the text -> columns: those that rules quote, and those quoted as not modelled."""
    ruled: dict[int, list[_Span]] = {}
    left: dict[int, list[_Span]] = {}
    for path in [f"{document.id}/document.toml", *paths]:
        data = toml.read(sources[path], path).data
        for key, value in data.items():
            covered = left if key == "not_modelled" else ruled
            for quote, section in _quotes(value, data.get("section")):
                for line, span in _stands(document, quote, section):
                    covered.setdefault(line, []).append(span)
    return ruled, left


def _quotes(value: Any, section: str | None) -> Iterator[tuple[str, str | None]]:
    """Every quote in a value, with the clause it is to be looked for in."""
    if isinstance(value, dict):
        quotes = value.get("quote", ())
        for quote in [quotes] if isinstance(quotes, str) else quotes:
            yield quote, value.get("at", section)
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _quotes(inner, section)


def _stands(document: Document, quote: str, section: str | None) -> Iterator[tuple[int, _Span]]:
    """Lines and columns where a quote stands: in its section, else in the whole text."""
    places = (text.within(section, document.clauses), document.clauses)
    holding = (
        [clause for clause in where if quote in clause.text or quote in clause.title] for where in places
    )
    for clause in next(filter(None, holding), []):
        yield from _columns(clause.text, clause.lines, quote)


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


def _left_out(document: Document) -> set[int]:
    """The lines of the clauses that the document itself leaves out, with all that stands below them."""
    return {
        number
        for left in document.not_modelled if left.clause
        for clause in text.within(left.clause, document.clauses)
        for number, _ in clause.lines
    }  # fmt: skip
