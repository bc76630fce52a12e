"""A case as its officers see it: facts with what was looked up by hand, and what the rules say of them.

What only the claimant stated about a membership or a certificate does not count here: a register has it, or an
officer has looked and said where.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from jiangli import rules
from jiangli.applications.assessing import (
    Assessed,
    assess_vouched,
    programme_of,
    recall,
    recall_head,
    recall_line,
)
from jiangli.applications.models import Application, Assessment, Line
from jiangli.applications.sheet import Found, has_lines, has_roster
from jiangli.applications.status import Status
from jiangli.programmes.queries import rule
from jiangli.registers.models import Certificate, RegisterLoad
from jiangli.reviews.holds import holds_are_behind
from jiangli.reviews.models import Strike
from jiangli.reviews.overrides.models import Override
from jiangli.reviews.overrides.queries import confirmed, waived
from jiangli.reviews.queries import decision_of


def certificate_of(application: Application, line: Line | None) -> Certificate | None:
    """The certificate a look-up is about: of the row, or the only one of a claim without a roster."""
    if line is None:
        line = None if has_lines(programme_of(application)) else application.line
    return line.certificate if line else None


def looked_up(application: Application, only: Line | None = None) -> dict[int | None, dict[str, Any]]:
    """Facts found by hand, the newest of each, for the case itself (None) and for each line by its key.

    What was found for another certificate no longer counts; what was looked for last and not found is unknown.
    With ``only``, of no other line.
    """
    own = certificate_of(application, None)
    certificates: dict[int | None, UUID | None] = {None: own.pk if own else None}
    lines, rows = application.lines.all(), application.look_ups.order_by("at", "pk")
    if only is not None:
        lines, rows = lines.filter(pk=only.pk), rows.filter(Q(line=None) | Q(line=only))
    certificates |= dict(lines.values_list("pk", "certificate_id"))
    found: dict[int | None, dict[str, Any]] = {}
    for row in rows:
        if not row.fact.startswith("certificate.") or row.certificate_id == certificates[row.line_id]:
            facts = found.setdefault(row.line_id, {})
            if row.found:
                facts[row.fact] = row.value
            else:
                facts.pop(row.fact, None)
    return found


def struck_off(application: Application) -> set[int]:
    """The keys of the lines that officers left out."""
    struck = Strike.objects.filter(line__application=application, lifted_at=None)
    return set(struck.values_list("line_id", flat=True))


def assess_for_officer(application: Application, *, at: datetime) -> Assessed:
    """What the rules say now by what registers, lists and officers vouch for. Nothing is written.

    What two officers waived counts as met, as long as the facts it rested on are the same. An amount that was noted
    before a ceiling left less is unknown again: ``above`` says so.
    """
    found, struck = looked_up(application), struck_off(application)
    assessed = _within_ceilings(application, found, at=at, struck=struck)
    excused = waived(confirmed(application), assessed)
    if not excused:
        return assessed
    return _within_ceilings(application, found, at=at, struck=struck, waived=excused)


def _within_ceilings(application: Application, found: Found, *, at: datetime, **options: Any) -> Assessed:
    """Assessed by what officers found, without the amounts that are above what is left now."""
    above: rules.FactError | None = None
    while True:
        try:
            assessed = assess_vouched(application, at=at, officer=found, **options)
        except rules.FactError as error:
            if not any(error.at in facts for facts in found.values()):
                raise
            above = above or error
            found = {
                key: {name: value for name, value in facts.items() if name != error.at}
                for key, facts in found.items()
            }
        else:
            return replace(assessed, above=above)


def unchecked(assessed: Assessed) -> dict[str, Any]:
    """Facts that keep a condition open although the claimant stated them: fact → what was stated."""
    wanted = {name for finding in assessed.open for name in finding.unknown}
    return {name: value for name, value in assessed.sheet.stated.items() if name in wanted}


def assess_to_show(application: Application, *, at: datetime) -> Assessed:
    """What an officer sees: of a decided case what its decision rests on, of a returned one what it was
    returned with (corrections that are not handed in yet are nobody's business), of any other what holds now.

    A paid case would otherwise seem to bar itself.
    """
    decision = decision_of(application)
    if decision is not None:
        return recall(decision.assessment)
    last = application.assessments.first() if application.status == Status.RETURNED else None
    return assess_for_officer(application, at=at) if last is None else recall(last)


def kept_to_show(application: Application) -> Assessment | None:
    """The assessment an officer sees of a roster, without its lines: that of the decision, else the newest."""
    decision = decision_of(application)
    light = application.assessments.defer("lines", "history").select_related("version")
    return light.get(pk=decision.assessment_id) if decision else light.first()


def head_to_show(application: Application) -> tuple[Assessed, Assessment]:
    """What an officer sees of a roster without assessing its lines, and the assessment it was kept in."""
    kept = kept_to_show(application)
    assert kept is not None  # a filed case was assessed
    return recall_head(kept), kept


def is_behind(application: Application, kept: Assessment) -> bool:
    """Whether something that decides has come in since: a look-up, a strike, a load of a register;
    or nobody has assessed since the filing what other cases hold it.

    Of a case that is decided or with its claimant nothing has: what it was answered with stands.
    """
    if application.status != Status.SUBMITTED:
        return False
    if has_roster(rule(kept.version)) and holds_are_behind(application):
        return True
    strikes = Strike.objects.filter(line__application=application)
    overrides = Override.objects.filter(application=application)
    if not kept.vouched and (application.look_ups.exists() or strikes.exists()):
        return True  # handed in again: what officers found before is not in it yet
    return (
        application.look_ups.filter(at__gt=kept.at).exists()
        or strikes.filter(at__gt=kept.at).exists()
        or strikes.filter(lifted_at__gt=kept.at).exists()
        or overrides.filter(confirmed_at__gt=kept.at).exists()
        or overrides.filter(confirmed_at__isnull=False, ended_at__gt=kept.at).exists()
        or RegisterLoad.objects.filter(at__gt=kept.at).exists()
        or application.lines.filter(certificate__looked_up_at__gt=kept.at).exists()
    )


def assess_line_to_show(application: Application, line: Line, *, at: datetime) -> Assessed | None:
    """One line as if it stood alone: as it was decided or returned, else as it is known now.

    None for a line added to a returned roster: a correction not handed in yet is nobody's business.
    """
    if application.status == Status.SUBMITTED:
        found = looked_up(application, line)
        rows = [row for row in confirmed(application) if row.line_id in (None, line.pk)]
        assessed = _within_ceilings(application, found, at=at, only=line)
        excused = waived(rows, assessed)
        return _within_ceilings(application, found, at=at, waived=excused, only=line) if excused else assessed
    kept = kept_to_show(application)
    assert kept is not None
    return recall_line(kept, line.pk)
