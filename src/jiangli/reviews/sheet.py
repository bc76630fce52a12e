"""A case as its officers see it: facts with what was looked up by hand, and what the rules say of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiangli.applications.assessing import Assessed, assess, recall
from jiangli.applications.models import Application


def looked_up(application: Application) -> dict[str, Any]:
    """Facts found by hand, the newest of each. What was found for another certificate no longer counts."""
    certificate = application.line.certificate_id
    return {
        row.fact: row.value
        for row in application.look_ups.order_by("at", "pk")
        if not row.fact.startswith("certificate.") or row.certificate_id == certificate
    }


def assess_for_officer(application: Application, *, at: datetime) -> Assessed:
    """What the rules say now, with the officers' look-ups. Nothing is written."""
    return assess(application, at=at, officer=looked_up(application))


def assess_to_show(application: Application, *, at: datetime) -> Assessed:
    """What an officer sees: of a decided case what its decision rests on, of any other what holds now.

    A paid case would otherwise seem to bar itself.
    """
    decision = getattr(application, "decision", None)
    return assess_for_officer(application, at=at) if decision is None else recall(decision.assessment)
