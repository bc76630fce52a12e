"""What a programme's law says of filing a class before it begins. Nothing here knows a programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiangli import rules
from jiangli.applications.filings.facts import FILED, FILED_ON, GROUP, REAL_NAME, STARTED_ON
from jiangli.applications.filings.models import Filing, Timing
from jiangli.applications.sheet import has_roster
from jiangli.programmes.queries import rule, rule_in_force
from jiangli.registers.queries import organisation_facts
from jiangli.rules.days import days_after


def law_of(filing: Filing) -> rules.Programme:
    """The programme as it was when the class was filed; a draft follows the version in force."""
    return rule(filing.version) if filing.version else rule_in_force(filing.programme_code)


def filing_stage(law: rules.Programme) -> rules.Stage | None:
    """The stage at which an organisation files a class; None where its law asks for no such thing."""
    if law.claimant != "organisation":
        return None
    return next((s for s in law.stages if s.kind == "file_before" and s.agency == "claimant"), None)


def examination(law: rules.Programme) -> int | None:
    """The stage at which the agency examines who the trainees are: a review before the last filing."""
    filings = [i for i, stage in enumerate(law.stages) if stage.kind == "file"]
    if filing_stage(law) is None or not filings:
        return None
    return next((i for i in range(filings[-1]) if law.stages[i].kind == "review"), None)


def agency_for(law: rules.Programme) -> str:
    """The agency with which a class is filed: the one that examines it, else the programme's own."""
    at = examination(law)
    return law.agency if at is None else law.stages[at].agency


def lists_trainees(law: rules.Programme) -> bool:
    """Whether a class has a list of persons: where the claim is a roster of them."""
    return has_roster(law) and law.lines == "person"


def asked_of_trainee(law: rules.Programme) -> tuple[str, ...]:
    """The facts each trainee is asked beside name and number: of those only what the law reads."""
    return tuple(name for name in (GROUP, REAL_NAME) if name in law.facts_read)


def timing(law: rules.Programme, *, filed_on: date, opens_on: date) -> Timing:
    """Whether a class that opens on ``opens_on`` is filed early enough on ``filed_on``: calendar days."""
    if filed_on >= opens_on:
        return Timing.AFTER
    stage = filing_stage(law)
    days = stage.days if stage else None
    return Timing.SHORT if days and days_after(filed_on, days) > opens_on else Timing.EARLY


@dataclass(frozen=True)
class Prospect:
    """What the law says of a class already: ``barred`` would get nothing, ``warned`` is only told."""

    barred: tuple[rules.Finding, ...]
    warned: tuple[rules.Finding, ...]


def prospect(filing: Filing, *, filed_on: date) -> Prospect:
    """The conditions that are false already for everybody of this class if it is filed on ``filed_on``.

    Only what the organisation and the days of the class settle; whatever else is open.
    """
    law = law_of(filing)
    if filing.opens_on is None:
        return Prospect((), ())
    given = {FILED: True, FILED_ON: filed_on.isoformat(), STARTED_ON: filing.opens_on.isoformat()}
    of_class = law.dictionary.parse({name: value for name, value in given.items() if name in law.facts_read})
    known: dict[str, Any] = {**organisation_facts(filing.organisation, on=filed_on)}
    of_claim = {**law.dictionary.parse(known), **of_class}
    lines = [of_class] if has_roster(law) else None
    answer = rules.assess(law, of_claim, on=filed_on, lines=lines)
    found = [*answer.findings, *(finding for line in answer.lines or () for finding in line.findings)]
    false = {finding.id: finding for finding in found if finding.state is False}
    settled = {*of_class, *of_claim}
    barred = tuple(f for f in false.values() if set(f.facts) & settled and not f.fault)
    warnings = {one.id for one in law.warnings}
    told = [*answer.warnings, *(finding for line in answer.lines or () for finding in line.told)]
    warned = tuple(finding for finding in told if finding.id in warnings and finding.state is False)
    return Prospect(barred, warned)
