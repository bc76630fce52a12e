"""What can be changed in a programme file: one small change of its meaning at a time, as edits of its text."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import tree_sitter
import tree_sitter_toml
from expression_changes import in_expression, near, neighbours, shift, values_of

from jiangli.rules.facts import Dictionary

Path = tuple[str | int, ...]
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
ROWS = {"any", "rates", "supplements", "payers", "brackets"}  # a row of these may be left out
LISTS = {"across", "per", "once_per", "less_paid_per", "needs", "is"}  # so may an item of these
FLAGS = {"keep_highest", "within", "effect", "fault", "at_least"}  # and these keys
EXPRESSIONS = {"when", "yuan", "at_most", "at_least", "ratio", "up_to"}
MEANING = {"claim", "line", "warnings", "amount", "limits", "record", "counts", "parameters"}
SILENT = {"quote", "inferred", "at", "title", "tell", "reason"}


class Edit(NamedTuple):
    """Bytes from ``start`` to ``end`` replaced."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is in the tree and in the file, what it says, and how it is made."""

    where: str
    line: int
    change: str
    edits: tuple[Edit, ...]

    @property
    def name(self) -> str:
        return f"{self.where}: {self.change}"

    def apply(self, source: bytes) -> str:
        for start, end, text in sorted(self.edits, reverse=True):
            source = source[:start] + text.encode() + source[end:]
        return source.decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """A value or table of the file: its path, its node, and the bytes that take it out."""

    path: Path
    node: tree_sitter.Node
    cut: tuple[int, int]

    @property
    def key(self) -> str:
        return next((str(key) for key in reversed(self.path) if isinstance(key, str)), "")

    @property
    def text(self) -> str:
        return (self.node.text or b"").decode()

    @property
    def is_item(self) -> bool:
        return bool(self.path) and isinstance(self.path[-1], int)


# --- the tree of the file


def entries(source: str) -> Iterator[Entry]:
    """Every table and value of a file, outermost first."""
    counts: dict[Path, int] = {}
    for node in PARSER.parse(source.encode()).root_node.named_children:
        if node.type == "pair":
            yield from _pair(node, (), (node.start_byte, node.end_byte))
        elif node.type in ("table", "table_array_element"):
            path = _keys(node.named_children[0])
            if node.type == "table_array_element":
                counts[path] = counts.get(path, -1) + 1
                path = (*path, counts[path])
            yield Entry(path, node, (node.start_byte, node.end_byte))
            for child in node.named_children[1:]:
                if child.type == "pair":
                    yield from _pair(child, path, (child.start_byte, child.end_byte))


def _keys(node: tree_sitter.Node) -> Path:
    if node.type == "dotted_key":
        return tuple(key for child in node.named_children for key in _keys(child))
    return (next(iter(tomllib.loads(f"{(node.text or b'').decode()} = 0"))),)


def _pair(node: tree_sitter.Node, above: Path, cut: tuple[int, int]) -> Iterator[Entry]:
    key, value = node.named_children[0], node.named_children[1]
    yield from _value(value, (*above, *_keys(key)), cut)


def _value(node: tree_sitter.Node, path: Path, cut: tuple[int, int]) -> Iterator[Entry]:
    yield Entry(path, node, cut)
    parts = [child for child in node.children if child.is_named and child.type != "comment"]
    for at, child in enumerate(parts):
        if node.type == "inline_table":
            yield from _pair(child, path, _cut(node, child))
        elif node.type == "array":
            yield from _value(child, (*path, at), _cut(node, child))


def _cut(parent: tree_sitter.Node, child: tree_sitter.Node) -> tuple[int, int]:
    """The bytes of one part of a list, with the comma before it or, for the first, after it."""
    parts = [part for part in parent.children if part.type != "comment"]
    at = next(number for number, part in enumerate(parts) if part.start_byte == child.start_byte)
    if parts[at - 1].type == ",":
        return parts[at - 1].start_byte, child.end_byte
    return child.start_byte, parts[at + 1].end_byte if parts[at + 1].type == "," else child.end_byte


def without_words(source: str) -> str:
    """The file with every ``tell`` made neutral, so that no refusal text names a fact that a change took out."""
    data = source.encode()
    for entry in entries(source):
        if entry.key == "tell" and entry.node.type == "string":
            start, end = entry.node.start_byte, entry.node.end_byte
            width = end - start - 2
            data = data[: start + 1] + b"x" + b" " * (width - 1) + data[end - 1 :]
    return data.decode()


# --- the changes


def mutants(source: str, facts: Dictionary) -> list[Mutant]:
    """All changes of one file, in its order; the same change of one place is made once."""
    found = list(entries(source))
    work = _Changes(source, {entry.path: entry for entry in found}, facts)
    seen: dict[str, int] = {}
    result = []
    for entry in found:
        if entry.path[0] in MEANING or entry.path == ("agency",):
            for mutant in work.of(entry):
                seen[mutant.name] = seen.get(mutant.name, 0) + 1
                times = f" ({seen[mutant.name]})" if seen[mutant.name] > 1 else ""
                result.append(Mutant(mutant.where, mutant.line, mutant.change + times, mutant.edits))
    return result


