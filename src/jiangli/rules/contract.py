"""The assessment contract: a JSON request in, a JSON response out; what cannot be read is answered as
invalid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiangli.rules.assessment import PastPayment
from jiangli.rules.engine import assess, count_rows
from jiangli.rules.errors import FactError, PolicyError, Words
from jiangli.rules.facts import Facts, parse_day
from jiangli.rules.library import Library
from jiangli.rules.nodes import Constant
from jiangli.rules.programme import Programme

_KEYS = (
    "programme",
    "applied_on",
    "facts",
    "lines",
    "history",
    "attached",
    "overlay",
    "parameters",
    "id",
    "note",
)
_PAID = (
    "programme",
    "series",
    "person",
    "organisation",
    "certificate",
    "subject",
    "period",
    "paid_on",
    "amount",
)
_MONEY = re.compile(r"(0|[1-9]\d{0,12})\.\d\d")
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A request that could be read: what `assess` takes."""

    programme: Programme
    facts: Facts
    on: date
    history: tuple[PastPayment, ...]
    lines: tuple[Facts, ...] | None


def answer(library: Library, raw: Any, lang: str = "zh") -> dict[str, Any]:
    """The response to one request: outcome and reasons, or ``{"error": "invalid", "at", "message"}``."""
    try:
        request = read_request(library, raw)
        found = assess(
            request.programme, request.facts, on=request.on, history=request.history, lines=request.lines
        )
    except FactError as error:
        return invalid(error)
    return found.as_json(lang)


def invalid(error: FactError) -> dict[str, Any]:
    """The response for a request that cannot be read."""
    return {"error": "invalid", "at": error.at, "message": f"{error.words.zh} {error.words.en}"}


def read_request(library: Library, raw: Any) -> Request:
    """A JSON request, checked against programmes and facts. Raises FactError for the first thing that is
    wrong.
    """
    if not isinstance(raw, Mapping):
        raise _bad("request", "请求要是一个对象。", "The request must be an object.")
    for key in raw:
        if key not in _KEYS:
            raise _bad(str(key), "请求里没有这个键。", "The request has no such key.")
    programme = library.programmes.get(str(raw.get("programme")))
    if programme is None:
        raise _bad("programme", "没有这个项目。", "There is no such programme.")
    if "overlay" in raw or "parameters" in raw:
        programme = _estimated(library, programme, raw)
    on = _day(raw)
    facts = _facts(library, raw.get("facts", {}), "facts")
    if "attached" in raw:
        facts = count_rows(programme, facts, on=on, rows=_attached(library, programme, raw["attached"]))
    lines = _lines(library, programme, raw)
    return Request(programme, facts, on, _history(library, raw.get("history", [])), lines)


def read_claimant(library: Library, raw: Mapping[str, Any]) -> tuple[Facts, date, tuple[PastPayment, ...]]:
    """What is known of one claimant, whatever the programme: ``facts``, ``applied_on``, ``history``.

    Raises FactError.
    """
    facts = _facts(library, raw.get("facts", {}), "facts")
    return facts, _day(raw), _history(library, raw.get("history", []))


def _day(raw: Mapping[str, Any]) -> date:
    if (on := parse_day(raw.get("applied_on"))) is None:
        raise _bad("applied_on", "要写申请日，如 2025-06-03。", "Send a day such as 2025-06-03.")
    return on


def _estimated(library: Library, programme: Programme, raw: Mapping[str, Any]) -> Programme:
    """The programme with the overlay that the request names, and with its parameters turned: an estimate."""
    overlay = raw.get("overlay")
    if "overlay" in raw:
        known = library.overlays.get(overlay) if isinstance(overlay, str) else None
        if known is None or known.programme != programme.id:
            raise _bad("overlay", "这个项目没有这个叠加文件。", "This programme has no such overlay.")
        programme = library.estimated(programme.id, overlay)
    turned = _object(raw.get("parameters", {}), "parameters")
    values = {name: _turned(programme, name, value) for name, value in turned.items()}
    try:
        return library.estimated(programme.id, overlay, values)
    except PolicyError as error:
        raise FactError("parameters", error.message) from error


