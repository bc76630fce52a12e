"""What can be changed inside one expression of a programme file: (start, end, what stands there instead)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlglot

from jiangli.rules.facts import Dictionary

OPERATORS = {
    "=": ["<>"], "<>": ["="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "+": ["-"], "-": ["+"], "*": ["+"], "AND": ["OR"], "OR": ["AND"], "NOT": [""],
    "TRUE": ["FALSE"], "FALSE": ["TRUE"], "LEAST": ["GREATEST"], "GREATEST": ["LEAST"],
    "YEARS_AFTER": ["months_after"], "MONTHS_AFTER": ["years_after"], "DAYS_AFTER": ["months_after"],
}  # fmt: skip
Change = tuple[int, int, str]


def in_expression(text: str, facts: Dictionary) -> Iterator[Change]:
    """The changes of one expression, by its words."""
    tokens = sqlglot.tokenize(text)
    between = fact = ""
    for at, token in enumerate(tokens):
        word, kind = token.text.upper(), token.token_type.name
        if kind == "VAR" and at > 1 and tokens[at - 1].text == ".":
            fact = f"{tokens[at - 2].text}.{token.text}"
        if word == "BETWEEN":
            between = word
        elif word == "AND" and between:
            between = ""
        elif kind == "STRING":
            yield from _in_string(tokens, at, fact, facts)
        elif kind == "NUMBER":
            yield from ((token.start, token.end + 1, near_one) for near_one in near(token.text))
        elif tokens[at - 1].text != "." or not at:
            yield from ((token.start, token.end + 1, other) for other in OPERATORS.get(word, ()))
        if word == "SAME":
            yield from _fewer_arguments(tokens, at)
        if word == "FIRST_KNOWN":
            yield from _either(text, tokens, at)


def _in_string(tokens: list[Any], at: int, fact: str, facts: Dictionary) -> Iterator[Change]:
    token = tokens[at]
    start, end, value = token.start, token.end + 1, token.text
    if at and tokens[at - 1].text.upper() == "DATE":
        yield from ((start, end, f"'{shift(value, days)}'") for days in (-1, 1))
    elif re.fullmatch(r"\d{6}", value):
        yield from ((start, end, f"'{area}'") for area in areas(value))
    elif value:
        listed = _listed(tokens, at)
        taken = {tokens[n].text for n in listed}
        for other in neighbours(value, taken, values_of(facts, fact)):
            yield (start, end, f"'{other}'")
        if listed and at == listed[-1]:
            outside = dict.fromkeys(n for v in taken for n in neighbours(v, taken, values_of(facts, fact)))
            yield from ((end, end, f", '{other}'") for other in sorted(outside))
        if len(listed) > 1:
            first = at == listed[0]
            yield (start, tokens[at + 1].end + 1, "") if first else (tokens[at - 1].start, end, "")


def _listed(tokens: list[Any], at: int) -> list[int]:
    """The literals of the IN list that a literal stands in."""
    first = at
    while tokens[first - 1].text == "," and tokens[first - 2].token_type.name == "STRING":
        first -= 2
    if tokens[first - 1].text != "(" or tokens[first - 2].text.upper() != "IN":
        return []
    found = [first]
    while tokens[found[-1] + 1].text == ",":
        found.append(found[-1] + 2)
    return found


def areas(code: str) -> list[str]:
    """The area around it, and one beside it."""
    if code.endswith("0000"):
        return [f"{int(code) + 10000:06d}", f"{code[:2]}0100"]
    if code.endswith("00"):
        return [f"{code[:2]}0000", f"{int(code) + 100:06d}"]
    return [f"{code[:4]}00", f"{int(code) + 1:06d}"]


def _fewer_arguments(tokens: list[Any], at: int) -> Iterator[Change]:
    """``same`` without one of its facts."""
    close = next(n for n in range(at, len(tokens)) if tokens[n].text == ")")
    commas = [n for n in range(at, close) if tokens[n].text == ","]
    if len(commas) > 1:
        yield (tokens[at + 2].start, tokens[commas[0]].end + 1, "")
        for first, last in pairwise([*commas, close]):
            yield (tokens[first].start, tokens[last].start, "")


def _either(text: str, tokens: list[Any], at: int) -> Iterator[Change]:
    """Only one of the two, or in the other order."""
    close = next(n for n in range(at, len(tokens)) if tokens[n].text == ")")
    first, second = text[tokens[at + 2].start : tokens[close].start].split(",", 1)
    span = (tokens[at].start, tokens[close].end + 1)
    yield from ((*span, first.strip()), (*span, second.strip()))
    yield (*span, f"first_known({second.strip()}, {first.strip()})")


def near(text: str) -> list[str]:
    """A number one more and one less: the last digit that is written counts."""
    digits = text.replace("_", "")
    places = len(digits.partition(".")[2])
    value = int(digits.replace(".", ""))
    numbers = [value + 1, value - 1] if value else [value + 1]
    return [f"{n // 10**places}.{n % 10**places:0{places}d}" if places else str(n) for n in numbers]


def shift(text: str, days: int) -> str:
    return (date.fromisoformat(text) + timedelta(days)).isoformat()


def values_of(facts: Dictionary, name: str) -> tuple[str, ...]:
    enum = facts[name].enum if name in facts else None
    return tuple(enum.ranks) if enum else ()


def neighbours(value: str, taken: set[str], values: tuple[str, ...]) -> list[str]:
    """The nearest value before and after that is not ``taken``."""
    if value not in values:
        return []
    at = values.index(value)
    free = {value, *taken}
    before = [other for other in reversed(values[:at]) if other not in free][:1]
    return before + [other for other in values[at + 1 :] if other not in free][:1]
