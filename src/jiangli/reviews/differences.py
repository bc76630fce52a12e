"""What registers and lists said of a case when it was filed, or last looked at, and say otherwise now.

A kept assessment is the snapshot: its facts, and where each came from. What an officer looked up outweighs a
register, so that a change beneath it changes nothing and is not told here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import clock, rules
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Assessment
from jiangli.applications.queries import language
from jiangli.applications.sheet import case_sheet, has_roster
from jiangli.applications.status import Status

FILED = ("submission", "resubmission", "list")  # occasions at which a case comes in
FROM_REGISTERS = {"listed", "register"}
OUTWEIGHS = {"officer", "system"}
NAMED = 5  # facts that a refusal names


@dataclass(frozen=True)
class Difference:
    """``was`` and ``now`` are the contract's values, None where nobody said anything.

    ``conditions`` are those it changes: (id, state before, state now). ``line`` is a line's number; None: the case.
    """

    fact: str
    was: Any
    now: Any
    conditions: tuple[tuple[str, bool | None, bool | None], ...]
    line: int | None = None


def as_of_now(application: Application, assessed: Assessed, *, at: datetime) -> Assessed:
    """What is shown of a case in review, with what registers say of the case itself now.

    Of a roster its pages show what was kept; its lines are left as they are.
    """
    if application.status != Status.SUBMITTED or not has_roster(assessed.programme):
        return assessed
    programme, kept = assessed.programme, assessed.sheet
    sheet = case_sheet(application, programme, on=clock.day_of(at))
    sheet = replace(sheet, officer=kept.officer, system={**sheet.system, **kept.system})
    gone = {name for name, by in kept.sources.items() if by in FROM_REGISTERS} - sheet.facts.keys()
    told = {name: value for name, value in assessed.told.items() if name not in gone}
    told |= programme.dictionary.parse(sheet.vouched(programme.dictionary))
    return replace(assessed, sheet=sheet, told=told)


def filed_as(application: Application) -> Assessment | None:
    """The snapshot of the newest filing."""
    return application.assessments.filter(occasion__in=FILED).first()


def since_filing(application: Application, assessed: Assessed) -> list[Difference]:
    """What is otherwise than at the filing, of the case itself."""
    kept = filed_as(application)
    return _of_case(kept, assessed) if kept else []


def since_last_look(application: Application, assessed: Assessed) -> list[Difference]:
    """What is otherwise than when the case was last assessed and kept, of the case itself."""
    kept = application.assessments.defer("lines", "history").first()
    return _of_case(kept, assessed) if kept else []


def of_line(application: Application, key: int, number: int, assessed: Assessed) -> list[Difference]:
    """What is otherwise than at the filing, of one line that was assessed as if it stood alone."""
    kept = filed_as(application)
    row = next((row for row in kept.lines if row["line"] == key), None) if kept else None
    if row is None or not assessed.lines:
        return []
    told, sheet = assessed.facts_of(1), assessed.lines[0]
    changed = _changed(row["facts"], row["sources"], sheet.facts, sheet.sources)
    return _told(assessed.programme, told, changed, number)


def changed_lines(application: Application) -> list[int]:
    """The keys of the lines of which a register or list says otherwise now than at the filing, as last assessed."""
    before, now = filed_as(application), application.assessments.first()
    if before is None or now is None:
        return []
    return [key for key, found in _lines_between(before.lines, now.lines) if found]


def seen(found: Iterable[Difference]) -> str:
    """What stands for these differences in a form: nobody confirms what they were not shown."""
    text = "|".join(sorted(f"{one.line or ''}:{one.fact}={one.now!r}" for one in found))
    return hashlib.sha256(text.encode()).hexdigest()[:24] if text else ""


def cannot_overlook(application: Application, assessed: Assessed, shown: str | None) -> str | None:
    """Why the case has to be looked at again: registers say otherwise since, and not all of it was shown.

    Lines of a roster are checked again on their page, which keeps them anew.
    """
    if shown is None:
        return None
    found = since_last_look(application, assessed)
    names = list(dict.fromkeys(one.fact for one in found))
    if names and seen(found) != shown:
        labels = [assessed.programme.dictionary[name].label.say(language()) for name in names[:NAMED]]
        return _("Registers say otherwise by now: %(facts)s. Look at the case again.") % {
            "facts": "、".join(labels)
        }
    if n := len(_lines_since(application, assessed)):
        return ngettext(
            "Registers say otherwise of %(n)s line by now. Check all lines again, then pass.",
            "Registers say otherwise of %(n)s lines by now. Check all lines again, then pass.",
            n,
        ) % {"n": n}
    return None


def _lines_since(application: Application, assessed: Assessed) -> list[int]:
    if not has_roster(assessed.programme):
        return []
    kept = application.assessments.only("lines").first()
    keys = list(application.lines.values_list("pk", flat=True))
    now = [
        {"line": key, "facts": sheet.facts, "sources": sheet.sources}
        for key, sheet in zip(keys, assessed.lines, strict=True)
    ]
    return [key for key, found in _lines_between(kept.lines if kept else [], now) if found]


def _lines_between(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[int, dict[str, tuple[Any, Any]]]]:
    rows = {row["line"]: row for row in before}
    for row in now:
        if (was := rows.get(row["line"])) is not None:
            yield row["line"], _changed(was["facts"], was["sources"], row["facts"], row["sources"])


def _of_case(kept: Assessment, assessed: Assessed) -> list[Difference]:
    sheet = assessed.sheet
    changed = _changed(kept.facts, kept.sources, sheet.facts, sheet.sources)
    return _told(assessed.programme, assessed.told, changed)


def _changed(
    facts: Mapping[str, Any],
    sources: Mapping[str, str],
    facts_now: Mapping[str, Any],
    sources_now: Mapping[str, str],
) -> dict[str, tuple[Any, Any]]:
    """Facts that a register or list gives, then or now, and that are not the same: name → before, now."""

    def said(name: str, values: Mapping[str, Any], by: Mapping[str, str]) -> Any:
        return values.get(name) if by.get(name) in FROM_REGISTERS else None

    found = {}
    for name in dict.fromkeys([*facts, *facts_now]):
        if {sources.get(name), sources_now.get(name)} & OUTWEIGHS:
            continue
        was, now = said(name, facts, sources), said(name, facts_now, sources_now)
        if was != now:
            found[name] = (was, now)
    return found


def _told(
    programme: rules.Programme,
    told: rules.Facts,
    changed: Mapping[str, tuple[Any, Any]],
    line: int | None = None,
) -> list[Difference]:
    """Each difference with the conditions that come out otherwise by it alone."""
    return [
        Difference(name, was, now, tuple(_turned(programme, told, name, was)), line)
        for name, (was, now) in changed.items()
        if name in programme.facts_read
    ]


def _turned(
    programme: rules.Programme, told: rules.Facts, name: str, was: Any
) -> Iterator[tuple[str, bool | None, bool | None]]:
    before = {fact: value for fact, value in told.items() if fact != name}
    if was is not None:
        before |= programme.dictionary.parse({name: was})
    for condition in (*programme.claim, *programme.line):
        if condition.rule is not None and name in condition.facts:
            then, now = condition.rule.run(before), condition.rule.run(told)
            if then is not now:
                yield condition.id, then, now
