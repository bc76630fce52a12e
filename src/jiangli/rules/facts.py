"""The data dictionary: what a fact is called, which values it may have, and how an answer becomes one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from jiangli.rules import toml
from jiangli.rules.errors import FactError, Words
from jiangli.rules.toml import Table

Value = bool | int | str | date
Facts = Mapping[str, Value]
APPLIED_ON = "application.applied_on"
KINDS = ("bool", "int", "money", "date", "text", "enum", "code")
SOURCES = ("applicant", "employer", "certificate_register", "social_insurance_register", "union_register",
           "tax_register", "officer", "system")  # fmt: skip
_FACT = ("type", "values", "unit", "zh", "en", "description", "source", "example", "none", "choices",
         "question", "hint", "question_en", "hint_en")  # fmt: skip
_NAME = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_MONEY = re.compile(r"(0|[1-9]\d{0,12})\.\d\d")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AREA = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enum, or one code with a name."""

    id: str
    label: Words
    note: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Enum:
    """Named values; ``ordered`` ones stand from low to high."""

    name: str
    label: Words
    ordered: bool
    choices: tuple[Choice, ...]
    ranks: Mapping[str, int]

    def contains(self, other: Enum) -> bool:
        """Whether every value of ``other`` is one of ours, in the same order."""
        ranks = [self.ranks.get(choice.id, -1) for choice in other.choices]
        return -1 not in ranks and ranks == sorted(ranks)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the dictionary. ``kind``: bool, int, money (fen), date, text, enum or code."""

    name: str
    kind: str
    label: Words
    description: str
    source: str
    enum: Enum | None = None
    unit: str | None = None
    none: bool = False
    choices: tuple[Choice, ...] = ()
    question: Words | None = None
    hint: Words | None = None
    example: Any = None

    def value_label(self, value: Value, lang: str = "zh") -> str:
        """A value in words: 技师, 2025年6月3日, 1,200 元; a code without a name stays a code."""
        if self.kind == "money":
            return yuan(int(value), lang)  # type: ignore[arg-type]
        return next((c.label.say(lang) for c in self.choices if c.id == value), None) or plain(value, lang)


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """All facts that may be named, by name."""

    facts: Mapping[str, Fact]
    enums: Mapping[str, Enum]

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Any:
        return iter(self.facts)

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Value]:
        """JSON answers as facts; a blank text is unknown. Raises FactError for the first wrong one."""
        values = {name: parse_fact(self, name, value) for name, value in raw.items()}
        return {name: value for name, value in values.items() if value is not None}


def plain(value: Value, lang: str = "zh") -> str:
    """A value without a dictionary, in words."""
    if isinstance(value, bool):
        return ("Yes" if value else "No") if lang.startswith("en") else ("是" if value else "否")
    if isinstance(value, date):
        english = f"{value.day} {value:%B} {value.year}"
        return english if lang.startswith("en") else f"{value.year} 年 {value.month} 月 {value.day} 日"
    return str(value)


def yuan(fen: int, lang: str = "zh") -> str:
    """1,200 元, or 1,200.50 元 where there are fen."""
    figure = f"{fen / 100:,.2f}".removesuffix(".00")
    return f"{figure} yuan" if lang.startswith("en") else f"{figure} 元"


def money_text(fen: int) -> str:
    """Fen as the contract writes money: "1200.00"."""
    return f"{fen // 100}.{fen % 100:02d}"


def parse_fact(dictionary: Dictionary, name: str, raw: Any) -> Value | None:
    """A JSON value as the value of a fact (money in fen, dates as dates); None for a blank text.

    The one way from forms, roster cells and requests to facts. Raises FactError (unknown name, wrong type
    or format, value outside the enum).
    """
    if name not in dictionary:
        raise FactError(name, Words(f"没有 {name} 这个事实。", f"There is no fact {name}."))
    if name == APPLIED_ON:
        raise FactError(
            name, Words("申请日写在 applied_on 里。", "Send the day as applied_on, not as a fact.")
        )
    fact = dictionary[name]
    return _READ[fact.kind](fact, raw)


def _fail(fact: Fact, zh: str, en: str) -> FactError:
    return FactError(fact.name, Words(f"{fact.label.zh}{zh}", f"{fact.label.en} {en}"))


def _bool(fact: Fact, raw: Any) -> Value:
    if not isinstance(raw, bool):
        raise _fail(fact, "要答是或否（true、false）。", "must be true or false.")
    return raw


def _int(fact: Fact, raw: Any) -> Value:
    if type(raw) is not int or not 0 <= raw < 10**12:
        raise _fail(fact, "要填不小于 0 的整数。", "must be a whole number, not negative.")
    return raw


def _money(fact: Fact, raw: Any) -> Value:
    if not isinstance(raw, str) or not _MONEY.fullmatch(raw):
        raise _fail(fact, "要写成带两位小数的金额，如 1200.00。", 'must be written like "1200.00".')
    return int(raw.replace(".", ""))


def parse_day(raw: Any) -> date | None:
    """A day written 2025-06-03; None if it is not one."""
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _date(fact: Fact, raw: Any) -> Value:
    if (day := parse_day(raw)) is None:
        raise _fail(fact, "要填一个日子，如 2025-06-03。", "must be a day such as 2025-06-03.")
    return day


def _text(fact: Fact, raw: Any) -> Value | None:
    if not isinstance(raw, str):
        raise _fail(fact, "要填文字。", "must be text.")
    return raw if raw.strip() else None


def _enum(fact: Fact, raw: Any) -> Value:
    assert fact.enum is not None
    if not isinstance(raw, str) or raw not in fact.enum.ranks:
        listed = " ".join(fact.enum.ranks)
        raise _fail(fact, f"要从这些里选：{listed}。", f"must be one of: {listed}.")
    return raw


def _code(fact: Fact, raw: Any) -> Value:
    if isinstance(raw, str) and (_AREA.fullmatch(raw) or (fact.none and raw == "none")):
        return raw
    raise _fail(
        fact, "要填六位行政区划代码，如 330109。", "must be an area code of six digits, such as 330109."
    )


_READ = {
    "bool": _bool,
    "int": _int,
    "money": _money,
    "date": _date,
    "text": _text,
    "enum": _enum,
    "code": _code,
}


@lru_cache(maxsize=64)
def read_facts(text: str, file: str, base: Dictionary | None = None) -> Dictionary:
    """The facts and enums of a ``facts.toml``, on top of ``base``; a name may stand only once."""
    root = toml.read(text, file).only("enums", "facts")
    enums = dict(base.enums) if base else {}
    facts = dict(base.facts) if base else {}
    for table in root.tables("enums"):
        if "add" in table:
            wider = enums[table.name] = _widened(table, enums)
            facts |= {name: _over(fact, wider) for name, fact in facts.items() if _has(fact, wider)}
        else:
            _once(table, enums)
            enums[table.name] = _read_enum(table)
    for table in root.tables("facts"):
        _once(table, facts)
        facts[table.name] = _read_fact(table, enums)
    return Dictionary(facts, enums)


def _once(table: Table, known: Mapping[str, object]) -> None:
    if table.name in known:
        raise table.wrong(
            [],
            Words(f"{table.name} 已经有了。", f"{table.name} is declared already."),
            Words("同一个名字只写一次。", "Declare a name once."),
        )


def _choices(table: Table, key: str) -> tuple[Choice, ...]:
    rows = [row.only("id", "zh", "en", "note") for row in table.tables(key)]
    return tuple(
        Choice(row.text("id"), Words(row.text("zh"), row.maybe_text("en")), row.maybe_text("note"))
        for row in rows
    )


def _read_enum(table: Table) -> Enum:
    table.only("zh", "en", "ordered", "values")
    choices = _choices(table, "values")
    label = Words(table.text("zh"), table.maybe_text("en"))
    return Enum(table.name, label, table.flag("ordered"), choices, {c.id: at for at, c in enumerate(choices)})


def _widened(table: Table, enums: Mapping[str, Enum]) -> Enum:
    """An enum of the installation with the values that a document adds, such as an agency of its own."""
    table.only("add")
    old = enums.get(table.name)
    if old is None or old.ordered:
        raise table.wrong(
            [],
            Words(f"{table.name} 不是可以添值的枚举。", f"{table.name} is not an enum that can be added to."),
            Words(
                "只能给安装里已有、没有高低的枚举添值。",
                "Add to an enum of the installation that has no order.",
            ),
        )
    new = _choices(table, "add")
    for choice in new:
        if choice.id in old.ranks:
            raise table.wrong(
                ["add"],
                Words(f"{choice.id} 已经有了。", f"{choice.id} is there already."),
                Words("去掉这一行。", "Leave this row out."),
            )
    choices = (*old.choices, *new)
    return replace(old, choices=choices, ranks={c.id: at for at, c in enumerate(choices)})


def _has(fact: Fact, enum: Enum) -> bool:
    return fact.enum is not None and fact.enum.name == enum.name


def _over(fact: Fact, enum: Enum) -> Fact:
    return replace(fact, enum=enum, choices=enum.choices)


def _read_fact(table: Table, enums: Mapping[str, Enum]) -> Fact:
    table.only(*_FACT)
    if not _NAME.fullmatch(table.name):
        raise table.wrong(
            [],
            Words(f"事实名 {table.name} 不合规矩。", f"{table.name} is not a name of a fact."),
            Words("写成 entity.attribute，小写。", "Write entity.attribute in lower case."),
        )
    kind = table.one_of("type", *KINDS)
    enum = enums[table.one_of("values", *enums)] if kind == "enum" else None
    choices = enum.choices if enum else _choices(table, "choices")
    return Fact(
        table.name, kind, Words(table.text("zh"), table.maybe_text("en")), table.text("description"),
        table.one_of("source", *SOURCES), enum, table.maybe_text("unit"), table.flag("none"), choices,
        _pair(table, "question"), _pair(table, "hint"), table.data.get("example"),
    )  # fmt: skip


def _pair(table: Table, key: str) -> Words | None:
    zh = table.maybe_text(key)
    return Words(zh, table.maybe_text(f"{key}_en")) if zh else None