def _turned(programme: Programme, name: str, value: Any) -> Constant:
    """Another value for a parameter, of the same type; a date is written 2025-06-03."""
    now = next((one.value for one in programme.parameters if one.name == name), None)
    value = parse_day(value) if isinstance(now, date) else value
    if now is None or type(value) is not type(now):
        raise _bad(
            "parameters", f"没有参数 {name}，或类型不对。", f"There is no parameter {name} of this type."
        )
    found: Constant = value
    return found


def _bad(at: str, zh: str, en: str) -> FactError:
    return FactError(at, Words(zh, en))


def _object(raw: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise _bad(at, "要是一个对象。", "This must be an object.")
    return raw


def _facts(library: Library, raw: Any, at: str) -> Facts:
    """The facts of a request. A blank text is refused: a fact that is not known is not sent."""
    found = _object(raw, at)
    for name, value in found.items():
        if name in library.facts and isinstance(value, str) and not value.strip():
            raise _bad(name, "不能是空的；不知道就不写。", "This is blank; leave out what is not known.")
    return library.facts.parse(found)


def _list(raw: Any, at: str) -> list[Any]:
    if not isinstance(raw, list):
        raise _bad(at, "要是一个列表。", "This must be a list.")
    return raw


def _lines(library: Library, programme: Programme, raw: Mapping[str, Any]) -> tuple[Facts, ...] | None:
    if "lines" not in raw:
        if programme.lines in ("person", "month"):
            raise _bad(
                "lines", "这个项目按名单申报，要有 lines。", "This programme takes a list: send lines."
            )
        return None
    if programme.lines == "none":
        raise _bad(
            "lines", "这个项目没有名单，不能有 lines。", "This programme takes no list: leave lines out."
        )
    return _rows(library, raw["lines"], "lines")


def _attached(library: Library, programme: Programme, raw: Any) -> tuple[Facts, ...]:
    """The rows of an attached list, over which the programme counts facts that no register gives."""
    if not programme.counts:
        raise _bad("attached", "这个项目不按附表点数。", "This programme counts nothing over a list.")
    return _rows(library, raw, "attached")


def _rows(library: Library, raw: Any, at: str) -> tuple[Facts, ...]:
    rows = [_object(row, at) for row in _list(raw, at)]
    if not rows or any(set(row) != {"facts"} for row in rows):
        raise _bad(at, "至少一行，每行只有 facts。", "Send at least one line; a line has facts only.")
    return tuple(_facts(library, row["facts"], "facts") for row in rows)


def _history(library: Library, raw: Any) -> tuple[PastPayment, ...]:
    return tuple(_paid(library, _object(row, "history")) for row in _list(raw, "history"))


def _paid(library: Library, row: Mapping[str, Any]) -> PastPayment:
    wrong = [
        key
        for key, value in row.items()
        if key not in _PAID or not isinstance(value, str) or not value.strip()
    ]
    day = parse_day(row.get("paid_on"))
    amount = row.get("amount")
    if wrong or day is None or not isinstance(amount, str) or not _MONEY.fullmatch(amount):
        raise _bad("history", "付款记录的键或格式不对。", "A payment has a wrong key or format.")
    if not row.get("programme") or not _PERIOD.fullmatch(row.get("period", "2025")):
        raise _bad("history", "付款记录缺 programme，或 period 不对。", "No programme, or a wrong period.")
    programme = row["programme"]
    series = row.get("series") or library.series_of(programme)
    if not library.knows(programme) and not series:
        raise _bad(
            "history", f"不认得 {programme}，要写 series。", f"{programme} is unknown: name its series."
        )
    keys = {key: row.get(key) for key in _PAID[2:7]}
    return PastPayment(programme, day, int(amount.replace(".", "")), series, **keys)
