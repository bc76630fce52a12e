"""What may be shown of a payee. A row is made of the named things below and of nothing else.

Shown: name in full, unit, what it is for (level, prize, title, project), how many people, amount. Identity numbers,
cards and telephones have no place in a row, not even in part; namesakes are told apart by unit. Which columns a list
has follows from the law: who claims, whose rows they are, which of the facts its rules read or its form asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.refused import Refused
from jiangli.reviews.publicity.guard import leaks

SHOWN = (  # facts that say what it is for; a fact is shown if it stands here, and otherwise not
    "selection.title", "contest.id", "contest.level", "contest.prize", "studio.id", "studio.kind", "studio.rank",
    "base.id", "base.recognised_as", "activity.id", "activity.kind", "training.kind", "organisation.star_rating",
    "certificate.occupation", "certificate.level", "list.level", "application.instalment",
)  # fmt: skip
UNIT = "employment.employer_name"
LONGEST = 60  # characters of a cell
MOST_FEN = 10**12


@dataclass(frozen=True)
class Columns:
    """What a list shows. ``whose``: person | organisation; ``facts`` are names out of ``SHOWN``."""

    whose: str
    unit: bool
    facts: tuple[str, ...]
    people: bool
    amount: bool


@dataclass(frozen=True)
class Row:
    """A line of the list, as it is kept and shown. ``details``: (fact, its value in Chinese)."""

    name: str
    unit: str = ""
    details: tuple[tuple[str, str], ...] = ()
    people: int | None = None
    amount_fen: int | None = None


def columns_of(law: rules.Programme, *, lines: bool = False) -> Columns:
    """The columns of a programme's list. ``lines``: the rows of an organisation's roster rather than itself.

    Amounts are shown of what was approved; a list of those who applied has none.
    """
    roster = law.lines in ("person", "month")
    of_person = law.claimant == "person" or (lines and roster)
    known = {*law.facts_read, *(ask.fact.name for ask in law.form)}
    stage = next((one for one in law.stages if one.kind == "publish"), None)
    return Columns(
        whose="person" if of_person else "organisation",
        unit=of_person,
        facts=tuple(
            name for name in SHOWN if name in known and (of_person or not _of_a_person(name, roster))
        ),
        people=not of_person and law.lines == "person",
        amount=stage is None or stage.list != "applicants",
    )


def _of_a_person(name: str, roster: bool) -> bool:
    """Whether it is said of each row of a roster, so that an organisation's one line has no single value."""
    return roster and name.startswith(("certificate.", "list.", "application."))


def row_of(
    law: rules.Programme,
    columns: Columns,
    *,
    name: str,
    unit: str = "",
    facts: Mapping[str, Any],
    people: int | None = None,
    amount_fen: int | None = None,
    codes: Iterable[str] = (),
) -> Row:
    """What is shown of one payee. Refused if a value holds a personal number, as a free text may.

    ``facts`` may hold anything: only those of ``columns`` are looked at.
    """
    if amount_fen is not None and not 0 <= amount_fen < MOST_FEN:
        raise ValueError("An amount to be shown is not below zero, and below ten thousand million yuan.")
    details = tuple(
        (fact, _said(law, fact, facts[fact])) for fact in columns.facts if facts.get(fact) is not None
    )
    row = Row(
        name=name.strip()[:LONGEST],
        unit=unit.strip()[:LONGEST] if columns.unit else "",
        details=tuple((fact, value) for fact, value in details if value),
        people=people if columns.people else None,
        amount_fen=amount_fen if columns.amount else None,
    )
    _stop_if_it_leaks(row, tuple(codes))
    return row


def _said(law: rules.Programme, fact: str, value: Any) -> str:
    """A fact's value in Chinese, as the list prints it."""
    read = rules.parse_fact(law.dictionary, fact, value)
    return "" if read is None else law.dictionary[fact].value_label(read)[:LONGEST]


def _stop_if_it_leaks(row: Row, codes: tuple[str, ...]) -> None:
    for text in (row.name, row.unit, *(value for _fact, value in row.details)):
        if found := leaks(text, codes=codes):
            raise Refused(
                _("What would be shown of %(name)s looks like %(kind)s. Have the case corrected first.")
                % {"name": _("a payee") if text == row.name else row.name, "kind": found[0].kind.label}
            )


def alike(rows: Iterable[Row]) -> dict[tuple[str, str], int]:
    """Namesakes in the same unit, with how many they are: only their number on the list tells them apart."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        counts[row.name, row.unit] = counts.get((row.name, row.unit), 0) + 1
    return {who: count for who, count in counts.items() if count > 1}
