"""Under which key a line is counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding
from jiangli.rules.facts import Facts, Value
from jiangli.rules.limits.tally import Key
from jiangli.rules.programme import Limit, Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line

SAME = "?"  # stands in a key for what is not known and is the same for all lines


def key_of(limit: Limit, facts: Facts, part: str | None = None) -> Key:
    """The key of a line under a limit; None for what is not known. ``part`` is the subject where a claim covers
    several.
    """
    return tuple(
        part if part and column == "subject" else column_text(key.run(facts), column)
        for column, key in limit.keys
    )


def column_text(value: Value | None, column: str) -> str | None:
    """A value as a payment is filed under it: a period is a year or a month."""
    if isinstance(value, date):
        return f"{value.year}-{value.month:02d}" if column == "period" else value.isoformat()
    return None if value is None else str(value)


def key_in_claim(programme: Programme, limit: Limit, line: Line) -> Key:
    """The key by which the lines of one claim are told apart: what is unknown of the claim itself is the same for all.

    That is the filing, the organisation that claims, and the person whose months are claimed.
    """
    key = key_of(limit, line.facts, line.part)
    if None not in key:
        return key
    whole = {"application", "organisation" if programme.claimant == "organisation" else "person"}
    if programme.claimant == "person" and programme.lines != "month":
        whole.remove("person")
    return tuple(
        SAME if known is None and {name.split(".")[0] for name in part.facts} <= whole else known
        for known, (_, part) in zip(key, limit.keys, strict=True)
    )


def open_keys(limit: Limit, facts: Facts) -> tuple[str, ...]:
    """The absent facts that keep a key open."""
    names = [name for _, key in limit.keys if key.run(facts) is None for name in key.open(facts)]
    return tuple(dict.fromkeys(names))


def not_in_force(programme: Programme, limit: Limit, line: Line) -> Finding | None:
    """The finding of a limit that is not in force on the day, or whose day is not known; else None."""
    if limit.when is None or (state := limit.when.run(line.facts)) is True:
        return None
    if state is False:
        return Finding(limit.condition, True, line.facts, programme)
    return Finding(limit.condition, None, line.facts, programme, limit.when.open(line.facts))
