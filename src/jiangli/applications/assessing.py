"""Ask the rules about a case, and keep what they said with everything they were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from jiangli import clock, rules
from jiangli.applications.models import Application, Assessment
from jiangli.applications.sheet import CaseSheets, FactSheet, Found, has_roster, sheets_of
from jiangli.programmes.queries import rule, rule_in_force
from jiangli.registers.queries import earlier_payments


@dataclass(frozen=True)
class Assessed:
    """An answer of the rules beside the facts and history it rests on.

    ``sheet`` and ``told`` are of the case, ``lines`` and ``told_lines`` of its rows in their order; none where
    it has no roster. ``told``: the parsed facts that the rules were told.
    """

    programme: rules.Programme
    sheet: FactSheet
    lines: tuple[FactSheet, ...]
    history: list[dict[str, Any]]
    applied_on: date
    answer: rules.Assessment
    told: rules.Facts
    told_lines: tuple[rules.Facts, ...]

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
    """What the rules say of the case now if everything is as the claimant states it. Nothing is written."""
    return _assess(application, at=at, officer={}, vouched=False)


def assess_vouched(application: Application, *, at: datetime, officer: Found) -> Assessed:
    """What the rules say of the case now by what registers, lists and officers vouch for. Nothing is written."""
    return _assess(application, at=at, officer=officer, vouched=True)


def _assess(application: Application, *, at: datetime, officer: Found, vouched: bool) -> Assessed:
    programme, day = programme_of(application), applied_on(application, at=at)
    sheets = sheets_of(application, programme, on=clock.day_of(at), officer=officer)
    return _answered(programme, sheets, _history(application), day, vouched=vouched)


def _history(application: Application) -> list[dict[str, Any]]:
    lines = application.lines.values_list("person_id", "certificate_id")
    persons = {key for key in (application.claimant_id, *(person for person, _ in lines)) if key}
    certificates = {certificate for _, certificate in lines if certificate}
    return earlier_payments(persons, certificates, application.organisation)


def _answered(
    programme: rules.Programme,
    sheets: CaseSheets,
    history: list[dict[str, Any]],
    day: date,
    *,
    vouched: bool,
) -> Assessed:
    """What the rules say of these facts; the lines of a roster are assessed, those of an attached list counted."""
    dictionary = programme.dictionary

    def told(sheet: FactSheet) -> rules.Facts:
        return dictionary.parse(sheet.vouched(dictionary) if vouched else sheet.facts)

    facts, lines = told(sheets.case), tuple(told(line) for line in sheets.lines)
    past = [past_payment(row) for row in history]
    if has_roster(programme):
        answer = rules.assess(programme, facts, on=day, history=past, lines=lines)
    else:
        facts = rules.count_rows(programme, facts, on=day, rows=lines) if lines else facts
        answer = rules.assess(programme, facts, on=day, history=past)
    return Assessed(programme, sheets.case, sheets.lines, history, day, answer, facts, lines)


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
    sheets = CaseSheets(
        _sheet_kept(kept.facts, kept.sources),
        tuple(_sheet_kept(line["facts"], line["sources"]) for line in kept.lines),
    )
    return _answered(rule(kept.version), sheets, kept.history, kept.applied_on, vouched=kept.vouched)


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
    return Assessment.objects.create(
        application=application,
        version=application.version,
        occasion=occasion,
        applied_on=assessed.applied_on,
        at=at,
        vouched=vouched,
        facts=assessed.sheet.facts,
        sources=assessed.sheet.sources,
        lines=[{"facts": line.facts, "sources": line.sources} for line in assessed.lines],
        history=assessed.history,
        result={**assessed.answer.as_json(), "amount_fen": assessed.answer.amount_fen},
    )
