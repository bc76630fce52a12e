"""A case as its officers see it: facts with what was looked up by hand, and what the rules say of them.

What only the claimant stated about a membership or a certificate does not count here: a register has it, or an
officer has looked and said where.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from jiangli.applications.assessing import Assessed, assess_vouched, programme_of, recall
from jiangli.applications.models import Application, Line
from jiangli.applications.sheet import has_lines
from jiangli.applications.status import Status
from jiangli.registers.models import Certificate


def certificate_of(application: Application, line: Line | None) -> Certificate | None:
    """The certificate a look-up is about: of the row, or the only one of a claim without a roster."""
    if line is None:
        line = None if has_lines(programme_of(application)) else application.line
    return line.certificate if line else None


def looked_up(application: Application) -> dict[int | None, dict[str, Any]]:
    """Facts found by hand, the newest of each, for the case itself (None) and for each line by its key.

    What was found for another certificate no longer counts.
    """
    own = certificate_of(application, None)
    certificates: dict[int | None, UUID | None] = {None: own.pk if own else None}
    certificates |= dict(application.lines.values_list("pk", "certificate_id"))
    found: dict[int | None, dict[str, Any]] = {}
    for row in application.look_ups.order_by("at", "pk"):
        if not row.fact.startswith("certificate.") or row.certificate_id == certificates[row.line_id]:
            found.setdefault(row.line_id, {})[row.fact] = row.value
    return found


def assess_for_officer(application: Application, *, at: datetime) -> Assessed:
    """What the rules say now by what registers, lists and officers vouch for. Nothing is written."""
    return assess_vouched(application, at=at, officer=looked_up(application))


def unchecked(assessed: Assessed) -> dict[str, Any]:
    """Facts that keep a condition open although the claimant stated them: fact → what was stated."""
    wanted = {name for finding in assessed.open for name in finding.unknown}
    return {name: value for name, value in assessed.sheet.stated.items() if name in wanted}


def assess_to_show(application: Application, *, at: datetime) -> Assessed:
    """What an officer sees: of a decided case what its decision rests on, of a returned one what it was
    returned with (corrections that are not handed in yet are nobody's business), of any other what holds now.

    A paid case would otherwise seem to bar itself.
    """
    decision = getattr(application, "decision", None)
    if decision is not None:
        return recall(decision.assessment)
    last = application.assessments.first() if application.status == Status.RETURNED else None
    return assess_for_officer(application, at=at) if last is None else recall(last)
