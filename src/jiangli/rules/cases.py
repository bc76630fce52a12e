"""Cases beside a programme: a request and what a lawyer expects of it, compared key by key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from jiangli.rules.contract import answer
from jiangli.rules.errors import BadToml, NotCovered, Place, PolicyError, Words
from jiangli.rules.library import Library

_SETS = ("failed", "unknown", "payments")


class Case(NamedTuple):
    """One line of a cases file; only the keys that ``expect`` names are compared.

    ``warnings`` are the ids of what is told beside the answer: warnings not met, and limits that hold or warn.
    """

    id: str
    note: str
    request: dict[str, Any]
    expect: dict[str, Any]
    place: Place


def read_cases(text: str, file: str) -> Iterator[Case]:
    """The cases of a file. Raises BadToml for a line that is not one."""
    for number, line in enumerate(text.splitlines(), 1):
        place = Place(file, number, 1, line)
        try:
            raw = json.loads(line)
            yield Case(raw["id"], raw["note"], raw["request"], raw["expect"], place)
        except (ValueError, KeyError, TypeError) as error:
            raise BadToml(
                place,
                Words(f"这一行不是案例：{error}。", f"This line is not a case: {error}."),
                Words("要有 id、note、request、expect。", "It needs id, note, request and expect."),
            ) from error


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
    wrong = differences(case.expect, answer(library, case.request))
    if not wrong:
        return None
    listed = "; ".join(f"{key}: {want!r} → {found!r}" for key, (want, found) in wrong.items())
    return NotCovered(
        case.place,
        Words(f"案例 {case.id} 的结果不同：{listed}。", f"Case {case.id} is answered otherwise: {listed}."),
        Words("改规则，或改案例。", "Correct the rule, or the case."),
    )
