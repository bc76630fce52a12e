"""Ask the rules about a case, and keep what they said with everything they were told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from jiangli import clock, rules
from jiangli.applications.models import Application, Assessment, Line
from jiangli.applications.past import Counted, counted, history_of
from jiangli.applications.sheet import (
    NOT_WAIVED,
    CaseSheets,
    Excused,
    FactSheet,
    Found,
    Waived,
    has_roster,
    sheets_of,
)
from jiangli.applications.standings import Tally, keep_standings, kept_tally, tally_of
from jiangli.applications.striking import assess_roster
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule, rule_in_force
from jiangli.rules.facts import APPLIED_ON

Told = tuple[rules.Facts, tuple[rules.Facts, ...]]  # of the case, of its rows


@dataclass(frozen=True)
class Assessed:
    """An answer of the rules beside the facts and history it rests on.

    ``sheet`` and ``told`` are of the case, ``lines`` and ``told_lines`` of its rows in their order; none where
    it has no roster. ``told``: the parsed facts that the rules were told. ``struck``: the places of lines struck
    off. ``waived``: what counts as met by an exception. ``counted`` is there where the lines themselves were not
    read (``recall_head``). ``above``: why an amount that an officer noted counts no more, for it is above what a
    ceiling leaves by now.
    """

    programme: rules.Programme
    sheet: FactSheet
    lines: tuple[FactSheet, ...]
    history: list[dict[str, Any]]
    applied_on: date
    answer: rules.Assessment
    told: rules.Facts
    told_lines: tuple[rules.Facts, ...]
    struck: frozenset[int] = frozenset()
    counted: Tally | None = None
    waived: Waived = NOT_WAIVED
    rows: tuple[Counted, ...] | None = None  # of a roster, where they were read for this answer
    above: rules.FactError | None = None

    @property
    def tally(self) -> Tally:
        """How many lines stand how."""
        return self.counted or tally_of(self.answer.lines or (), self.struck)

    def facts_of(self, number: int) -> rules.Facts:
        """The parsed facts of a line of the roster, counted from 1, with those of the case; of one claim its own."""
        return {**self.told, **self.told_lines[number - 1]} if self.answer.lines else self.told

    @property
    def wrong(self) -> list[rules.Finding]:
        """Conditions that are certainly false, no mere fault and not ours to hold: the claim cannot be."""
        false = [finding for finding in self.answer.findings if finding.state is False]
        return [finding for finding in false if not finding.fault and not finding.holds]

    @property
    def faults(self) -> list[rules.Finding]:
        """Conditions that are false and can be mended (a name that does not match)."""
        return [finding for finding in self.answer.findings if finding.state is False and finding.fault]

    @property
    def open(self) -> list[rules.Finding]:
        """Conditions nobody can settle yet."""
        return [finding for finding in self.answer.findings if finding.state is None]


def programme_of(application: Application) -> rules.Programme:
    """The programme as pinned at filing; a draft follows the version in force."""
    return rule(application.version) if application.version else rule_in_force(application.programme_code)


def applied_on(application: Application, *, at: datetime) -> date:
    """The day that counts: of the first filing, or today for what is not filed yet.

    Of a paper form it is the day on which the paper came in, whenever it was keyed in.
    """
    return application.filed_on or clock.day_of(at)


def assess(application: Application, *, at: datetime) -> Assessed:
    """What the rules say of the case now if everything is as the claimant states it. Nothing is written.

    A line that an officer struck off stays so when the roster is handed in again, until an officer puts it back;
    so does what was waived by an exception, until what it rested on is otherwise to an officer.
    """
    kept = None
    if application.first_filed_at is not None:
        kept = application.assessments.only("lines", "waived").first()
    struck = {line["line"] for line in kept.lines if line.get("struck")} if kept else set()
    waived = waived_in(kept) if kept else {}
    return _assess(application, at=at, officer={}, struck=struck, waived=waived, vouched=False)


def waived_in(kept: Assessment) -> Excused:
    """What a kept assessment counted as met by an exception, for the case and by the key of a line."""
    found: dict[int | None, Collection[str]] = {
        line["line"]: line["waived"] for line in kept.lines if line.get("waived")
    }
    return {None: kept.waived, **found} if kept.waived else found


def assess_vouched(
    application: Application,
    *,
    at: datetime,
    officer: Found,
    struck: Collection[int] = (),
    waived: Excused = MappingProxyType({}),
    only: Line | None = None,
) -> Assessed:
    """What the rules say of the case now by what registers, lists and officers vouch for. Nothing is written.

    ``struck`` are keys of lines that are left out, ``waived`` counts as met by an exception;
    with ``only`` it is as if this line stood alone.
    """
    return _assess(application, at=at, officer=officer, struck=struck, waived=waived, only=only, vouched=True)


def _assess(
    application: Application,
    *,
    at: datetime,
    officer: Found,
    vouched: bool,
    struck: Collection[int] = (),
    waived: Excused = MappingProxyType({}),
    only: Line | None = None,
) -> Assessed:
    """An officer's answer counts what other cases were promised; a claimant's does not: the keys are asked there."""
    programme, day = programme_of(application), applied_on(application, at=at)
    sheets = sheets_of(
        application, programme, on=clock.day_of(at), officer=officer, struck=struck, waived=waived, only=only
    )
    told = _told(programme, sheets, day, vouched=vouched)
    rows = list(counted(application, programme, told[0], told[1] if has_roster(programme) else None, only))
    past = history_of(application, programme, rows, promised=vouched)
    answered = _answered(programme, sheets, past, day, told)
    return replace(answered, rows=tuple(rows)) if has_roster(programme) else answered


def _told(programme: rules.Programme, sheets: CaseSheets, day: date, *, vouched: bool) -> Told:
    """The parsed facts of a case and of its rows that the rules are told."""
    dictionary = programme.dictionary

    def told(sheet: FactSheet) -> rules.Facts:
        return dictionary.parse(sheet.vouched(dictionary) if vouched else sheet.facts)

    return {**told(sheets.case), APPLIED_ON: day}, tuple(told(line) for line in sheets.lines)


def _answered(
    programme: rules.Programme,
    sheets: CaseSheets,
    history: list[dict[str, Any]],
    day: date,
    told: Told,
) -> Assessed:
    """What the rules say of these facts; the lines of a roster are assessed, those of an attached list counted."""
    facts, lines = told
    past = [past_payment(row) for row in history]
    if has_roster(programme):
        answer = assess_roster(programme, facts, day, past, lines, sheets.struck, sheets.waived)
    else:
        rows = [line for place, line in enumerate(lines) if place not in sheets.struck]
        facts = rules.count_rows(programme, facts, on=day, rows=rows) if lines else facts
        answer = rules.assess(programme, facts, on=day, history=past, waived=sheets.waived.case)
    return Assessed(
        programme, sheets.case, sheets.lines, history, day, answer, facts, lines, sheets.struck,
        waived=sheets.waived,
    )  # fmt: skip


def counted_lines(application: Application, assessed: Assessed) -> list[Counted]:
    """The lines and parts of a case that stand or may still stand, as the history will have them."""
    answer = assessed.answer.lines
    lines = None if answer is None else assessed.told_lines
    rows = assessed.rows or counted(application, assessed.programme, assessed.told, lines)
    if not answer:
        return list(rows)
    return [row for row in rows if answer[row[0][0] - 1].outcome is not rules.Outcome.INELIGIBLE]


def past_payment(row: Mapping[str, str]) -> rules.PastPayment:
    """A line of the contract's history as the rules take it."""
    keys = {
        name: row.get(name)
        for name in ("series", "person", "organisation", "certificate", "subject", "period")
    }
    return rules.PastPayment(
        row["programme"], date.fromisoformat(row["paid_on"]), int(row["amount"].replace(".", "")), **keys
    )


