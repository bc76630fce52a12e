"""Figures and days of a rule that do not stand in the words it quotes: most likely a slip of the finger.

Silent where a rule has no quote of its own, or says why (``inferred``), and for what a parameter gives.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from jiangli.rules import days
from jiangli.rules.checking.logic import Note
from jiangli.rules.document import Document
from jiangli.rules.errors import Words
from jiangli.rules.toml import Key, Table

_WIDE = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")
_NUMBER = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*([十百千万亿]*)")
_CHINESE = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+")
_DIGITS = {
    sign: value for value, signs in enumerate(("〇零", "一", "二两", *"三四五六七八九")) for sign in signs
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
_DAY = re.compile(r"(?:(\d{4})\s*[年./-])?\s*(\d{1,2})\s*[月./-]\s*(?:(\d{1,2})\s*日?)?")
_TERM = re.compile(r"有效期(?:为|限)?\s*(\d+|[一二两三四五六七八九十]+)\s*年")
_LITERAL_DAY = re.compile(r"DATE\s*'(\d{4}-\d\d-\d\d)'", re.IGNORECASE)
_IN_TEXT = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w'])")
_MONEY = ("yuan", "at_most", "up_to", "at_least", "percent")
_FEW = 1  # a figure up to this is no figure of the law but a count


class Rule(NamedTuple):
    """A row of the file with the words it quotes."""

    keys: tuple[Key, ...]
    row: Table
    quotes: tuple[str, ...]


def notes(root: Table, document: Document) -> Iterator[Note]:
    """Each rule with the first figure or day that its quote does not have."""
    for rule in _rules(root):
        strange, quote = next(_strange(rule, document), None), " ".join(rule.quotes)
        if strange:
            yield Note(
                rule.keys,
                Words(
                    f"写的是 {strange}，引文里没有：「{quote}」。改数，或换引文；推出来的写 inferred。",
                    f"This says {strange}, which its quote does not: correct it, quote other words, "
                    "or say why (inferred).",
                ),
            )


def _rules(root: Table) -> Iterator[Rule]:
    for key in ("claim", "line", "warnings"):
        for table in root.tables(key):
            yield from _own((key, table.name), table, table)
            for ways in ("any", "by_date"):
                for at, row in enumerate(table.tables(ways)):
                    yield from _own((key, table.name, ways, at), row, table)
    amount = root.table("amount")
    yield from _own(("amount",), amount, amount)
    for rows in ("rates", "brackets", "supplements", "payers"):
        for at, row in enumerate(amount.tables(rows)):
            yield from _own(("amount", rows, at), row, amount)
    for at, row in enumerate(root.tables("limits")):
        yield from _own(("limits", at), row, row)


def _own(keys: tuple[Key, ...], row: Table, above: Table) -> Iterator[Rule]:
    """The rule, if it has words of its own or of the table above, and no reason beside them."""
    if "inferred" in row or ("inferred" in above and "quote" not in row):
        return
    quoted = row.data.get("quote") or above.data.get("quote")
    if quoted:
        yield Rule(keys, row, (quoted,) if isinstance(quoted, str) else tuple(quoted))


def _strange(rule: Rule, document: Document) -> Iterator[str]:
    quote = "\n".join(rule.quotes)
    around = "\n".join(_sentence(one, document) for one in rule.quotes)
    for key in _MONEY:
        value = rule.row.data.get(key)
        known = numbers(around if isinstance(value, str) else quote)
        yield from (f"{figure:,}" for figure in _written(value) if figure > _FEW and figure not in known)
    text = str(rule.row.data.get("when"))
    written = [date.fromisoformat(day) for day in _LITERAL_DAY.findall(text)]
    days_there = set(known_days(around)) if written else set()
    yield from (day.isoformat() for day in written if day not in days_there)


def _written(value: object) -> Iterator[Decimal]:
    """The figures of a value: its own, or those of an expression."""
    if isinstance(value, str):
        bare = _LITERAL_DAY.sub(" ", value)
        yield from (Decimal(found) for found in _IN_TEXT.findall(bare))
    elif isinstance(value, int | Decimal):
        yield Decimal(value)


def numbers(words: str) -> set[Decimal]:
    """The figures of a text: 1,000, 2万, １０%, 三千元 and 一万五千."""
    text = words.translate(_WIDE)
    found = {_scaled(Decimal(digits.replace(",", "")), units) for digits, units in _NUMBER.findall(text)}
    found |= {_scaled(Decimal(digits.replace(",", "")), "") for digits, _ in _NUMBER.findall(text)}
    return found | {Decimal(_chinese(sign)) for sign in _CHINESE.findall(text)}


def _scaled(figure: Decimal, units: str) -> Decimal:
    for unit in units:
        figure *= _UNITS[unit]
    return figure


def _chinese(signs: str) -> int:
    """一万五千 as 15000."""
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif _UNITS[sign] < 10_000:
            section, digit = section + (digit or 1) * _UNITS[sign], 0
        else:
            total, section, digit = (total + section + digit) * _UNITS[sign], 0, 0
    return total + section + digit


def known_days(words: str) -> Iterator[date]:
    """The days of a text: a month without a day is its first and last one, and a day without a year any of the text.

    "Before" and "after" may mean the day beside it.
    """
    text = words.translate(_WIDE)
    years = {int(year) for year in re.findall(r"(\d{4})\s*(?:年|[./-])", text)}
    found = [day for match in _DAY.finditer(text) for day in _days(match, years)]
    found += [date(year, month, day) for year in years for month, day in ((1, 1), (12, 31))]
    for years_on in _TERM.findall(text):
        more = int(years_on) if years_on.isdigit() else _chinese(years_on)
        found += [days.years_after(day, more) for day in found]
    for day in found:
        yield from (day - timedelta(1), day, day + timedelta(1))


def _days(match: re.Match[str], years: set[int]) -> Iterator[date]:
    month = int(match[2])
    for year in [int(match[1])] if match[1] else sorted(years):
        if 1 <= month <= 12:
            last = monthrange(year, month)[1]
            which = [int(match[3])] if match[3] else [1, last]
            yield from (date(year, month, day) for day in which if 1 <= day <= last)


def _sentence(quote: str, document: Document) -> str:
    """The sentences in which a quote stands: 至 and 之间 share a year with what stands before."""
    text = next((clause.text for clause in document.clauses if quote in clause.text), quote)
    start = text.index(quote)
    first = max(text.rfind(sign, 0, start) for sign in "。\n") + 1
    ends = [at for at in (text.find(sign, start + len(quote)) for sign in "。\n") if at >= 0]
    return text[first : min(ends, default=len(text))]
