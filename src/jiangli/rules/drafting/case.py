"""A case from the changes that an author names: like an earlier one of the file, or from nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiangli.rules.cases import Case, expanded
from jiangli.rules.drafting.values import fact_named, money, value_of
from jiangli.rules.errors import FactError, Words
from jiangli.rules.facts import Dictionary, parse_day

OUTCOMES = {
    "eligible": ("可以领", "符合"), "ineligible": ("不能领", "不符合"), "undetermined": ("不能定", "未定"),
    "error": ("错误",),
}  # fmt: skip
_PAID = ("programme", "amount", "period")
_COLUMNS = ("person", "organisation", "certificate")
_FIGURE = re.compile(r"[\d,，.]+\s*万?元?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an author asks: ``changes`` are (``line``, ``set`` or ``unset``, and what was written), in their order."""

    programme: str
    like: str | None
    changes: Sequence[tuple[str, str]]
    on: str | None
    paid: Sequence[str]


def short_case(wish: Wish, cases: Sequence[Case], facts: Dictionary) -> dict[str, Any]:
    """The keys of a case file that the wish comes to, but for id, note and expect. Raises FactError."""
    known = {case.id: case.request for case in cases if case.request.get("programme") == wish.programme}
    if wish.like is not None and wish.like not in known:
        listed = " ".join(known)
        words = Words(
            f"没有案例 {wish.like}。有：{listed}。", f"There is no case {wish.like}. There are: {listed}."
        )
        raise FactError("--like", words)
    found: dict[str, Any] = {}
    for line, name, value in _changes(wish.changes, facts):
        place = found.setdefault("line", {}).setdefault(line, {}) if line else found.setdefault("facts", {})
        place[name] = value
    if wish.on:
        found["on"] = _day(wish.on)
    if wish.like is None:
        return {"request": _from_nothing(wish, found)}
    found = {"like": wish.like, **found}
    return {**found, **_history(wish, expanded(found, known))}


def _from_nothing(wish: Wish, found: Mapping[str, Any]) -> dict[str, Any]:
    if "on" not in found:
        raise FactError(
            "--on", Words("没有 --like，就要写 --on。", "Without --like, give the day with --on.")
        )
    empty = {"": {"programme": wish.programme, "applied_on": found["on"], "facts": {}}}
    request = expanded({"like": "", **found}, empty)
    return {**request, **_history(wish, request)}


def _changes(written: Iterable[tuple[str, str]], facts: Dictionary) -> Iterator[tuple[str, str, Any]]:
    """(line, fact, value), the line blank for the claim; a value of None removes."""
    line = ""
    for kind, words in written:
        name, equals, value = words.partition("=")
        if kind == "line":
            line = str(int(words)) if words.isdecimal() and int(words) else ""
        elif kind == "set" and not equals:
            raise FactError(words, Words("写成 事实=值。", "Write fact=value."))
        else:
            fact = fact_named(facts, name.strip())
            yield line, fact.name, value_of(facts, fact, value) if kind == "set" else None


def _day(written: str) -> str:
    day = "-".join(part.zfill(2) for part in re.findall(r"\d+", written))
    if parse_day(day) is None:
        raise FactError("--on", Words("要写申请日，如 2025-06-03。", "Give a day such as 2025-06-03."))
    return day


def _history(wish: Wish, request: Mapping[str, Any]) -> dict[str, Any]:
    """The earlier payments, in place of those of the case that it is like; ``none`` for no payment at all."""
    if not wish.paid:
        return {}
    rows = [_paid(words, request) for words in wish.paid if words not in ("none", "无")]
    return {"history": rows or None}


def _paid(words: str, request: Mapping[str, Any]) -> dict[str, str]:
    """programme,amount,period and then key=value: to the claimant of the case, a day before it, if nothing else is
    said; a blank value leaves a key out.
    """
    parts = [part.strip() for part in words.split(",")]
    plain = [part for part in parts if "=" not in part]
    if not 2 <= len(plain) <= len(_PAID):
        raise FactError(
            "--paid",
            Words("写成 项目,金额,年度。", "Write programme,amount,period, then key=value where it differs."),
        )
    before = date.fromisoformat(request["applied_on"]) - timedelta(days=1)
    row = {**_whose(request), "paid_on": before.isoformat(), **dict(zip(_PAID, plain, strict=False))}
    row |= {
        key.strip(): value.strip() for key, _, value in (part.partition("=") for part in parts if "=" in part)
    }
    row["amount"] = money(row["amount"])
    return {key: value for key, value in row.items() if value}


def _whose(request: Mapping[str, Any]) -> dict[str, str]:
    """Person, organisation and certificate of the claim, else of its first line."""
    lines = request.get("lines") or [{"facts": {}}]
    facts = {**lines[0]["facts"], **request["facts"]}
    return {column: facts[f"{column}.id"] for column in _COLUMNS if f"{column}.id" in facts}


# --- what is expected


def expectation(words: str, lines: str | None = None) -> dict[str, Any]:
    """``expect`` of a case from eligible:1200, 不符合:E2,window, undetermined:certificate.level or error:applied_on,
    and of its lines from 500,once,? (an amount, the ids that fail joined by +, or not yet known). Raises FactError.
    """
    outcome, _, rest = words.replace("：", ":").partition(":")
    found = next((id for id, others in OUTCOMES.items() if outcome.strip() in (id, *others)), None)
    if found is None:
        listed = " ".join(f"{id}（{others[0]}）" for id, others in OUTCOMES.items())
        raise FactError("--expect", Words(f"可以写：{listed}。", f"Write one of: {listed}."))
    expect = {"error": "invalid"} if found == "error" else {"outcome": found}
    listed_words = [part.strip() for part in re.split("[,，、]", rest) if part.strip()]
    more: dict[str, Any] = {} if not rest.strip() else _EXPECT[found](rest, listed_words)
    return {
        **expect,
        **more,
        **({"lines": [_line(part) for part in re.split("[,，]", lines)]} if lines else {}),
    }


_EXPECT: dict[str, Any] = {
    "eligible": lambda rest, listed: {"amount": money(rest)},
    "ineligible": lambda rest, listed: {"failed": listed},
    "undetermined": lambda rest, listed: {"unknown": listed},
    "error": lambda rest, listed: {"at": rest.strip()},
}


def _line(word: str) -> dict[str, Any]:
    word = word.strip()
    if word in ("?", "？"):
        return {"outcome": "undetermined"}
    if _FIGURE.fullmatch(word):
        return {"outcome": "eligible", "amount": money(word)}
    return {"outcome": "ineligible", "failed": [part.strip() for part in word.split("+")]}


def as_answered(response: Mapping[str, Any]) -> dict[str, Any]:
    """``expect`` of a case as the answer is: what decides, and the payments."""
    if "error" in response:
        return {key: response[key] for key in ("error", "at")}
    found = {"outcome": response["outcome"], **_why(response)}
    if response["payments"]:
        found["payments"] = response["payments"]
    if "lines" in response:
        found["lines"] = [{"outcome": line["outcome"], **_why(line)} for line in response["lines"]]
    return found


def _why(answer: Mapping[str, Any]) -> dict[str, Any]:
    key = {"eligible": "amount", "ineligible": "failed", "undetermined": "unknown"}[answer["outcome"]]
    return {key: answer[key]}


def next_id(cases: Sequence[Case], programme: str) -> str:
    """The id after the highest of the file: yunxi-24 after yunxi-23."""
    found = [match for case in cases if (match := re.fullmatch(r"(.*?)(\d+)", case.id))]
    if not found:
        return f"{programme}-{len(cases) + 1:02d}"
    last = max(found, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"
