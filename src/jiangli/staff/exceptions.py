"""Differences and exceptions in words, as the pages of a case, of a line and of the list show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.status import Status
from jiangli.looks.states import STATES
from jiangli.reviews import differences
from jiangli.reviews.overrides.models import Override, OverrideState
from jiangli.reviews.overrides.queries import fell_away
from jiangli.rules import Programme
from jiangli.staff.sheet import mark_of
from jiangli.staff.words import fact_label, language, value_in_words

WORDS = {True: "met", False: "unmet", None: "unknown"}


def differing_rows(found: Iterable[differences.Difference], programme: Programme) -> list[dict[str, Any]]:
    """Each difference with the fact before and now, and the conditions that come out otherwise."""
    return [
        {
            "label": fact_label(programme, one.fact),
            "was": _value(programme, one.fact, one.was),
            "now": _value(programme, one.fact, one.now),
            "turned": [_turned(programme, *turned) for turned in one.conditions],
        }
        for one in found
    ]


def _value(programme: Programme, fact: str, value: Any) -> str:
    return _("Not known") if value is None else value_in_words(programme, fact, value)


def _turned(programme: Programme, id: str, before: bool | None, now: bool | None) -> str:
    states = STATES["condition"]
    words = {"before": states[WORDS[before]].word, "now": states[WORDS[now]].word}
    return _("%(id)s: %(before)s before, %(now)s now") % {"id": mark_of(programme, id), **words}


def changes_of(application: Application, assessed: Assessed) -> list[dict[str, Any]]:
    """What registers say otherwise of the case itself since it was filed."""
    now = differences.as_of_now(application, assessed, at=clock.now())
    return differing_rows(differences.since_filing(application, now), assessed.programme)


def changes_of_line(application: Application, line: Line, assessed: Assessed) -> list[dict[str, Any]]:
    found = differences.of_line(application, line.pk, line.number, assessed)
    return differing_rows(found, assessed.programme)


def line_conditions(programme: Programme) -> set[str]:
    """The conditions of a roster's lines; none where a claim is its own only line."""
    return {each.id for each in programme.line} if programme.lines in {"person", "month"} else set()


def condition_title(programme: Programme, id: str) -> str:
    condition = programme.condition(id)
    title = condition.title.say(language()) if condition.title else ""
    return f"{mark_of(programme, id)} {title}".strip()


def exceptions_of(
    application: Application, assessed: Assessed, line: Line | None = None
) -> list[dict[str, Any]]:
    """The exceptions of a case, or of one line of it."""
    rows = Override.objects.filter(application=application).select_related("asked_by", "line", "application")
    if line is not None:
        rows = rows.filter(line=line)
    return [told(row, programme_of(application), assessed) for row in rows]


def told(row: Override, programme: Programme, assessed: Assessed | None = None) -> dict[str, Any]:
    """One exception; with the case as it is now also whether it fell away."""
    code, word = row.state, str(row.get_state_display())
    open_case = row.application.status == Status.SUBMITTED
    if assessed is not None and open_case and row.state == OverrideState.CONFIRMED and _away(row, assessed):
        code, word = "fallen", _("Facts are otherwise: it counts no more")
    where = _("line %(number)s") % {"number": row.line.number} if row.line else ""
    return {
        "row": row,
        "pk": row.pk,
        "title": " · ".join(filter(None, [condition_title(programme, row.condition), where])),
        "reason": row.reason,
        "code": code,
        "word": word,
        "asked": str(row.asked_by),
        "number": row.application.number,
        "programme": programme.title.say(language()),
    }


def _away(row: Override, assessed: Assessed) -> bool:
    """Whether it fell away; of a line only where its facts are at hand."""
    if row.line is not None and not assessed.told_lines:
        return False
    return fell_away(row, assessed)
