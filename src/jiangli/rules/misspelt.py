"""What people write into an expression out of habit, found before it is read: full-width signs, ==, 且, 万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jiangli.rules.errors import Words, nearest

_HALF = dict(
    zip(
        "（），、‘’“”＝＜＞≤≥≠×＋－．　",
        ["(", ")", ",", ",", "'", "'", "'", "'", "=", "<", ">", "<=", ">=", "<>", "*", "+", "-", ".", " "],
        strict=True,
    )
)
_WORDS = {"且": "AND", "并且": "AND", "而且": "AND", "或": "OR", "或者": "OR", "不是": "NOT", "非": "NOT", "等于": "=",
          "不等于": "<>", "大于": ">", "小于": "<", "至少": ">=", "不超过": "<=", "是": "="}  # fmt: skip
_STRING = re.compile(r"'[^']*'")
_FOUND = re.compile(
    r"(?P<chinese_day>\d{4}年\d{1,2}月\d{1,2}日)|(?P<day>(?<![\d.])\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<myriad>\d[\d,]*(?:\.\d+)?\s*万元?)|(?P<yuan>\d[\d,]*(?:\.\d+)?\s*元)|(?P<commas>\d{1,3}(?:,\d{3})+(?!\d))"
    r"|(?P<double>==|!=|&&|\|\|)|(?P<wide>[（），、‘’“”＝＜＞≤≥≠×＋－．　])|(?P<words>[\u3400-\u9fff]+)"
)
_DOUBLE = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR"}


class Slip(NamedTuple):
    """A slip: where it stands in the expression, what is wrong, and what to write."""

    column: int
    zh: str
    en: str
    remedy: Words


def first(text: str, labels: Mapping[str, str]) -> Slip | None:
    """The first slip of an expression; ``labels`` are Chinese names of facts with the facts themselves."""
    return next(_slips(_STRING.sub(lambda one: "'" + " " * (len(one[0]) - 2) + "'", text), labels), None)


def as_day(text: str) -> str | None:
    """A day as an expression writes it, for one written 2026年5月1日 or 2026-5-1."""
    found = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?", text)
    return f"DATE '{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}'" if found else None


def _slips(text: str, labels: Mapping[str, str]) -> Iterator[Slip]:
    for found in _FOUND.finditer(text):
        kind, said = found.lastgroup, found[0]
        if kind == "commas" and text[: found.start()].rstrip()[-1:] in ("(", ","):
            continue  # the arguments of a function, or the values of IN
        right = _right(kind or "", said, labels)
        remedy = Words(f"写成 {right}。", f"Write {right}.") if right else _unknown(said, labels)
        if kind == "wide":
            remedy = Words(f"改成半角：{right}", f"Write {right} instead.")
        yield Slip(found.start(), f"这里不能写 {said}。", f"{said} is not part of the grammar.", remedy)


def _right(kind: str, said: str, labels: Mapping[str, str]) -> str | None:
    """What to write instead; None where nobody can tell."""
    number = re.sub(r"[,\s万元]", "", said)
    if kind in ("day", "chinese_day"):
        return as_day(said)
    if kind == "myriad":
        return f"{float(number) * 10_000:.0f}"
    if kind in ("yuan", "commas"):
        return number
    if kind == "wide":
        return _HALF[said].strip() or "' '"
    return _DOUBLE.get(said) or _WORDS.get(said) or labels.get(said)


def _unknown(said: str, labels: Mapping[str, str]) -> Words:
    """Facts with a Chinese name near the one written."""
    near = [label for label in labels if said in label or label in said][:3]
    if near:
        listed = "、".join(f"{labels[label]}（{label}）" for label in near)
        return Words(f"是不是 {listed}？", f"Did you mean {', '.join(labels[label] for label in near)}?")
    return nearest(said, labels).then(
        Words("写事实名 entity.attribute，见 facts.toml。", "Name a fact of facts.toml: entity.attribute.")
    )
