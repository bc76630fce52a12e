"""Next year's notice from last year's files: ids renewed, every quote looked for in the new text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from jiangli.rules import toml
from jiangli.rules.drafting import headings
from jiangli.rules.drafting.finding import items, sentences
from jiangli.rules.errors import Place, Words, WrongValue
from jiangli.rules.programme import Clause
from jiangli.rules.reading import text as law
from jiangli.rules.toml import Table

_CLOSE = 0.5  # below it, two sentences do not speak of the same thing
_FIGURES = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d+(?:\.\d+)?\s*(?:万?元|%|％|个月|年|日|人次?|次)?")
_QUOTES = ("quote", "at", "section")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of last year's files: where they stand, whether the new text has them, and else what comes closest.

    ``changes`` are the figures and days that differ, as pairs of old and new.
    """

    place: Place
    words: str
    there: bool
    closest: str | None = None
    changes: tuple[tuple[str, str], ...] = ()

    def say(self, lang: str = "zh") -> str:
        """The finding in one line."""
        if self.there:
            return _SAME.say(lang)
        if self.closest is None:
            return _GONE.say(lang)
        pairs = "；".join(f"{old or '—'} → {new or '—'}" for old, new in self.changes)
        return f"{_CLOSEST.say(lang)}{self.closest}" + (f" [{pairs}]" if pairs else "")


_SAME = Words("原文没有变", "unchanged")
_GONE = Words("新的正文里没有，也没有相近的句子", "not in the new text, nor anything close to it")
_CLOSEST = Words("原文改了，现在最接近的是：", "changed; the closest words now are: ")


@dataclass(frozen=True, slots=True)
class Renewal:
    """The new files, and what became of each quote."""

    files: Mapping[str, str]
    quotes: tuple[Quote, ...]

    @property
    def open(self) -> list[Quote]:
        """The quotes that are not in the new text."""
        return [quote for quote in self.quotes if not quote.there]


def renewed_name(folder: str, text: str) -> str:
    """Last year's folder with the year of the new text; the next year where the text names none later."""
    year = re.search(r"20\d\d", folder)
    if year is None:
        raise WrongValue(
            Place(folder),
            Words(f"{folder} 里没有年份。", f"There is no year in {folder}."),
            Words("用 --folder 写新文件夹的名字。", "Name the new folder with --folder."),
        )
    title = headings.markdown(text).splitlines()[0]
    later = [found for found in re.findall(r"20\d\d", title) if found > year[0]]
    return folder.replace(year[0], max(later, default=str(int(year[0]) + 1)))


def renew(text: str, old: str, new: str, sources: Mapping[str, str]) -> Renewal:
    """The files of folder ``old`` as those of folder ``new``, for its new official text."""
    official = headings.markdown(text)
    clauses = law.clauses(official)
    files = {f"{new}/text.md": official}
    quotes: list[Quote] = []
    for path, source in sources.items():
        name = path.removeprefix(f"{old}/")
        if path == name or name in ("text.md", "facts.toml"):
            continue
        renamed = source.replace(old, new)
        if name.endswith(".toml") and not name.endswith(".en.toml"):
            renamed = _marked(renamed, list(_quotes(renamed, f"{new}/{name}", clauses)))
            quotes += _quotes(renamed, f"{new}/{name}", clauses)  # again, for their new lines
        files[f"{new}/{name}"] = renamed
    return Renewal(files, tuple(quotes))


def _quotes(source: str, path: str, clauses: tuple[Clause, ...]) -> Iterator[Quote]:
    root = toml.read(source, path)
    passages = [*_passages(clauses), *(clause.title for clause in clauses)]
    named = {clause.title for clause in clauses} | {clause.number for clause in clauses}
    for table, key in _leaves(root):
        words = str(table.data[key])
        place = table.place(key)
        there = (
            words in named if key != "quote" else any(words in c.text or words in c.title for c in clauses)
        )
        yield Quote(place, words, True) if there else _closest(place, words, passages)


def _leaves(table: Table) -> Iterator[tuple[Table, str]]:
    """Every quote and every clause named, in the order of the file."""
    for key, value in table.data.items():
        if key in _QUOTES and isinstance(value, str):
            yield table, key
        elif isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            inner = [table.table(key)] if isinstance(value, dict) else table.tables(key)
            for part in inner:
                yield from _leaves(part)


def _passages(clauses: tuple[Clause, ...]) -> Iterator[str]:
    """Items, sentences, and the parts of sentences between commas, alone and joined."""
    yield from (item.text for item in items(clauses))
    for sentence in sentences(clauses):
        ends = [0, *(match.end() for match in re.finditer("[,，]", sentence.text)), len(sentence.text)]
        for first, last in combinations(dict.fromkeys(ends), 2):
            yield (
                sentence.text[first:last].rstrip(",，")
                if last < len(sentence.text)
                else sentence.text[first:]
            )
            if last == len(sentence.text) and sentence.text[-1] in "。；;":
                yield sentence.text[first:-1]


def _closest(place: Place, words: str, passages: list[str]) -> Quote:
    score, best = max(((_likeness(words, passage), passage) for passage in passages), default=(0.0, ""))
    if score < _CLOSE:
        return Quote(place, words, False)
    return Quote(place, words, False, best, figures(words, best))


def _likeness(words: str, passage: str) -> float:
    """How far two sentences are the same but for their figures."""
    plain = (_FIGURES.sub("0", words), _FIGURES.sub("0", passage))
    matcher = difflib.SequenceMatcher(None, *plain, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _CLOSE <= matcher.quick_ratio() else 0.0


def figures(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The figures and days that are not the same in two sentences, paired in their order."""
    before, after = ([match[0] for match in _FIGURES.finditer(words)] for words in (old, new))
    pairs: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            width = max(b - a, d - c)
            pairs += zip(_padded(before[a:b], width), _padded(after[c:d], width), strict=True)
    return tuple(pairs)


def _padded(figures: list[str], width: int) -> list[str]:
    return figures + [""] * (width - len(figures))


def _marked(source: str, quotes: list[Quote]) -> str:
    """The file with a comment above every line whose quote the new text does not have."""
    notes: dict[int, list[str]] = {}
    for quote in quotes:
        if not quote.there:
            notes.setdefault(quote.place.line, []).append(f"# 待定：{quote.say()}".replace("\n", " "))
    lines = source.splitlines()
    return "\n".join(line for at, old in enumerate(lines, 1) for line in (*notes.get(at, []), old)) + "\n"


def lines_of(renewal: Renewal, lang: str = "zh") -> list[str]:
    """What an author has to look at, line by line."""
    head = Words("{} 处引文：{} 处没有变，{} 处要看", "{} quotes: {} unchanged, {} to look at").say(lang)
    total, left = len(renewal.quotes), len(renewal.open)
    found = [head.format(total, total - left, left)]
    return found + [
        f"{quote.place.file}:{quote.place.line}: “{quote.words}” {quote.say(lang)}" for quote in renewal.open
    ]
