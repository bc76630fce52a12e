"""A fact and its value as people write them: 技能等级=高级工, certificate.level=senior, 是, 萧山区, 2026年6月10日."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from jiangli.rules.errors import FactError, Words, nearest
from jiangli.rules.facts import Choice, Dictionary, Fact, parse_fact

_YES = {"是": True, "有": True, "true": True, "yes": True, "否": False, "无": False, "没有": False,
        "不是": False, "false": False, "no": False}  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_SUM = re.compile(r"([\d,，.]+)\s*(万)?\s*元?")
_REMARK = re.compile(r"\s*[（(].*")


def fact_named(facts: Dictionary, name: str) -> Fact:
    """The fact of a name or of a Chinese or English label. Raises FactError."""
    if name in facts:
        return facts[name]
    labelled = [one for one in facts if name in facts[one].label]
    if len(labelled) == 1:
        return facts[labelled[0]]
    near = Words(f"可以是 {'、'.join(labelled)}。", f"It may be {', '.join(labelled)}.")
    words = Words(f"没有 {name} 这个事实。", f"There is no fact {name}.")
    raise FactError(name, words.then(near if labelled else nearest(name, list(facts))))


def value_of(facts: Dictionary, fact: Fact, written: str) -> Any:
    """What a request says for a value as it is written. Raises FactError for what the fact cannot be."""
    value = _SAID.get(fact.kind, _as_written)(fact, written.strip())
    parse_fact(facts, fact.name, value)
    return value


def _bool(fact: Fact, written: str) -> Any:
    return _YES.get(written.lower(), written)


def _day(fact: Fact, written: str) -> str:
    found = _DAY.fullmatch(written)
    return "-".join(part.zfill(2) for part in found.groups()) if found else written


def money(written: str) -> str:
    """1200, 1,200.5, 1.2万 or 1200元 as the contract writes it: 1200.00; other words as they are."""
    found = _SUM.fullmatch(written.strip())
    try:
        figure = Decimal(re.sub("[,，]", "", found[1])) * (10000 if found[2] else 1) if found else None
    except InvalidOperation:
        return written
    return written if figure is None else f"{figure:.2f}"


def _money(fact: Fact, written: str) -> str:
    return money(written)


def _whole(fact: Fact, written: str) -> Any:
    return int(written) if re.fullmatch(r"\d+", written) else written


def _choice(fact: Fact, written: str) -> str:
    """The id of a value that is named; labels also without what stands in brackets."""
    named = {label: choice.id for choice in reversed(fact.choices) for label in _labels(choice)}
    return named.get(written, written)


def _labels(choice: Choice) -> set[str]:
    said = {label for label in choice.label if label}
    return said | {_REMARK.sub("", label) for label in said}


def _as_written(fact: Fact, written: str) -> str:
    return written


_SAID = {"bool": _bool, "date": _day, "money": _money, "int": _whole, "enum": _choice, "code": _choice}
