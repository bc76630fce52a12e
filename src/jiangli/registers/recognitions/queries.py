"""What the register of recognitions says of somebody on a day. Where several entries could be meant, nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jiangli import rules
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.kinds import kinds
from jiangli.registers.recognitions.models import Recognition
from jiangli.rules.given import key_text

SOME = 500


def entries_of(party: Person | Organisation, *, on: date) -> list[Recognition]:
    """What this party holds on the day."""
    name = "person" if isinstance(party, Person) else "organisation"
    return list(Recognition.objects.valid_on(on).filter(**{name: party}).select_related("about"))


def entries_of_persons(persons: Collection[UUID], *, on: date) -> dict[UUID, list[Recognition]]:
    """What each of many persons holds on the day; one query for every 500."""
    found: dict[UUID, list[Recognition]] = {}
    keys = list(persons)
    for start in range(0, len(keys), SOME):
        some = Recognition.objects.valid_on(on).filter(person__in=keys[start : start + SOME])
        for row in some.select_related("about"):
            assert row.person_id is not None
            found.setdefault(row.person_id, []).append(row)
    return found


def facts_of_entries(entries: Iterable[Recognition], stated: Mapping[str, Any]) -> dict[str, Any]:
    """Fact → value of the entries that are meant. ``stated`` chooses where there are several of a kind.

    An assessment counts only of the entry that is meant. Of two that could be meant neither says anything.
    """
    facts: dict[str, Any] = {}
    by_kind: dict[str, list[Recognition]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    meant = {id: _meant(kind, by_kind.get(id, []), stated) for id, kind in kinds().items() if not kind.about}
    for id, kind in kinds().items():
        if kind.about:
            about = meant.get(kind.about)
            found = [row for row in by_kind.get(id, []) if about is not None and row.about_id == about.pk]
            meant[id] = found[0] if len(found) == 1 else None
    for id, one in meant.items():
        if one is not None:
            facts |= facts_of_entry(kinds()[id], one)
    return facts


def facts_of_entry(kind: rules.Recognised, entry: Recognition) -> dict[str, Any]:
    """All that one entry says: what was written, its document's date, its number, and what always holds."""
    facts = {**entry.facts, **kind.always}
    if kind.day:
        facts[kind.day] = entry.document_date.isoformat()
    if kind.key:
        facts[kind.key] = entry.code
    return facts


def _meant(
    kind: rules.Recognised, entries: list[Recognition], stated: Mapping[str, Any]
) -> Recognition | None:
    """The only entry, unless another title was stated; of several the one that was stated. A number nobody has to
    know is compared only where there are several."""
    if not kind.choose or kind.choose not in stated:
        return entries[0] if len(entries) == 1 else None
    if kind.choose == kind.key:
        if len(entries) == 1:
            return entries[0]
        said = key_text(str(stated[kind.choose]))
        found = [entry for entry in entries if said == entry.code]
    else:
        found = [
            entry for entry in entries if facts_of_entry(kind, entry)[kind.choose] == stated[kind.choose]
        ]
    return found[0] if len(found) == 1 else None


def choices_of(party: Person | Organisation, fact: str, *, on: date) -> list[tuple[str, str]]:
    """(value, words) of what a party can choose from by this fact; nothing where it holds less than two."""
    for kind in kinds().values():
        if kind.choose == fact == kind.key:
            rows = [row for row in entries_of(party, on=on) if row.kind == kind.id]
            if len(rows) > 1:
                return [(row.code, f"{row.name} · {row.document_number}") for row in rows]
    return []
