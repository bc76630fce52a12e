"""Cases that are written as the changes of an earlier case of their file."""

from __future__ import annotations

import json

import pytest

from jiangli.rules.cases import read_cases
from jiangli.rules.errors import PolicyError

FIRST = {
    "id": "c-1",
    "note": "甲",
    "request": {"programme": "p", "applied_on": "2025-06-10", "facts": {"a.yes": True, "a.count": 1}},
    "expect": {},
}
ROSTER = {
    **FIRST,
    "request": {**FIRST["request"], "lines": [{"facts": {"a.count": 1}}, {"facts": {"a.count": 2}}]},
}


def request(short: dict, first: dict = FIRST) -> dict:
    """The request of a short case below ``first``."""
    lines = [first, {"id": "c-2", "note": "乙", "like": "c-1", "expect": {}, **short}]
    return list(read_cases("\n".join(map(json.dumps, lines)), "x"))[1].request


def test_facts_are_changed_and_null_removes():
    assert request({"facts": {"a.yes": None, "a.count": 2}})["facts"] == {"a.count": 2}
    assert request({}) == FIRST["request"]


def test_the_day_and_what_is_taken_whole():
    found = request({"on": "2025-07-01", "history": [{"x": "y"}], "overlay": None})
    assert found == {**FIRST["request"], "applied_on": "2025-07-01", "history": [{"x": "y"}]}


@pytest.mark.parametrize(
    ("short", "counts"),
    [
        ({"lines": [{"facts": {}}]}, [1]),
        ({"lines": [{"facts": {}}, {"facts": {"a.count": 5}}, {"facts": {}}]}, [1, 5, 2]),
        ({"line": {"2": {"a.count": 7}}}, [1, 7]),
        ({"line": {"1": None}}, [2]),
        ({"line": {"3": {}}}, [1, 2, 2]),
    ],
)
def test_lines(short, counts):
    assert [line["facts"]["a.count"] for line in request(short, ROSTER)["lines"]] == counts


def test_lines_where_there_were_none_and_none_where_there_were():
    assert request({"lines": [{"facts": {"a.count": 1}}]})["lines"] == [{"facts": {"a.count": 1}}]
    assert request({"line": {"1": {"a.count": 1}}})["lines"] == [{"facts": {"a.count": 1}}]
    assert "lines" not in request({"lines": None}, ROSTER)


def test_a_short_case_may_be_like_a_short_case():
    lines = [
        FIRST,
        {"id": "c-2", "note": "乙", "like": "c-1", "facts": {"a.count": 2}, "expect": {}},
        {"id": "c-3", "note": "丙", "like": "c-2", "facts": {"a.yes": None}, "expect": {}},
    ]
    found = list(read_cases("\n".join(map(json.dumps, lines)), "x"))
    assert [case.request["facts"] for case in found] == [
        {"a.yes": True, "a.count": 1}, {"a.yes": True, "a.count": 2}, {"a.count": 2},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("short", "said"),
    [
        ({"like": "c-9"}, "like: c-9 (c-1)"),
        ({"fact": {}}, "fact (id note like facts"),
        ({"line": {"4": {}}}, "line 4 (1 – 3)"),
        ({"facts": []}, "not a mapping"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(short, said):
    with pytest.raises(PolicyError) as error:
        request(short, ROSTER)
    assert str(error.value).startswith("x:2:1") and said in str(error.value)
