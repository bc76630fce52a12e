"""Ask the rules about a case, and keep what they said with everything they were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from jiangli import clock, rules
from jiangli.applications.models import Application, Assessment
from jiangli.applications.sheet import FactSheet, sheet_of
from jiangli.programmes.queries import rule, rule_in_force
from jiangli.registers.queries import earlier_payments


@dataclass(frozen=True)
class Assessed:
    """An answer of the rules beside the facts and history it rests on."""

    programme: rules.Programme
    sheet: FactSheet
    history: list[dict[str, Any]]
    applied_on: date
    answer: rules.Assessment
    told: rules.Facts  # the parsed facts that the rules were told

    @property
    def wrong(self) -> list[rules.Finding]:
        """Conditions that are certainly false and no mere fault: the claim cannot be."""
        return [finding for finding in self.answer.findings if finding.state is False and not finding.fault]

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
    """The day that counts: of the first filing, or today for what is not filed yet."""
    return clock.day_of(application.first_filed_at or at)


def assess(application: Application, *, at: datetime) -> Assessed:
    """What the rules say of the case now if everything is as the claimant states it. Nothing is written."""
    return _assess(application, at=at, officer={}, vouched=False)


def assess_vouched(application: Application, *, at: datetime, officer: Mapping[str, Any]) -> Assessed:
    """What the rules say of the case now by what registers, lists and officers vouch for. Nothing is written."""
    return _assess(application, at=at, officer=officer, vouched=True)


def _assess(application: Application, *, at: datetime, officer: Mapping[str, Any], vouched: bool) -> Assessed:
    programme = programme_of(application)
    day = applied_on(application, at=at)
    draft_of = programme if application.version is None else None
    sheet = sheet_of(application, on=clock.day_of(at), officer=officer, programme=draft_of)
    history = earlier_payments(application.line.person, application.line.certificate)
    told = sheet.vouched(programme.dictionary) if vouched else sheet.facts
    facts, past = programme.dictionary.parse(told), [_past(row) for row in history]
    answer = rules.assess(programme, facts, on=day, history=past)
    return Assessed(programme, sheet, history, day, answer, facts)


def _past(row: Mapping[str, str]) -> rules.PastPayment:
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
    programme = rule(kept.version)
    layers: dict[str, dict[str, Any]] = {layer.name: {} for layer in fields(FactSheet)}
    for name, value in kept.facts.items():
        layers[kept.sources[name]][name] = value
    sheet = FactSheet(**layers)
    told = sheet.vouched(programme.dictionary) if kept.vouched else sheet.facts
    facts, past = programme.dictionary.parse(told), [_past(row) for row in kept.history]
    answer = rules.assess(programme, facts, on=kept.applied_on, history=past)
    return Assessed(programme, sheet, kept.history, kept.applied_on, answer, facts)


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
        history=assessed.history,
        result={**assessed.answer.as_json(), "amount_fen": assessed.answer.amount_fen},
    )
