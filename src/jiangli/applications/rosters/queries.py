"""What a roster comes to: its rows by state, its sum, what still stands in the way, and the sheets made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from jiangli import rules
from jiangli.applications.models import Evidence
from jiangli.applications.queries import language
from jiangli.applications.roster_models import TO_FILE, TO_MEND, Roster, RosterRow, RowState, Scan
from jiangli.applications.rosters.checking import draft_of
from jiangli.applications.rosters.columns import (
    KEY,
    WRONG,
    Column,
    Shape,
    columns_of,
    completing_columns,
    shape_of,
)
from jiangli.applications.rosters.merging import key_of
from jiangli.applications.rosters.template import Shown, with_rows
from jiangli.programmes.queries import rule

FAULTY, INCOMPLETE, ALL = "faulty", "incomplete", "all"  # which rows a sheet holds


@dataclass(frozen=True)
class Summary:
    """A roster in numbers: ``states`` rows by state, ``to_file`` and ``to_mend`` sums of them, ``amount_fen`` of
    what can be filed as far as it is known, ``lacking``: (material, rows without its scan)."""

    states: Mapping[str, int]
    rows: int
    to_file: int
    to_mend: int
    amount_fen: int
    lacking: tuple[tuple[rules.Material, int], ...]


def summary_of(roster: Roster) -> Summary:
    """The numbers of a roster; a handful of queries, however many rows it has."""
    counted = roster.rows.order_by().values("state").annotate(count=Count("pk"), sum=Sum("amount_fen"))
    states = {one["state"]: one["count"] for one in counted}
    sums = {one["state"]: one["sum"] or 0 for one in counted}
    to_file = sum(states.get(state, 0) for state in TO_FILE)
    return Summary(
        states=states,
        rows=sum(count for state, count in states.items() if state != RowState.REMOVED),
        to_file=to_file,
        to_mend=sum(states.get(state, 0) for state in TO_MEND),
        amount_fen=sum(sums.get(state, 0) for state in (*TO_FILE, RowState.FILED)),
        lacking=tuple(_lacking(roster, to_file)),
    )


def _lacking(roster: Roster, to_file: int) -> Iterator[tuple[rules.Material, int]]:
    """The materials that are demanded and not there: of each row's case, or of the one case."""
    law = rule(roster.version)
    needed = [material for material in law.materials if not material.optional]
    each = shape_of(law) is Shape.EACH
    case = None if each else draft_of(roster)
    there = (
        set(Evidence.objects.filter(application=case, removed_at=None).values_list("material", flat=True))
        if case
        else set()
    )
    for material in needed:
        scans = Scan.objects.filter(row__roster=roster, row__state__in=TO_FILE, material=material.id)
        scanned = scans.order_by().values("row").distinct().count()
        if each or material.per == "line":
            if scanned < to_file:
                yield material, to_file - scanned
        elif material.id not in there:
            yield material, 0


def sheet_of(roster: Roster, which: str, *, lang: str) -> bytes:
    """A workbook of the rows to correct, to complete, or of all; what is wrong is marked in each."""
    law = rule(roster.version)
    rows = roster.rows.exclude(state=RowState.REMOVED).order_by("number")
    if which != ALL:
        rows = rows.filter(state__in=[RowState.INCOMPLETE] if which == INCOMPLETE else TO_MEND)
    columns = columns_of(law)
    if rows.filter(state=RowState.INCOMPLETE).exists():
        columns = completing_columns(law)
    return with_rows(law, columns, (shown(law, row, columns, lang) for row in rows), lang)


def shown(law: rules.Programme, row: RosterRow, columns: Iterable[Column], lang: str) -> Shown:
    """A row as a sheet shows it: its cells as given, what is wrong with which, and all of it in a column."""
    wrong = {one["field"]: one[lang] for one in row.faults if one["field"]}
    cells = {**row.given, KEY: key_of(row), WRONG: "\n".join(sentences(law, row, columns, lang))}
    return Shown(cells, wrong, frozenset(row.asks))


def sentences(law: rules.Programme, row: RosterRow, columns: Iterable[Column], lang: str) -> list[str]:
    """What is to be done about a row, each with the title of its column, and what is still asked."""
    titles = {column.key: column.title.say(lang) for column in (*columns, *completing_columns(law))}
    colon = ": " if lang.startswith("en") else "："
    found = [
        f"{titles[one['field']]}{colon}{one[lang]}" if one["field"] in titles else one[lang]
        for one in row.faults
    ]
    if row.asks:
        found.append(asked_in_words(law, row.asks, lang))
    return found


def asked_in_words(law: rules.Programme, asks: Iterable[str], lang: str) -> str:
    """The facts a row still has to give, as a sentence."""
    labels = [law.dictionary[name].label.say(lang) for name in asks]
    return (
        f"Still to fill in: {', '.join(labels)}."
        if lang.startswith("en")
        else f"还要填：{'、'.join(labels)}。"
    )


def told_of(law: rules.Programme, row: RosterRow) -> list[str]:
    """The same on a page, in its language, with what an officer will look up."""
    lang = language()
    return [*sentences(law, row, (), lang), *(one[lang] for one in row.notes)]


def strays(roster: Roster) -> QuerySet[Scan]:
    """The scans that found no row."""
    return Scan.objects.filter(pile__roster=roster, row=None).select_related("pile")
