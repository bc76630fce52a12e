"""``jiangli programmes`` and ``jiangli facts``: what there is, as a table or as JSON, with filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jiangli.rules import library as shelf
from jiangli.rules.commands.amounts import in_short
from jiangli.rules.commands.tables import table
from jiangli.rules.errors import FactError, PolicyError, Words
from jiangli.rules.facts import Dictionary, Fact, money_text, plain, read_facts
from jiangli.rules.programme import Programme
from jiangli.rules.reading.programme import read_programme
from jiangli.rules.wording import agency

_PROGRAMME = Words(
    "编号\t名称\t给谁\t部门\t状态\t金额\t受理", "id\ttitle\tclaimant\tagency\tstatus\tamount\tfiling"
)
_FACT = Words("名字\t类型\t叫法\t来源\t取值", "name\ttype\tlabel\tsource\tvalues")
#: option -> what a programme has there
PROGRAMME_FILTERS: Mapping[str, Callable[[Programme], str]] = {
    "document": lambda programme: programme.document.id,
    "agency": lambda programme: programme.agency,
    "claimant": lambda programme: programme.claimant,
    "status": lambda programme: programme.document.status,
}
FACT_FILTERS: Mapping[str, Callable[[Fact], str]] = {
    "entity": lambda fact: fact.name.split(".")[0],
    "type": lambda fact: fact.kind,
    "source": lambda fact: fact.source,
}


def readable_programmes(folder: str | None) -> tuple[list[Programme], list[PolicyError]]:
    """The programmes of a policies folder, and an error for each file that is none."""
    sources = _sources(folder)
    found: list[Programme] = []
    errors: list[PolicyError] = []
    for path in shelf.programme_paths(sources):
        try:
            found.append(read_programme(path, sources))
        except PolicyError as error:
            errors.append(error)
    return found, errors


def readable_facts(folder: str | None) -> tuple[Dictionary, list[PolicyError]]:
    """The facts of a policies folder, and an error for each document's ``facts.toml`` that is wrong. Raises
    PolicyError for that of the installation.
    """
    sources = _sources(folder)
    errors: list[PolicyError] = []
    result = read_facts(sources["facts.toml"], "facts.toml")
    for name in shelf.folders(sources):
        own = f"{name}/facts.toml"
        try:
            result = read_facts(sources[own], own, result) if own in sources else result
        except PolicyError as error:
            errors.append(error)
    return result, errors


def _sources(folder: str | None) -> dict[str, str]:
    return shelf.read_sources(Path(folder) if folder else shelf.default_folder())


def chosen(
    items: Iterable[Any], filters: Mapping[str, Callable[[Any], str]], wanted: Mapping[str, Any]
) -> list[Any]:
    """The items that have what is wanted under each filter; None wants anything.

    A value that no item has is a slip, not an empty list: raises FactError that names those there are.
    """
    items = list(items)
    for name, has in filters.items():
        value, known = wanted.get(name), sorted({has(item) for item in items})
        if value is not None and value not in known:
            listed = " ".join(known)
            raise FactError(
                f"--{name}",
                Words(f"没有 {value}。可以写：{listed}。", f"There is no {value}. Use one of: {listed}."),
            )
    return [
        item for item in items if all(wanted.get(name) in (None, has(item)) for name, has in filters.items())
    ]


def programmes_json(found: Iterable[Programme], lang: str) -> list[dict[str, Any]]:
    """Each programme for machines."""
    return [_programme_json(programme, lang) for programme in found]


def _programme_json(programme: Programme, lang: str) -> dict[str, Any]:
    fen, window = programme.amount_range_fen(), programme.window()
    return {
        "id": programme.id, "title": programme.title.say(lang), "claimant": programme.claimant,
        "agency": programme.agency, "document": programme.document.id, "status": programme.document.status,
        "lines": programme.lines, "amount": [money_text(end) for end in fen] if fen else None,
        "window": [day and day.isoformat() for day in window] if window else None,
        "facts": list(programme.facts_read), "hash": programme.hash,
    }  # fmt: skip


def programmes_table(found: Iterable[Programme], lang: str) -> str:
    return table(_PROGRAMME.say(lang).split("\t"), [_programme_row(programme, lang) for programme in found])


def _programme_row(programme: Programme, lang: str) -> list[str]:
    window = programme.window()
    days = " – ".join(plain(day, lang) if day else "" for day in window) if window else ""
    return [
        programme.id, programme.title.say(lang), programme.claimant, agency(programme.agency, programme, lang),
        programme.document.status, in_short(programme, lang), days,
    ]  # fmt: skip


def facts_json(found: Iterable[Fact], lang: str) -> list[dict[str, Any]]:
    """Each fact for machines."""
    return [
        {
            "name": fact.name, "type": fact.kind, "values": [choice.id for choice in fact.choices],
            "unit": fact.unit, "label": fact.label.say(lang), "source": fact.source, "description": fact.description,
        }
        for fact in found
    ]  # fmt: skip


def facts_table(found: Iterable[Fact], lang: str) -> str:
    return table(_FACT.say(lang).split("\t"), [_fact_row(fact, lang) for fact in found])


def _fact_row(fact: Fact, lang: str) -> list[str]:
    kind = f"{fact.kind} {fact.enum.name}" if fact.enum else fact.kind
    values = " ".join(fact.enum.ranks) if fact.enum else fact.unit or ""
    return [fact.name, kind, fact.label.say(lang), fact.source, values]