def recall(kept: Assessment) -> Assessed:
    """A kept assessment as it was answered then, from the facts and the version it rests on."""
    return _recalled(kept, _sheets_kept(kept), kept.history, vouched=kept.vouched)


def recall_under(kept: Assessment, version: Version) -> Assessed:
    """What another version says of the facts of a kept assessment, as officers saw them then.

    ``rules.FactError`` if that version cannot read them.
    """
    return _recalled(kept, _sheets_kept(kept), kept.history, version=version)


def _sheets_kept(kept: Assessment) -> CaseSheets:
    struck = frozenset(place for place, line in enumerate(kept.lines) if line.get("struck"))
    case, lines = _sheet_kept(kept.facts, kept.sources), _lines_kept(kept.lines)
    return CaseSheets(case, lines, struck, _waived_kept(kept, kept.lines))


def _waived_kept(kept: Assessment, lines: Iterable[Mapping[str, Any]]) -> Waived:
    of_lines = {place: tuple(line["waived"]) for place, line in enumerate(lines) if line.get("waived")}
    return Waived(tuple(kept.waived), of_lines)


def _recalled(
    kept: Assessment,
    sheets: CaseSheets,
    history: list[dict[str, Any]],
    *,
    vouched: bool = True,
    version: Version | None = None,
) -> Assessed:
    programme = rule(version or kept.version)
    told = _told(programme, sheets, kept.applied_on, vouched=vouched)
    return _answered(programme, sheets, history, kept.applied_on, told)


