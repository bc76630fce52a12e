"""What an officer does with the lines of a roster: note what was found for many, leave one out, check all again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import Assessed, keep_assessment, programme_of
from jiangli.applications.commitments import release_fallen
from jiangli.applications.guard import keys_by_line, reserve
from jiangli.applications.models import Application, Assessment, Line
from jiangli.applications.sheet import has_lines, has_roster
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.attachments.actions import Stored, attach
from jiangli.reviews.holds import keep_holds
from jiangli.reviews.models import LookUp, Strike
from jiangli.reviews.permissions import cannot_be_looked_up, cannot_look_up, cannot_strike
from jiangli.reviews.sheet import assess_for_officer

MOST_AT_ONCE = 500  # rows of one INSERT


@transaction.atomic
def look_up_lines(
    application: Application,
    fact: str,
    found: Mapping[int, Any],
    *,
    place: str,
    note: str = "",
    site: str = "",
    picture: Stored | None = None,
    by: User,
    at: datetime,
) -> int:
    """Record what was found for many lines in one place: key of a line → the contract's value, None: not found
    there. How many it were. ``picture`` shows all of them.

    One act: either every line has it noted or none. Refused for a fact only the claimant can state, and for a line
    of another case; ``rules.FactError`` for a value that is not one of the fact's type.
    """
    application = locked(application)
    if reason := cannot_look_up(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not place.strip() or not found:
        raise Refused(_("Say where you looked it up."))
    programme = programme_of(application)
    if reason := cannot_be_looked_up(programme, fact):
        raise Refused(reason)
    for value in {repr(value): value for value in found.values()}.values():
        if value is not None:
            rules.parse_fact(programme.dictionary, fact, value)
    certificates = dict(application.lines.values_list("pk", "certificate_id"))
    if not has_lines(programme) or found.keys() - certificates.keys():
        raise Refused(_("This case has no such line."))
    shown = attach(application, picture, by=by, at=at) if picture else None
    LookUp.objects.bulk_create(
        [
            LookUp(
                application=application,
                line_id=key,
                certificate_id=certificates[key],
                fact=fact,
                found=value is not None,
                value=value,
                place=place,
                site=site,
                picture=shown,
                note=note,
                by=by,
                at=at,
            )
            for key, value in found.items()
        ],
        batch_size=MOST_AT_ONCE,
    )
    _keep(application, occasion="look-up", at=at)
    record("fact.looked_up", application, by=by, at=at, facts=[fact], lines=len(found))
    return len(found)


@transaction.atomic
def strike(line: Line, *, condition: str, reason: str, by: User, at: datetime) -> Strike:
    """Leave a line out of its roster, with a reason and the condition whose clause it rests on. Safe to run twice."""
    application = locked(line.application)
    if why_not := cannot_strike(application, line, by, on=clock.day_of(at)):
        raise Refused(why_not)
    if not reason.strip():
        raise Refused(_("Say why the line is left out."))
    if condition not in {each.id for each in programme_of(application).conditions}:
        raise Refused(_("This programme has no condition %(id)s.") % {"id": condition})
    row, made = Strike.objects.get_or_create(
        line=line,
        lifted_at=None,
        defaults={"condition": condition, "reason": reason.strip(), "by": by, "at": at},
    )
    if made:
        _keep(application, occasion="strike", at=at)
        record("line.struck", application, by=by, at=at, line=line.number, condition=condition)
    return row


@transaction.atomic
def restore(line: Line, *, by: User, at: datetime) -> None:
    """Put a line back on its roster; what it counts once is reserved again. Safe to run twice.

    Refused where another claim has taken that meanwhile.
    """
    application = locked(line.application)
    if why_not := cannot_strike(application, line, by, on=clock.day_of(at)):
        raise Refused(why_not)
    if not line.strikes.filter(lifted_at=None).update(lifted_by=by, lifted_at=at):
        return
    assessed = _keep(application, occasion="strike", at=at)[0]
    reserve(application, keys_by_line(assessed), at=at)
    release_fallen(application, assessed, at=at)
    record("line.restored", application, by=by, at=at, line=line.number)


@transaction.atomic
def check_again(application: Application, *, by: User, at: datetime) -> Assessment:
    """Assess all lines of a roster anew with what registers and officers say now."""
    application = locked(application)
    if reason := cannot_look_up(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not has_roster(programme_of(application)):
        raise Refused(_("This case has no such line."))
    _assessed, kept = _keep(application, occasion="check", at=at)
    record("application.checked", application, by=by, at=at)
    return kept


def _keep(application: Application, *, occasion: str, at: datetime) -> tuple[Assessed, Assessment]:
    assessed = assess_for_officer(application, at=at)
    keep_holds(application, assessed, at=at)
    return assessed, keep_assessment(application, assessed, occasion=occasion, at=at)
