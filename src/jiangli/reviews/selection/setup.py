"""How a round is set up: its days, what every entry of its result says, criteria and grades."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, Post, User
from jiangli.accounts.roles import Role
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.loads import dictionary
from jiangli.registers.recognitions.kinds import kind_of
from jiangli.reviews.selection.models import RoundExpert, SelectionRound
from jiangli.reviews.selection.permissions import cannot_be_at, cannot_hold, cannot_open
from jiangli.reviews.selection.status import Ranking, RoundState

BEFORE_CLOSING = (RoundState.RECEIVING, RoundState.PRELIMINARY, RoundState.SCORING)


@dataclass(frozen=True)
class Plan:
    """``criteria``: (title, weight in percent, most points). ``grades``: (least score of 100, value as written)."""

    kind: str
    name: str
    rules_number: str
    opens_on: date
    closes_on: date
    criteria: Sequence[tuple[str, int, int]]
    facts: Mapping[str, Any] = field(default_factory=dict)
    grades: Sequence[tuple[Decimal, str]] = ()
    ranking: str = Ranking.MEAN
    quota: int | None = None
    rules_address: str = ""


@transaction.atomic
def open_round(plan: Plan, *, by: User, at: datetime) -> SelectionRound:
    """Announce a round. Refused with what its setup lacks."""
    if reason := cannot_open(by, on=clock.day_of(at)):
        raise Refused(reason)
    kind = kind_of(plan.kind)
    if fault := _fault(plan):
        raise Refused(fault)
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)
    if SelectionRound.objects.filter(agency=agency, name=plan.name.strip()).exists():
        raise Refused(_("There is a round of this name already. Name the year too."))
    one = SelectionRound.objects.create(
        kind=kind.id,
        name=plan.name.strip(),
        agency=agency,
        rules_number=plan.rules_number.strip(),
        rules_address=plan.rules_address,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        quota=plan.quota,
        facts=_common(kind, plan.facts),
        criteria=[
            {"id": f"c{place}", "title": title.strip(), "weight": weight, "most": most}
            for place, (title, weight, most) in enumerate(plan.criteria, 1)
        ],
        grades=_grades(kind, plan.grades),
        ranking=plan.ranking,
        made_by=by,
        made_at=at,
    )
    record("selection.opened", one, by=by, at=at, kind=kind.id, criteria=one.criteria, grades=one.grades)
    return one


def _fault(plan: Plan) -> str | None:
    if not plan.name.strip() or not plan.rules_number.strip():
        return _("Write the name of the round, and the document by which it is held.")
    if plan.closes_on < plan.opens_on:
        return _("The last day lies before the first.")
    if plan.ranking not in Ranking.values:
        return _("Choose how the scores are put together.")
    if not plan.criteria or any(
        not title.strip() or weight < 1 or most < 1 for title, weight, most in plan.criteria
    ):
        return _("Each criterion has a title, a weight and the most points, both at least 1.")
    if (total := sum(weight for _title, weight, _most in plan.criteria)) != 100:
        return _("The weights sum to %(total)s. Together they have to be 100.") % {"total": total}
    return None


def _common(kind: rules.Recognised, said: Mapping[str, Any]) -> dict[str, Any]:
    """What every entry of the result will say: all facts of the kind but its grade."""
    wanted = [name for name in kind.facts if name != kind.grade]
    given = rules.facts_from(dictionary(), said, only=wanted)
    for slip in given.slips:
        label = dictionary()[slip.fact].label.zh if slip.fact in dictionary() else slip.fact
        raise Refused(f"{label}: {slip.words.zh}")
    for name in wanted:
        if name not in given.facts:
            raise Refused(
                _("%(fact)s is missing: every entry of the result says it.")
                % {"fact": dictionary()[name].label.zh}
            )
    return given.facts


def _grades(kind: rules.Recognised, rows: Sequence[tuple[Decimal, str]]) -> list[dict[str, Any]]:
    """Thresholds in hundredths of a point, the highest first; none where grades are entered by hand."""
    if rows and not kind.grade:
        raise Refused(_("This kind has no grades. Leave them blank."))
    found = []
    for least, written in rows:
        given = rules.facts_from(dictionary(), {kind.grade: written})
        if kind.grade not in given.facts or not least.is_finite() or not 0 <= least <= 100:
            raise Refused(
                _("“%(grade)s” from %(least)s points is no grade.") % {"grade": written, "least": least}
            )
        found.append({"least": int(least * 100), "value": given.facts[kind.grade]})
    if len({row["least"] for row in found}) < len(found):
        raise Refused(_("Two grades begin at the same score."))
    return sorted(found, key=lambda row: -row["least"])


def criteria_of(text: str) -> list[tuple[str, int, int]]:
    """Lines such as ``技术水平 40 100``: title, weight, most points. Refused with the line that is none."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = line.replace("%", " ").rsplit(maxsplit=2)
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts[1:]):
            raise Refused(_("Write each criterion as title, weight, most points: %(line)s") % {"line": line})
        found.append((parts[0], int(parts[1]), int(parts[2])))
    return found


def grades_of(text: str) -> list[tuple[Decimal, str]]:
    """Lines such as ``90 优秀``. Refused with the line that is none."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        least, _blank, written = line.partition(" ")
        try:
            found.append((Decimal(least), written.strip()))
        except InvalidOperation:
            raise Refused(_("Write each grade as least score, grade: %(line)s") % {"line": line}) from None
    return found


@transaction.atomic
def name_experts(one: SelectionRound, users: Collection[User], *, by: User, at: datetime) -> SelectionRound:
    """Who scores, all at once. Whoever is left out no longer counts, nor do the sheets they gave."""
    one = SelectionRound.objects.select_for_update().get(pk=one.pk)
    if reason := cannot_hold(one, by, on=clock.day_of(at)) or cannot_be_at(one, *BEFORE_CLOSING):
        raise Refused(reason)
    keys = {user.pk for user in users}
    known = Post.objects.filter(
        user__in=keys, user__agency=one.agency_id, user__is_active=True, role=Role.EXPERT
    )
    if set(known.values_list("user", flat=True)) != keys:
        raise Refused(_("Only accounts with the post of expert can be named."))
    if one.state == RoundState.SCORING and not keys:
        raise Refused(_("At least one expert has to score."))
    one.experts.exclude(user__in=keys).delete()
    there = set(one.experts.values_list("user", flat=True))
    RoundExpert.objects.bulk_create(
        RoundExpert(round=one, user_id=key) for key in sorted(keys - there, key=str)
    )
    record("selection.experts_named", one, by=by, at=at, experts=sorted(map(str, keys)))
    return one