@dataclass(frozen=True, slots=True)
class _Changes:
    source: str
    by_path: dict[Path, Entry]
    facts: Dictionary

    def of(self, entry: Entry) -> Iterator[Mutant]:
        if SILENT.isdisjoint(str(key) for key in entry.path[2:]) and not self._pays_nothing(entry):
            yield from self._left_out(entry)
            yield from self._moved(entry)
            yield from self._replaced(entry)

    def _pays_nothing(self, entry: Entry) -> bool:
        """A row without a rate says openly what its absence would mean as well."""
        return entry.path[:2] == ("amount", "rates") and (*entry.path[:3], "no_rate") in self.by_path

    def _mutant(self, entry: Entry, change: str, *edits: Edit) -> Mutant:
        where = ".".join(str(key) for key in entry.path)
        return Mutant(where, entry.node.start_point[0] + 1, change, edits)

    def _instead(self, entry: Entry, text: str) -> Mutant:
        start, end = entry.node.start_byte, entry.node.end_byte
        return self._mutant(entry, f"{entry.text} → {text}", Edit(start, end, text))

    # what is left out

    def _left_out(self, entry: Entry) -> Iterator[Mutant]:
        if self._can_go(entry):
            yield self._mutant(entry, "left out", Edit(*entry.cut, ""))
        if entry.key == "across" and not entry.is_item:
            yield self._mutant(entry, "only this programme", Edit(*entry.cut, ""))

    def _can_go(self, entry: Entry) -> bool:
        path = entry.path
        condition = len(path) == 2 and path[0] in ("claim", "line", "warnings", "counts", "limits")
        row = (
            entry.is_item and entry.key in ROWS | LISTS and not self._last_of(entry, "across", "is", "needs")
        )
        parts = path[:2] == ("record", "parts") and len(path) > 2
        flag = entry.key in FLAGS and not entry.is_item and not self._idle(entry)
        return condition or row or parts or flag

    def _last_of(self, entry: Entry, *keys: str) -> bool:
        """Whether it is the only item of a list that cannot be empty."""
        return entry.key in keys and (*entry.path[:-1], 1) not in self.by_path

    def _idle(self, entry: Entry) -> bool:
        """What orders or bounds the lines of a roster means nothing where there is no roster."""
        return entry.key == "keep_highest" and self._is_single

    # what changes places

    def _moved(self, entry: Entry) -> Iterator[Mutant]:
        if entry.path[0] == "limits" and len(entry.path) == 2:
            other = self.by_path.get(("limits", int(entry.path[1]) + 1))
            if other and self._order_matters(self._kind(entry), self._kind(other)):
                yield self._swap(entry, other)
        if entry.path[:2] == ("amount", "payers") and len(entry.path) == 3 and "percent" in entry.text:
            other = self.by_path.get(("amount", "payers", int(entry.path[2]) + 1))
            if other:
                yield self._swap(entry, other)

    def _order_matters(self, first: str, second: str) -> bool:
        """History is asked first for what is paid once, so its place matters only among lines."""
        if "" in (first, second) or first == second:
            return False
        return "once_per" not in (first, second) or not self._is_single

    @property
    def _is_single(self) -> bool:
        lines = self.by_path.get(("lines",))
        return lines is None or lines.text == '"none"'

    def _swap(self, first: Entry, second: Entry) -> Mutant:
        edits = [
            Edit(a.node.start_byte, a.node.end_byte, b.text) for a, b in ((first, second), (second, first))
        ]
        return self._mutant(first, "after the next one", *edits)

    def _kind(self, entry: Entry) -> str:
        """Which of the three a limit is; blank for one that is only told, for its place means nothing."""
        if (*entry.path, "effect") in self.by_path:
            return ""
        kinds = ("once_per", "less_paid_per", "at_most")
        return next((kind for kind in kinds if (*entry.path, kind) in self.by_path), "")

    # what is replaced

    def _replaced(self, entry: Entry) -> Iterator[Mutant]:
        yield from _VALUES.get(entry.node.type, _nothing)(self, entry)
        limit = entry.path[0] == "limits" and entry.key in ("once_per", "less_paid_per") and not entry.is_item
        if limit and self._kind(self.by_path[entry.path[:2]]):
            yield self._other_kind(entry)

    def _other_kind(self, entry: Entry) -> Mutant:
        other = {"once_per": "less_paid_per", "less_paid_per": "once_per"}[entry.key]
        key = entry.node.parent.named_children[0] if entry.node.parent else entry.node
        return self._mutant(entry, f"{entry.key} → {other}", Edit(key.start_byte, key.end_byte, other))

    def _number(self, entry: Entry) -> Iterator[Mutant]:
        if entry.path[:2] == ("amount", "payers") and entry.key == "percent":
            yield from self._share(entry)
        elif entry.path[0] != "record":
            for text in near(entry.text):
                yield self._instead(entry, text)

    def _share(self, entry: Entry) -> Iterator[Mutant]:
        """Shares sum to 100: one percent moves from one payer to the next."""
        other = self.by_path.get(("amount", "payers", int(entry.path[2]) + 1, "percent"))
        if other:
            less, more = str(int(entry.text) - 1), str(int(other.text) + 1)
            edits = [Edit(e.node.start_byte, e.node.end_byte, t) for e, t in ((entry, less), (other, more))]
            yield self._mutant(entry, "one percent to the next payer", *edits)

    def _bool(self, entry: Entry) -> Iterator[Mutant]:
        if entry.key not in FLAGS and entry.key != "no_rate":
            yield self._instead(entry, "false" if entry.text == "true" else "true")

    def _day(self, entry: Entry) -> Iterator[Mutant]:
        """A day earlier and later; regimes stay joined."""
        if entry.key == "from" and "by_date" in entry.path:
            return
        joined = self._next_from(entry)
        for days in (-1, 1):
            text = shift(entry.text, days)
            edits = [Edit(entry.node.start_byte, entry.node.end_byte, text)]
            if joined:
                start, end = joined.node.start_byte, joined.node.end_byte
                edits.append(Edit(start, end, shift(joined.text, days)))
            yield self._mutant(entry, f"{entry.text} → {text}", *edits)

    def _next_from(self, entry: Entry) -> Entry | None:
        if "by_date" not in entry.path:
            return None
        at = int(entry.path[-2])
        return self.by_path.get((*entry.path[:-2], at + 1, "from"))

    def _text(self, entry: Entry) -> Iterator[Mutant]:
        if self._is_expression(entry):
            for start, end, text in in_expression(entry.text[1:-1], self.facts):
                yield self._inside(entry, start, end, text)
        elif entry.key == "is":
            for text in neighbours(entry.text[1:-1], set(), self._enum_of_rates()):
                yield self._instead(entry, f'"{text}"')
        elif entry.key in ("payer", "agency") and entry.path[0] in ("amount", "agency"):
            if entry.key == "payer" or ("amount", "payers") not in self.by_path:
                agencies = self.facts.enums.get("agency")
                others = neighbours(entry.text[1:-1], set(), tuple(agencies.ranks) if agencies else ())
                yield self._instead(entry, f'"{(others or ["another-agency"])[0]}"')
        elif entry.key == "effect":
            yield self._instead(entry, '"warn"' if entry.text == '"hold"' else '"hold"')
        elif entry.path[0] == "parameters" and entry.key == "value":
            yield from (self._instead(entry, f'"{text}"') for text in self._other_texts(entry.text[1:-1]))

    def _is_expression(self, entry: Entry) -> bool:
        own = entry.path[0] in ("record", "counts") and "parts" not in entry.path
        return own or (entry.path[0] != "parameters" and entry.key in EXPRESSIONS)

    def _inside(self, entry: Entry, start: int, end: int, text: str) -> Mutant:
        inner = entry.text[1:-1]
        base = entry.node.start_byte + 1
        first, last = base + len(inner[:start].encode()), base + len(inner[:end].encode())
        was = inner[start:end].strip()
        return self._mutant(entry, _said(was, text), Edit(first, last, text))

    def _enum_of_rates(self) -> tuple[str, ...]:
        by = self.by_path.get(("amount", "by"))
        return values_of(self.facts, by.text[1:-1]) if by else ()

    def _other_texts(self, value: str) -> list[str]:
        for enum in self.facts.enums.values():
            if value in enum.ranks:
                return neighbours(value, set(), tuple(enum.ranks))
        return [value + "x"]


