"""Read TOML strictly: values by ``tomllib`` (money stays Decimal), places by tree-sitter, unknown keys
refused.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import tree_sitter
import tree_sitter_toml

from jiangli.rules.errors import BadToml, Place, PolicyError, UnknownKey, Words, WrongValue, nearest

Key = str | int
Path = tuple[Key, ...]
_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
_REQUIRED = Words("请补上。", "Add it.")
KINDS = {
    str: Words("文字", "text"),
    bool: Words("true 或 false", "true or false"),
    int: Words("整数", "a whole number"),
    Decimal: Words("数", "a number"),
    date: Words("日期（不加引号，如 2025-04-15）", "a date (without quotes, such as 2025-04-15)"),
    list: Words("列表 [ … ]", "a list [ … ]"),
    dict: Words("表 { … }", "a table { … }"),
}


def read(text: str, file: str) -> Table:
    """The root table of a TOML file. Raises BadToml with the line at which it stops being TOML."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, text, file) from error
    return Table(file, data, (), _places(text, file))


def _not_toml(error: tomllib.TOMLDecodeError, text: str, file: str) -> BadToml:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(found[1]), int(found[2])) if found else (len(text.splitlines()) or 1, 1)
    shown = text.splitlines()[line - 1 : line]
    return BadToml(
        Place(file, line, column, shown[0] if shown else ""),
        Words(f"这里不是 TOML：{error}。", f"This is not TOML: {error}."),
        Words("检查引号、括号，以及键是否写了两遍。", "Check quotes, brackets, and keys that stand twice."),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a TOML file, that knows where each of its keys stands."""

    file: str
    data: dict[str, Any]
    path: Path
    places: Mapping[Path, Place]

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def place(self, *keys: Key) -> Place:
        """Where the key stands; the nearest table above it if it is not there."""
        path = (*self.path, *keys)
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path] if path in self.places else Place(self.file)

    def wrong(self, keys: Iterable[Key], message: Words, remedy: Words) -> WrongValue:
        """A WrongValue at the place of ``keys``, to be raised by the caller."""
        return WrongValue(self.place(*keys), message, remedy)

    def only(self, *known: str) -> Table:
        """Refuse every key that is not in ``known``, naming the nearest one that is."""
        for key in self.data:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1) or [" ".join(known)]
                raise UnknownKey(
                    self.place(key),
                    Words(f"不认得的键 {key}。", f"Unknown key {key}."),
                    Words(f"可以写：{near[0]}。", f"Write: {near[0]}."),
                )
        return self

    def _get(self, key: str, kind: type, required: bool) -> Any:
        value = self.data.get(key)
        if value is None:
            if not required:
                return None
            raise self.wrong([key], Words(f"缺少 {key}。", f"{key} is missing."), _REQUIRED)
        if type(value) is not kind:
            raise self.wrong_kind(key, kind)
        return value

    def wrong_kind(self, key: str, kind: type) -> PolicyError:
        """A WrongValue that says which type ``key`` should have."""
        want = KINDS[kind]
        return self.wrong(
            [key],
            Words(f"{key} 的值类型不对。", f"{key} has a value of the wrong type."),
            Words(f"应当是{want.zh}。", f"It should be {want.en}."),
        )

    def text(self, key: str) -> str:
        """A text that must be there and must not be blank."""
        value: str = self._get(key, str, True)
        if not value.strip():
            raise self.wrong([key], Words(f"{key} 是空的。", f"{key} is blank."), _REQUIRED)
        return value

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if key in self.data else None

    def flag(self, key: str) -> bool:
        """A bool, false where it is not written."""
        return bool(self._get(key, bool, False))

    def whole(self, key: str) -> int:
        value: int = self._get(key, int, True)
        return value

    def maybe_whole(self, key: str) -> int | None:
        return self.whole(key) if key in self.data else None

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong_kind(key, date)
        return value

    def one_of(self, key: str, *values: str) -> str:
        """A text that must be one of ``values``."""
        if (value := self.text(key)) not in values:
            listed = " ".join(values)
            raise self.wrong(
                [key],
                Words(f"{key} 不能是“{value}”。", f'{key} cannot be "{value}".'),
                nearest(value, values).then(Words(f"可以写：{listed}。", f"Write one of: {listed}.")),
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where it is not written."""
        values = self._get(key, list, False) or []
        if not all(isinstance(value, str) for value in values):
            raise self.wrong_kind(key, list)
        return tuple(values)

    def table(self, key: str) -> Table:
        """A table, empty where it is not written."""
        return Table(self.file, self._get(key, dict, False) or {}, (*self.path, key), self.places)

    def tables(self, key: str) -> list[Table]:
        """A list of tables, or the tables of a table in their order; empty where it is not written."""
        value = self.data.get(key, [])
        if not isinstance(value, list | dict):
            raise self.wrong_kind(key, list)
        items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        if not all(isinstance(item, dict) for _, item in items):
            raise self.wrong_kind(key, dict)
        return [Table(self.file, item, (*self.path, key, at), self.places) for at, item in items]

    def replaced(self, other: Table, keys: Collection[str]) -> Table:
        """This table with what ``other`` holds under ``keys``: tables of tables by their names, the rest whole."""
        data, places = dict(self.data), dict(self.places)
        for key in (key for key in keys if key in other.data):
            old, new = data.get(key), other.data[key]
            merged = isinstance(new, dict) and key != "amount"
            data[key] = {**old, **new} if merged and isinstance(old, dict) else new
            for gone in [(key, name) for name in new] if merged else [(key,)]:
                places = {path: place for path, place in places.items() if path[: len(gone)] != gone}
        places |= {path: place for path, place in other.places.items() if path and path[0] in keys}
        return Table(self.file, data, self.path, places)

    def without(self, key: str, names: Collection[str]) -> Table:
        """This table with some tables of its table ``key`` left out."""
        left = {name: value for name, value in self.data[key].items() if name not in names}
        return Table(self.file, {**self.data, key: left}, self.path, self.places)

    @property
    def name(self) -> str:
        """The key under which this table stands."""
        return str(self.path[-1]) if self.path else ""


@lru_cache(maxsize=256)
def _places(text: str, file: str) -> Mapping[Path, Place]:
    lines = text.splitlines()
    return {
        path: Place(file, line, column, lines[line - 1]) for path, (line, column) in _positions(text).items()
    }


def _positions(text: str) -> dict[Path, tuple[int, int]]:
    places: dict[Path, tuple[int, int]] = {}
    counts: dict[Path, int] = {}
    for node in _PARSER.parse(text.encode()).root_node.named_children:
        if node.type == "pair":
            _pair(node, (), places)
        elif node.type in ("table", "table_array_element"):
            path = _keys(node.named_children[0])
            if node.type == "table_array_element":
                counts[path] = counts.get(path, -1) + 1
                path = (*path, counts[path])
            _mark(node, path, places)
            for child in node.named_children[1:]:
                if child.type == "pair":
                    _pair(child, path, places)
    rows = text.encode().split(b"\n")
    return {path: (line, _letters(rows[line - 1], column)) for path, (line, column) in places.items()}


def _letters(row: bytes, column: int) -> int:
    """The column in letters, which people count; the parser counts bytes."""
    return len(row[: column - 1].decode()) + 1


def _mark(node: tree_sitter.Node, path: Path, places: dict[Path, tuple[int, int]]) -> None:
    places.setdefault(path, (node.start_point[0] + 1, node.start_point[1] + 1))


def _keys(node: tree_sitter.Node) -> Path:
    if node.type == "dotted_key":
        return tuple(key for child in node.named_children for key in _keys(child))
    text = (node.text or b"").decode()
    return (next(iter(tomllib.loads(f"{text} = 0"))),)


def _pair(node: tree_sitter.Node, above: Path, places: dict[Path, tuple[int, int]]) -> None:
    key, value = node.named_children[0], node.named_children[1]
    path = (*above, *_keys(key))
    _mark(value if value.type == "string" else key, path, places)
    _value(value, path, places)


def _value(node: tree_sitter.Node, path: Path, places: dict[Path, tuple[int, int]]) -> None:
    if node.type == "inline_table":
        for child in [part for part in node.named_children if part.type == "pair"]:
            _pair(child, path, places)
    elif node.type == "array":
        items = [child for child in node.named_children if child.type != "comment"]
        for at, child in enumerate(items):
            _mark(child, (*path, at), places)
            _value(child, (*path, at), places)
