"""What people give, as facts: the one way from a form, a roster's cell or a machine's body to the contract's values.

A blank is an absent fact, which is unknown; so is "not sure". Values are taken as people write them: an enum by its
id or its Chinese or English name, a day as 2024-08-20, 2024/8/20, 20240820, 2024年8月20日 or a spreadsheet's own day,
money with or without separators. What cannot be read is named with its fact and the remedy, and the rest is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jiangli.rules.errors import FactError, Words
from jiangli.rules.facts import Dictionary, Fact, parse_day, parse_fact

BLANKS = {"", "unclear", "不清楚", "不确定", "说不准", "not sure", "unknown", "-", "—", "/"}
YES = {"yes", "true", "是", "有", "对", "1", "√", "✓", "y"}
NO = {"no", "false", "否", "无", "没有", "不是", "0", "×", "✗", "n"}
OPAQUE = {"person.id", "certificate.id", "organisation.id"}  # keys of registers, never typed by anybody
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ROUNDED = Words(
    "表格把这个数字四舍五入了，后几位已经丢失。把这一列设成“文本”，再照原件填一遍。",
    "The spreadsheet has rounded this number and lost its last digits. Store the column as text and type it again.",
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What of a fact could not be read, and what to write instead."""

    fact: str
    words: Words


@dataclass(frozen=True, slots=True)
class Given:
    """``facts``: fact name → value as the contract writes it. ``slips``: what could not be read, in order."""

    facts: dict[str, Any]
    slips: tuple[Slip, ...]


def facts_from(
    dictionary: Dictionary, answers: Mapping[str, Any], *, only: Iterable[str] | None = None
) -> Given:
    """The facts in ``answers`` (fact name → as written). Shapes as the module says.

    A name that the dictionary, or ``only``, does not hold is a slip like any other: never ignored.
    """
    asked = None if only is None else set(only)
    facts: dict[str, Any] = {}
    slips: list[Slip] = []
    for name, raw in answers.items():
        if name not in dictionary or (asked is not None and name not in asked):
            slips.append(
                Slip(name, Words("这里不问这一项，请删去。", "This is not asked here; take it out."))
            )
            continue
        if is_blank(raw):
            continue
        try:
            value = written(dictionary[name], raw)
            if parse_fact(dictionary, name, value) is not None:
                facts[name] = value
        except FactError as error:
            slips.append(Slip(name, error.words))
    return Given(facts, tuple(slips))


def is_blank(raw: Any) -> bool:
    """Whether nothing was said: then the fact is absent."""
    return raw is None or (isinstance(raw, str) and raw.strip().casefold() in BLANKS)


def rounded(raw: Any) -> bool:
    """Whether a spreadsheet's number has lost digits: identity numbers and cards as numbers do."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 10**EXACT_DIGITS


def text_of(raw: Any) -> str:
    """A cell as the text one sees in it: 12.0 is 12, width is folded, the ends are cut."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return unicodedata.normalize("NFKC", str(raw)).strip()


def written(fact: Fact, raw: Any) -> Any:
    """``raw`` as the contract writes a value of this fact. Raises FactError where it is none, with the remedy."""
    if rounded(raw):
        raise FactError(fact.name, _ROUNDED)
    match fact.kind:
        case "bool":
            return _bool(fact, raw)
        case "enum" | "code":
            return _choice(fact, raw)
        case "date":
            return _day(fact, raw)
        case "int":
            return _whole(fact, raw)
        case "money":
            return _money(fact, raw)
    if is_key(fact):
        return key_text(text_of(raw))
    # Compared exactly: a name keeps its dots, width and rare characters.
    return raw.strip() if isinstance(raw, str) else text_of(raw)


def is_key(fact: Fact) -> bool:
    """Whether a fact is what something is known by, as ``studio.id``: limits count by it. Our own keys are not."""
    return fact.kind == "text" and fact.name.endswith(".id") and fact.name not in OPAQUE


def key_text(text: str) -> str:
    """One writing of a key: half-width, capitals, without blanks, so that two people who mean one thing agree."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _bool(fact: Fact, raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = text_of(raw).casefold()
    if word in YES or word in NO:
        return word in YES
    raise FactError(
        fact.name, Words("写“是”或“否”，不清楚就空着。", "Write yes or no; leave it empty if unsure.")
    )


def _choice(fact: Fact, raw: Any) -> Any:
    word = text_of(raw)
    for choice in fact.choices:
        if word.casefold() in {
            choice.id.casefold(),
            *(_folded(choice.label.say(lang)) for lang in ("zh", "en")),
        }:
            return choice.id
    if fact.kind == "code" and re.fullmatch(r"\d{6}", word):
        return word
    raise FactError(fact.name, _one_of(fact))


def _one_of(fact: Fact) -> Words:
    zh = "、".join(choice.label.say("zh") for choice in fact.choices)
    en = ", ".join(choice.label.say("en") for choice in fact.choices)
    code = fact.kind == "code"
    more = Words("，或六位行政区划代码", ", or an area code of six digits") if code else Words("", "")
    return Words(f"从这些里选一个：{zh}{more.zh}。", f"Choose one of: {en}{more.en}.")


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().casefold()


def _day(fact: Fact, raw: Any) -> Any:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    word = text_of(raw)
    found = _DAY.fullmatch(word) or _PACKED.fullmatch(word)
    day = "-".join([found[1], found[2].zfill(2), found[3].zfill(2)]) if found else word
    if parse_day(day) is None:
        raise FactError(fact.name, Words("写成 2024-08-20 这样的日子。", "Write a day such as 2024-08-20."))
    return day


def _whole(fact: Fact, raw: Any) -> Any:
    word = text_of(raw).replace(",", "")
    if not re.fullmatch(r"\d{1,12}", word):
        raise FactError(fact.name, Words("写整数，例如 12。", "Write a whole number, such as 12."))
    return int(word)


def _money(fact: Fact, raw: Any) -> Any:
    word = text_of(raw).replace(",", "").removesuffix("元").strip()
    try:
        value = Decimal(word)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0 or value != value.quantize(Decimal("0.01")):
        said = Words(
            "写金额，最多两位小数，例如 1200.50。",
            "Write an amount with at most two decimals, such as 1200.50.",
        )
        raise FactError(fact.name, said)
    return f"{value:.2f}"