def _said(was: str, now: str) -> str:
    if not was:
        return f"also {now[2:]}"
    return f"{was} → {now}" if now else f"{was.strip(', ')} left out"


_LIMITS = {
    "left out": ("去掉这条限额", "without this limit"),
    "after the next one": ("两条限额调换先后", "order of the limits"),
    "once_per → less_paid_per": ("“只发一次”改成“只补差额”", "pay the difference rather than once"),
    "less_paid_per → once_per": ("“只补差额”改成“只发一次”", "pay once rather than the difference"),
    "only this programme": ("不看别的项目", "look at no other programme"),
}


def in_words(mutant: Mutant) -> str:
    """What the change of a limit means, for people; blank where the change says it itself."""
    of_limit = mutant.where.startswith("limits.") and (
        mutant.change != "left out" or mutant.where.count(".") == 1
    )
    said = _LIMITS.get(mutant.change) if of_limit else None
    return f"（{said[0]} {said[1]}）" if said else ""


def _nothing(_changes: _Changes, _entry: Entry) -> Iterator[Mutant]:
    return iter(())


_VALUES: dict[str, Callable[[_Changes, Entry], Iterator[Mutant]]] = {
    "integer": _Changes._number,
    "float": _Changes._number,
    "boolean": _Changes._bool,
    "local_date": _Changes._day,
    "string": _Changes._text,
}
