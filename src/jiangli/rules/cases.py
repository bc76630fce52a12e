"""Cases beside a programme: a request and what a lawyer expects of it, compared key by key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from jiangli.rules.contract import answer
from jiangli.rules.errors import BadToml, NotCovered, Place, PolicyError, UnknownKey, Words, nearest
from jiangli.rules.library import Library

_SETS = ("failed", "unknown", "payments")
_EXPECTED = ("outcome", "amount", "failed", "unknown", "payments", "lines", "warnings", "status", "estimate", "error",
             "at")  # fmt: skip
_WHOLE = ("history", "parameters", "overlay", "attached")
_SHORT = ("id", "note", "like", "facts", "lines", "line", "on", *_WHOLE, "expect")


class Case(NamedTuple):
    """One line of a cases file, its request in full; only the keys that ``expect`` names are compared.

    ``warnings`` are the ids of what is told beside the answer: warnings not met, and limits that hold or warn.
    """

    id: str
    note: str
    request: dict[str, Any]
    expect: dict[str, Any]
    place: Place


def read_cases(text: str, file: str) -> Iterator[Case]:
    """The cases of a file, short ones expanded. Raises BadToml for a line that is not one."""
    requests: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        place = Place(file, number, 1, line)
        try:
            raw = json.loads(line)
            request = expanded(raw, requests) if "like" in raw else raw["request"]
            requests[raw["id"]] = request
            case = Case(raw["id"], raw["note"], request, raw["expect"], place)
            _only(case.expect, place)
            for row in case.expect.get("lines") or ():
                _only(row, place)
            yield case
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadToml(
                place,
                Words(f"这一行不是案例：{error}。", f"This line is not a case: {error}."),
                Words(
                    "要有 id、note、request（或者 like 和改动）、expect。",
                    "It needs id, note, request (or like and the changes) and expect.",
                ),
            ) from error


def _only(expect: dict[str, Any], place: Place) -> None:
    """Refuse a key that no answer has: it would be compared with nothing."""
    for key in expect:
        if key not in _EXPECTED:
            listed = " ".join(_EXPECTED)
            raise UnknownKey(
                place,
                Words(f"expect 里不认得的键 {key}。", f"Unknown key {key} in expect."),
                nearest(key, _EXPECTED).then(Words(f"可以写：{listed}。", f"Write one of: {listed}.")),
            )


def expanded(short: Mapping[str, Any], requests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The request of a case that is written as the changes of an earlier one, ``like``; null removes.

    ``facts`` are changed one by one; ``lines`` change the lines one after the other (those beyond the last are
    like the last), ``line`` only those it numbers; ``on`` is the day; history, parameters, overlay and attached
    are taken whole. Raises ValueError.
    """
    if unknown := [key for key in short if key not in _SHORT]:
        raise ValueError(f"{unknown[0]} ({' '.join(_SHORT)})")
    if short["like"] not in requests:
        raise ValueError(f"like: {short['like']} ({' '.join(requests)})")
    request = deepcopy(dict(requests[short["like"]]))
    request["facts"] = _facts(request.get("facts", {}), short.get("facts", {}))
    changed = {
        "applied_on": short.get("on", request.get("applied_on")),
        **{key: short[key] for key in _WHOLE if key in short},
    }
    if "lines" in short or "line" in short:
        changed["lines"] = _lines(request.get("lines") or [], short)
    return {key: value for key, value in {**request, **changed}.items() if value is not None}


def _facts(facts: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**facts, **changes}.items() if value is not None}


