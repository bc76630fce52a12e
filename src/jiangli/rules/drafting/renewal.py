"""Next year's notice from last year's files: ids renewed, every quote looked for in the new text."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jiangli.rules import toml
from jiangli.rules.document import Clause
from jiangli.rules.drafting import headings, yearly
from jiangli.rules.drafting.finding import items, sentences
from jiangli.rules.drafting.folder import head_of
from jiangli.rules.drafting.marks import Mark, alone, outdated
from jiangli.rules.errors import Place, Words, WrongValue
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
    """The new files, what became of each quote, and what else has to be looked at."""

    files: Mapping[str, str]
    quotes: tuple[Quote, ...]
    marks: tuple[Mark, ...] = ()

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


def renew(text: str, old: str, new: str, sources: Mapping[str, str], keep_days: bool = False) -> Renewal:
    """The files of folder ``old`` as those of folder ``new``, for its new official text."""
    official = headings.markdown(text)
    clauses = law.clauses(official)
    files, quotes, marks = {f"{new}/text.md": official}, list[Quote](), list[Mark]()
    rename = yearly.renamer(old, new, sources)
    for path, source in sources.items():
        name = path.removeprefix(f"{old}/")
        if path == name or name in ("text.md", "facts.toml"):
            continue
        there = f"{new}/{yearly.renamed_file(name, old, new)}"
        renamed = _document(rename(source), clauses) if name == "document.toml" else rename(source)
        if name.endswith(".cases.jsonl"):
            renamed = _cases(renamed, old, new, keep_days)
        if name.endswith(".toml"):
            look = _Looking(there, clauses, official, {rename(id): id for id in yearly.old_ids(old, sources)})
            renamed = _marked(renamed, [*look.quotes(renamed), *look.marks(renamed)])
            quotes += look.quotes(renamed)  # again, for their new lines
            marks += look.marks(renamed)
        files[there] = renamed
    return Renewal(files, tuple(quotes), tuple(marks))


def _cases(text: str, old: str, new: str, keep_days: bool) -> str:
    """The cases with the ids of the new year, and as many years later unless their days are kept."""
    before, after = yearly.year_of(old), yearly.year_of(new)
    text = yearly.renewed_case_ids(text, old, new)
    return yearly.moved_cases(text, after - before) if before and after and not keep_days else text


def _document(source: str, clauses: tuple[Clause, ...]) -> str:
    """``document.toml`` with title, number and days of the new text; what it does not say is asked."""
    head = head_of(clauses)
    days = {"from": head.first, "to": head.last}
    said: dict[str, str | None] = {
        "title": _text(head.title),
        "number": _text(head.number) if head.number else None,
    }
    said |= {key: day.isoformat() if day else None for key, day in days.items()}
    said |= {"status": '"draft"', "title_en": None, "learned": None, "learned_on": None}
    there = toml.read(source, "document.toml")
    more = [f"{key} = {said[key]}" for key in ("number", "from", "to") if said[key] and key not in there]
    lines = [_line(line, said) for line in source.strip().splitlines()]
    return "\n".join([lines[0], *more, *lines[1:]]) + "\n"


def _line(line: str, said: Mapping[str, str | None]) -> str:
    """A line of last year's document: with what the new text says, or asked where it says nothing."""
    found = re.match(r"(\w+)(\s*=\s*)", line)
    if not found or found[1] not in said:
        return line
    value = said[found[1]]
    return f"# 待定：新的正文里没有，去年是：{line}" if value is None else f"{found[0]}{value}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Looking:
    """One new file, looked at with the new text beside it."""

    path: str
    clauses: tuple[Clause, ...]
    official: str
    was: Mapping[str, str]  # new id -> old id

    def quotes(self, source: str) -> list[Quote]:
        return [] if self.path.endswith(".en.toml") else list(_quotes(source, self.path, self.clauses))

    def marks(self, source: str) -> list[Mark]:
        root = toml.read(source, self.path)
        return [] if "issuer" in root else [*alone(root, self.was), *outdated(root, self.official)]


def _quotes(source: str, path: str, clauses: tuple[Clause, ...]) -> Iterator[Quote]:
    root = toml.read(source, path)
    passages = [*_passages(clauses), *(clause.title for clause in clauses)]
    named = {clause.title for clause in clauses} | {clause.number for clause in clauses}
    for key, place, words in _leaves(root):
        there = (
            words in named if key != "quote" else any(words in c.text or words in c.title for c in clauses)
        )
        yield Quote(place, words, True) if there else _closest(place, words, passages)


def _leaves(table: Table) -> Iterator[tuple[str, Place, str]]:
    """Every quote and every clause named, in the order of the file; each passage of a list of them."""
    for key, value in table.data.items():
        if key in _QUOTES and isinstance(value, str):
            yield key, table.place(key), value
        elif key == "quote":
            yield from ((key, table.place(key, at), words) for at, words in enumerate(value))
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


def _marked(source: str, found: Sequence[Quote | Mark]) -> str:
    """The file with a comment above every line that has to be looked at."""
    notes: dict[int, list[str]] = {}
    for one in found:
        if isinstance(one, Mark) or not one.there:
            notes.setdefault(one.place.line, []).append(f"# 待定：{one.say()}".replace("\n", " "))
    lines = source.splitlines()
    return "\n".join(line for at, old in enumerate(lines, 1) for line in (*notes.get(at, []), old)) + "\n"


def lines_of(renewal: Renewal, lang: str = "zh") -> list[str]:
    """What an author has to look at, line by line."""
    head = Words("{} 处引文：{} 处没有变，{} 处要看", "{} quotes: {} unchanged, {} to look at").say(lang)
    total, left = len(renewal.quotes), len(renewal.open)
    found = [head.format(total, total - left, left)]
    found += [
        f"{quote.place.file}:{quote.place.line}: “{quote.words}” {quote.say(lang)}" for quote in renewal.open
    ]
    return found + [f"{mark.place.file}:{mark.place.line}: {mark.say(lang)}" for mark in renewal.marks]


def facts_to_move(old: str, new_files: Mapping[str, str], sources: Mapping[str, str]) -> list[str]:
    """The tables of last year's own facts that the new files name, as they stand in its ``facts.toml``."""
    root = toml.read(sources.get(f"{old}/facts.toml", ""), f"{old}/facts.toml")
    text = "\n".join(new_files.values())
    facts = [
        name for name in root.table("facts") if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)
    ]
    enums = {str(root.table("facts").data[name].get("values")) for name in facts}
    named = [
        f"[enums.{name}]"
        for name in root.table("enums")
        if name in enums or "add" in root.table("enums").data[name]
    ]
    return [*named, *(f'[facts."{name}"]' for name in facts)]
