"""The passage of the text that a wrong quote comes closest to, with the characters in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from jiangli.rules.document import Clause

_ENOUGH = 0.5  # of the quote's characters must stand in the passage, else nothing is called near


class Passage(NamedTuple):
    """Line of ``text.md``, its words and those of the quote; 【 】 marks what only one of them has."""

    line: int
    text: str
    quote: str


def nearest(quote: str, text: Iterable[Clause]) -> Passage | None:
    """The nearest passage on one line; None where nothing is near."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(quote)
    best: tuple[float, int, str] = (0, 0, "")
    for number, words in _lines(text):
        matcher.set_seq1(words)
        score = sum(block.size for block in matcher.get_matching_blocks() if block.size > 1) / len(quote)
        if score > best[0]:
            best = (score, number, words)
    if best[0] < _ENOUGH:
        return None
    return Passage(best[1], *marked(_cut(best[2], quote), quote))


def _lines(text: Iterable[Clause]) -> Iterator[tuple[int, str]]:
    for clause in text:
        for (number, _), words in zip(clause.lines, clause.text.split("\n"), strict=False):
            yield number, words


def _cut(words: str, quote: str) -> str:
    """The part of a line that answers the quote: from its first to its last passage of two characters."""
    blocks = [b for b in SequenceMatcher(None, words, quote, False).get_matching_blocks() if b.size > 1]
    start = max(blocks[0].a - blocks[0].b, 0)
    end = blocks[-1].a + len(quote) - blocks[-1].b
    return words[start:end]


def marked(first: str, second: str) -> tuple[str, str]:
    """Two texts with what differs in 【 】, an empty 【】 where something is missing."""
    one, two = "", ""
    for tag, a, b, c, d in SequenceMatcher(None, first, second, False).get_opcodes():
        if tag == "equal":
            one, two = one + first[a:b], two + second[c:d]
        else:
            one, two = one + f"【{first[a:b]}】", two + f"【{second[c:d]}】"
    return one, two