def recall_head(kept: Assessment) -> Assessed:
    """A kept assessment of a roster as officers see it, without its lines: what they came to is counted only.

    Reads the columns ``facts``, ``sources``, ``waived`` and ``result``; ``lines`` and ``history`` may be deferred.
    """
    said = kept.result.get("vouched", kept.result)
    sheets = CaseSheets(_sheet_kept(kept.facts, kept.sources), (), waived=Waived(tuple(kept.waived)))
    bare = _recalled(kept, sheets, [])
    payments = tuple(rules.Payment(row["payer"], _fen(row["amount"])) for row in said["payments"])
    answer = replace(
        bare.answer,
        outcome=rules.Outcome(said["outcome"]),
        amount_fen=said["amount_fen"],
        payments=payments,
        lines=None,
    )
    return replace(bare, answer=answer, counted=kept_tally(said["tally"]))


def recall_line(kept: Assessment, key: int) -> Assessed | None:
    """One line of a kept assessment by its key, as if it stood alone; None if it was not on the list then.

    Its place says nothing: a list that was returned is being changed.
    """
    line = next((line for line in kept.lines if line["line"] == key), None)
    if line is None:
        return None
    mine = {"person.id", "certificate.id"}
    keys = {line["facts"].get(name) for name in mine} - {None}
    history = [row for row in kept.history if keys & {row.get("person"), row.get("certificate")}]
    case, waived = _sheet_kept(kept.facts, kept.sources), _waived_kept(kept, [line])
    sheets = CaseSheets(case, _lines_kept([line]), waived=waived)
    return _recalled(kept, sheets, history)


def _fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def _lines_kept(lines: list[dict[str, Any]]) -> tuple[FactSheet, ...]:
    return tuple(_sheet_kept(line["facts"], line["sources"]) for line in lines)


def _sheet_kept(facts: Mapping[str, Any], sources: Mapping[str, str]) -> FactSheet:
    layers: dict[str, dict[str, Any]] = {layer.name: {} for layer in fields(FactSheet)}
    for name, value in facts.items():
        layers[sources[name]][name] = value
    return FactSheet(**layers)


def keep_assessment(
    application: Application, assessed: Assessed, *, occasion: str, at: datetime, vouched: bool = True
) -> Assessment:
    """Write down an assessment for good, pinned to the published version it used.

    ``vouched`` says whether facts that only the claimant stated were left out (``assess_vouched``).
    """
    if application.version is None:
        raise ValueError("A case is pinned to a version before its assessment is kept.")
    officers = assessed if vouched else for_officers(assessed)
    if has_roster(assessed.programme):
        keep_standings(application, officers.answer, officers.struck)
    keys = list(application.lines.values_list("pk", flat=True)) if assessed.lines else []
    return Assessment.objects.create(
        application=application,
        version=application.version,
        occasion=occasion,
        applied_on=assessed.applied_on,
        at=at,
        vouched=vouched,
        facts=assessed.sheet.facts,
        sources=assessed.sheet.sources,
        lines=[
            {"line": key, "facts": line.facts, "sources": line.sources}
            | ({"struck": True} if place in assessed.struck else {})
            | ({"waived": list(assessed.waived.lines[place])} if place in assessed.waived.lines else {})
            for place, (key, line) in enumerate(zip(keys, assessed.lines, strict=True))
        ],
        waived=list(assessed.waived.case),
        history=assessed.history,
        result=_written(assessed) | ({} if officers is assessed else {"vouched": _written(officers)}),
    )


def for_officers(assessed: Assessed) -> Assessed:
    """The same facts without those that only the claimant stated; itself where it has no roster."""
    if not has_roster(assessed.programme):
        return assessed
    dictionary = assessed.programme.dictionary

    def vouched(sheet: FactSheet, told: rules.Facts) -> rules.Facts:
        return {name: told[name] for name in sheet.vouched(dictionary) if name in told}

    case = {**vouched(assessed.sheet, assessed.told), APPLIED_ON: assessed.applied_on}
    lines = tuple(map(vouched, assessed.lines, assessed.told_lines))
    sheets = CaseSheets(assessed.sheet, assessed.lines, assessed.struck, assessed.waived)
    return _answered(assessed.programme, sheets, assessed.history, assessed.applied_on, (case, lines))


def _written(assessed: Assessed) -> dict[str, Any]:
    """The answer to keep. Of lines only what they came to: their findings follow from the facts kept beside it."""
    answer = assessed.answer
    said = {**replace(answer, lines=None).as_json(), "amount_fen": answer.amount_fen}
    if answer.lines is None:
        return said
    lines = [
        {"outcome": str(line.outcome), "amount_fen": line.amount_fen, "failed": list(line.failed)}
        for line in answer.lines
    ]
    return {**said, "lines": lines, "tally": assessed.tally.counts}
