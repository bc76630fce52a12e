"""Reasons why not, for clerks who file a class. One function serves the button and the guard."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.filings.law import filing_stage, lists_trainees
from jiangli.applications.filings.models import Filing
from jiangli.applications.permissions import cannot_take
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.status import Standing, standing
from jiangli.registers.models import Organisation


def acts_for(filing: Filing, user: User) -> bool:
    """Whether this user is a clerk of the organisation whose class it is."""
    return Organisation.objects.acted_for_by(user).filter(pk=filing.organisation_id).exists()


def cannot_file_class(programme: Programme, *, on: date) -> str | None:
    """Why no class of this programme is filed here."""
    law = rule(programme.version)
    if filing_stage(law) is None:
        return _("Nothing is filed in advance for this programme.")
    if reason := cannot_take(programme):
        return reason
    if standing(programme, law, on=on) == Standing.CLOSED:
        return _("This programme is over. No class is filed for it any more.")
    return None


def cannot_edit(filing: Filing, user: User) -> str | None:
    """Why a class and its list cannot be changed by this user."""
    if not acts_for(filing, user):
        return _("Only a clerk of the organisation can do this.")
    if filing.withdrawn_at:
        return _("This class was withdrawn. File it anew.")
    return None


def cannot_move_opening(filing: Filing, opens_on: date | None, *, at: datetime) -> str | None:
    """Why the opening day of a filed class cannot become ``opens_on``: it has begun, or the new day is past."""
    if filing.filed_at is None or opens_on == filing.opens_on or filing.opens_on is None:
        return None
    today = clock.day_of(at)
    if filing.opens_on <= today:
        return _("The class has begun, so its opening day stays. If it is wrong, ring the office.")
    if opens_on is None or opens_on <= today:
        return _("Write an opening day that is still to come.")
    return None


def missing(filing: Filing) -> list[str]:
    """What must be filled in before a class is filed, in words."""
    law = rule(Programme.objects.with_law().get(pk=filing.programme_code).version)
    gaps = [
        (filing.title, _("the name of the class")),
        (filing.occupation, _("occupation or item")),
        (filing.opens_on, _("the opening day")),
        (filing.place, _("the place")),
        (filing.plan or filing.papers.filter(kind="plan", removed_at=None), _("plan and courses")),
    ]
    found = [words for value, words in gaps if not value]
    if lists_trainees(law) and not filing.trainees.filter(removed_at=None).exists():
        found.append(_("the trainees"))
    return found
