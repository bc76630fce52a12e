"""A sheet of results that an officer got from elsewhere: which lines of a roster each row is about, and its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from jiangli.applications.models import Application
from jiangli.registers.queries import identity_index, normalise_certificate_number
from jiangli.rules import Fact, Programme, facts_from
from jiangli.sheets import NoSheet, rows
from jiangli.staff.words import language, say

CERTIFICATE = {"证书编号", "证书号", "证书号码", "certificate number"}
IDENTITY = {"身份证号", "身份证号码", "身份证", "identity number"}
RESULT = {"结果", "result"}
MOST_ROWS = 30000


class Unreadable(ValueError):
    """The sheet cannot be taken at all; the text says what to bring instead."""


@dataclass
class Results:
    """``found``: key of a line → the contract's value. ``strangers`` and ``faults``: (row of the sheet, why)."""

    found: dict[int, Any] = field(default_factory=dict)
    rows: int = 0
    strangers: list[tuple[int, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def told(self) -> list[tuple[int, str]]:
        return sorted([*self.strangers, *self.faults])


def read_results(application: Application, programme: Programme, fact: Fact, content: bytes) -> Results:
    """Read a sheet with a certificate number or an identity number and the value of ``fact`` in each row."""
    try:
        table = rows(content, heading=say(fact.label))
    except NoSheet:
        raise Unreadable(_("This file cannot be opened. Choose an XLSX or CSV file.")) from None
    at, columns = _headings(table, fact)
    if len(table) - at > MOST_ROWS:
        raise Unreadable(_("The sheet has more than %(n)s rows. Part it.") % {"n": MOST_ROWS})
    by_certificate, by_identity = _lines(application)
    results = Results()
    for number, row in enumerate(table[at + 1 :], at + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        if not any(str(cell).strip() for cell in cells.values()):
            continue
        results.rows += 1
        keys = [*_keys(cells, by_certificate, by_identity)]
        _take(results, number, keys, cells["value"], programme, fact)
    if not results.rows:
        raise Unreadable(_("The sheet has headings but no rows."))
    return results


def _take(results: Results, number: int, keys: list[int], raw: Any, programme: Programme, fact: Fact) -> None:
    given = facts_from(programme.dictionary, {fact.name: raw})
    if not keys:
        results.strangers.append((number, _("Nobody on this roster has this number.")))
    elif given.slips:
        results.faults.append((number, given.slips[0].words.say(language())))
    elif fact.name not in given.facts:
        results.faults.append((number, _("The value is empty; nothing is noted.")))
    elif any(results.found.get(key, given.facts[fact.name]) != given.facts[fact.name] for key in keys):
        results.faults.append(
            (number, _("An earlier row says otherwise for the same line. Keep one of them."))
        )
    else:
        results.found |= dict.fromkeys(keys, given.facts[fact.name])


def _headings(table: Sequence[Sequence[Any]], fact: Fact) -> tuple[int, dict[str, int]]:
    """The row of the headings (from 0) and where each column stands."""
    values = {fact.label.zh, (fact.label.en or "").casefold(), fact.name, *RESULT}
    for at, row in enumerate(table[:20]):
        names = [str(cell).strip().casefold() for cell in row]
        columns = {
            kind: next((place for place, name in enumerate(names) if name in wanted), -1)
            for kind, wanted in (("certificate", CERTIFICATE), ("identity", IDENTITY), ("value", values))
        }
        if columns["value"] >= 0 and max(columns["certificate"], columns["identity"]) >= 0:
            return at, {kind: place for kind, place in columns.items() if place >= 0}
    raise Unreadable(
        _("The headings are missing. The sheet needs 证书编号 or 身份证号, and 结果 or %(fact)s.")
        % {"fact": say(fact.label)}
    )


def _lines(application: Application) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    certificates: dict[str, list[int]] = {}
    persons: dict[str, list[int]] = {}
    columns = ("pk", "certificate__number", "person__id_number_index")
    for key, number, index in application.lines.values_list(*columns):
        if number:
            certificates.setdefault(number, []).append(key)
        if index:
            persons.setdefault(index, []).append(key)
    return certificates, persons


def _keys(
    cells: dict[str, Any], certificates: dict[str, list[int]], persons: dict[str, list[int]]
) -> Iterator[int]:
    """The lines a row is about: by its certificate, else by its identity number."""
    number = normalise_certificate_number(str(cells.get("certificate") or ""))
    if number:
        yield from certificates.get(number, ())
    elif identity := str(cells.get("identity") or "").strip():
        yield from persons.get(identity_index(identity), ())


def sealed(application: Application, fact: str, found: dict[int, Any]) -> str:
    """What a preview showed, signed, so that exactly this is applied. Keys of lines and values, no numbers."""
    return signing.dumps(
        {"case": str(application.pk), "fact": fact, "found": [*found.items()]}, salt=SALT, compress=True
    )


def unsealed(application: Application, fact: str, text: str) -> dict[int, Any] | None:
    """What was sealed for this case and fact; None for anything else."""
    try:
        said = signing.loads(text, salt=SALT, max_age=3600)
    except signing.BadSignature:
        return None
    if said["case"] != str(application.pk) or said["fact"] != fact:
        return None
    return {int(key): value for key, value in said["found"]}


SALT = "jiangli.staff.results"