def _lines(lines: list[Any], short: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The lines with their changes. A line after the last is a copy of it."""
    if short.get("lines", ...) is None:
        return None
    found: list[Any] = [dict(line["facts"]) for line in lines]
    if "lines" in short:
        like = [*found, *([found[-1] if found else {}] * len(short["lines"]))]
        found = [_facts(facts, row["facts"]) for facts, row in zip(like, short["lines"], strict=False)]
    for number, changes in short.get("line", {}).items():
        at = int(number) - 1
        if not 0 <= at <= len(found):
            raise ValueError(f"line {number} (1 – {len(found) + 1})")
        like = [*found, dict(found[-1]) if found else {}]
        found[at : at + 1] = [None if changes is None else _facts(like[at], changes)]
    return [{"facts": facts} for facts in found if facts is not None]


def differences(expect: dict[str, Any], response: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Key -> (expected, found) for every key of ``expect`` that is answered otherwise."""
    return {
        key: (value, response.get(key))
        for key, value in expect.items()
        if not _equal(key, value, response.get(key))
    }


def _equal(key: str, expected: Any, found: Any) -> bool:
    if key in _SETS and isinstance(found, list):
        return sorted(map(repr, expected)) == sorted(map(repr, found))
    if key == "warnings" and isinstance(found, list):
        return sorted(expected) == sorted(row["id"] for row in found if row["state"] is not True)
    if key == "lines" and isinstance(found, list):
        pairs = zip(expected, found, strict=False)
        return len(expected) == len(found) and not any(differences(a, b) for a, b in pairs)
    return bool(expected == found)


def run_case(library: Library, case: Case) -> PolicyError | None:
    """NotCovered if the case is answered otherwise, saying in what; else None."""
    found = answer(library, case.request)
    if not differences(case.expect, found):
        return None
    told = list(
        _invalid(found) if "error" in found and "error" not in case.expect else _told(case.expect, found)
    )
    zh, en = "；".join(one.zh for one in told), "; ".join(one.en or one.zh for one in told)
    return NotCovered(
        case.place,
        Words(f"案例 {case.id} 的结果不同：{zh}。", f"Case {case.id} is answered otherwise: {en}."),
        Words("改规则，或改案例。", "Correct the rule, or the case."),
    )


def _invalid(response: dict[str, Any]) -> Iterator[Words]:
    """A request that could not be read, with what is wrong with it."""
    zh, _, en = response["message"].partition("。 ")
    yield Words(f"→ invalid at {response['at']}：{zh}", f"→ invalid at {response['at']}: {en.rstrip('.')}")


def _told(expect: dict[str, Any], response: dict[str, Any]) -> Iterator[Words]:
    """In which fields an answer is another than expected, line by line for a roster."""
    for key, (want, found) in differences(expect, response).items():
        if key == "lines":
            yield from _lines_told(want, found)
        else:
            yield _field(key, want, found, response)


def _lines_told(want: list[Any], found: list[Any] | None) -> Iterator[Words]:
    if len(want) != len(found or ()):
        there = len(found or ())
        yield Words(
            f"lines：应为 {len(want)} 行，得到 {there} 行", f"lines: expected {len(want)} lines, got {there}"
        )
    for at, (one, other) in enumerate(zip(want, found or (), strict=False), 1):
        for told in _told(one, other):
            yield Words(f"第{at}行 {told.zh}", f"line {at} {told.en}")


def _field(key: str, want: Any, found: Any, response: dict[str, Any]) -> Words:
    """One field: what was expected, what was answered, and why it is open or refused."""
    if key == "warnings":
        found = [row["id"] for row in found or () if row["state"] is not True]
    should, there = _plain(want), _plain(found)
    why = _why(response) if key in ("outcome", "amount") else Words("", "")
    hint = _written(want) if key == "amount" else Words("", "")
    return Words(
        f"{key}：应为 {should}，得到 {there}{why.zh}{hint.zh}",
        f"{key}: expected {should}, got {there}{why.en}{hint.en}",
    )


def _why(response: dict[str, Any]) -> Words:
    """Which conditions failed, or which facts are not known."""
    if failed := " ".join(response.get("failed", ())):
        return Words(f"（不符合 {failed}）", f" (failed: {failed})")
    unknown = " ".join(response.get("unknown", ()))
    return Words(f"（不知道 {unknown}）", f" (unknown: {unknown})") if unknown else Words("", "")


def _written(amount: Any) -> Words:
    """How an amount is written, for one that is not."""
    if type(amount) not in (int, float):
        return Words("", "")
    return Words(f'（写成 "{amount:.2f}"）', f' (write "{amount:.2f}")')


def _plain(value: Any) -> str:
    """A value as people write it: E1 E2, test-agency 100.00; – for nothing."""
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "–"
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return "–" if value is None else str(value)
