"""Which exceptions of a case stand: confirmed by two, and resting on facts that are still so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from jiangli import clock, rules
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application
from jiangli.reviews.models import Decision
from jiangli.reviews.overrides.models import Override, OverrideState


def confirmed(application: Application) -> list[Override]:
    """The exceptions that two officers confirmed, whether they still stand or not."""
    return list(
        Override.objects.filter(application=application, state=OverrideState.CONFIRMED).select_related("line")
    )


def resting(condition: rules.Condition, facts: rules.Facts) -> dict[str, str | None]:
    """The facts that a condition reads, as text to compare; None for one nobody knows."""
    return {name: None if facts.get(name) is None else str(facts[name]) for name in condition.facts}


def facts_for(override: Override, assessed: Assessed) -> rules.Facts | None:
    """The facts by which its condition is judged; None where its line is not on this roster."""
    if override.line is None:
        return assessed.told
    if assessed.counted is not None:
        return None
    keys = list(override.application.lines.values_list("pk", flat=True))
    if len(assessed.told_lines) == 1:  # a line that is assessed as if it stood alone
        return {**assessed.told, **assessed.told_lines[0]}
    if override.line_id not in keys or len(keys) != len(assessed.told_lines):
        return None
    return {**assessed.told, **assessed.told_lines[keys.index(override.line_id)]}


def fell_away(override: Override, assessed: Assessed) -> bool:
    """Whether a fact it rested on is otherwise now: then it has to be asked anew. A case that is decided rests."""
    facts = facts_for(override, assessed)
    condition = assessed.programme.condition(override.condition)
    return facts is None or resting(condition, facts) != override.rests_on


def waived(rows: list[Override], assessed: Assessed) -> dict[int | None, list[str]]:
    """The conditions that count as met in this case: key of a line (None: the case) → ids."""
    found: dict[int | None, list[str]] = defaultdict(list)
    for row in rows:
        if not fell_away(row, assessed):
            found[row.line_id].append(row.condition)
    return dict(found)


def by_exception(application: Application, assessed: Assessed) -> list[dict[str, str]]:
    """What is approved although a condition is not met: the condition, on what ground, and the two who waived it."""
    found = []
    for row in confirmed(application):
        number = row.line.number if row.line else 0
        if row.condition not in _waived_ids(assessed, number):
            continue
        condition = assessed.programme.condition(row.condition)
        title = condition.title.say("zh") if condition.title else condition.id
        where = f"，名单第 {number} 行" if number else ""
        said = f"{title}（经两人批准不要求{where}）"
        quote, clause = condition.basis.quote or "", condition.basis.clause or ""
        words = {"id": condition.id, "tell": said, "quote": quote, "clause": clause}
        found.append(words | {"ground": row.ground, "why": row.reason})
    return found


def _waived_ids(assessed: Assessed, number: int) -> set[str]:
    """The conditions that counted as met by an exception, of the case (0) or of one line (from 1)."""
    findings = assessed.answer.lines[number - 1].findings if number and assessed.answer.lines else ()
    return {finding.id for finding in findings or assessed.answer.findings if finding.waived}


def by_month(rows: QuerySet[Override]) -> list[tuple[str, int, int]]:
    """(month, exceptions, what their cases were approved for in fen), the earliest first; a case counts once."""
    found = with_amount(rows).order_by().values_list("asked_at", "application", "paid_fen")
    return _summed((f"{clock.day_of(at):%Y-%m}", case, fen) for at, case, fen in found)


def by_programme(rows: QuerySet[Override]) -> list[tuple[str, str, int, int]]:
    """(agency, programme, exceptions, fen) of the same rows."""
    names = ("agency__short_name", "application__programme_code", "application", "paid_fen")
    found = with_amount(rows).order_by().values_list(*names)
    told = _summed(((agency, code), case, fen) for agency, code, case, fen in found)
    return [(agency, code, n, fen) for (agency, code), n, fen in told]


def _summed(rows: Iterable[tuple[Any, Any, int | None]]) -> list[tuple[Any, int, int]]:
    counts: dict[Any, int] = defaultdict(int)
    paid: dict[Any, dict[Any, int]] = defaultdict(dict)
    for key, case, fen in rows:
        counts[key] += 1
        paid[key][case] = fen or 0
    return [(key, counts[key], sum(paid[key].values())) for key in sorted(counts)]


def with_amount(rows: QuerySet[Override]) -> QuerySet[Any]:
    """With ``paid_fen``: what the case of each was approved for, where its decision stands; else None."""
    decided = Decision.objects.filter(
        application=OuterRef("application"), set_aside_at=None, amount_fen__gt=0
    )
    return rows.annotate(paid_fen=Subquery(decided.values("amount_fen")[:1]))
