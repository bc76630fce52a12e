"""Where a case stands in the stages its programme names. Nothing here knows a programme."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jiangli import clock, rules
from jiangli.accounts.models import Agency
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.programmes.calendar import working_days_after


def claimed_by_list(programme: rules.Programme) -> bool:
    """True where an agency files for the people on a published list, and nobody applies."""
    return (
        bool(programme.stages)
        and programme.stages[0].kind == "file"
        and _is_agency(programme.stages[0].agency)
    )


def _is_agency(code: str | None) -> bool:
    return code is not None and code not in {"claimant", "employer"}


class Filer(StrEnum):
    """Who may hand in a claim."""

    PERSON = "person"  # for themself
    ORGANISATION = "organisation"  # for itself
    EMPLOYER = "employer"  # an organisation for its people: employer, unit, school
    AGENCY = "agency"  # from a published list; nobody applies


def filers(programme: rules.Programme) -> frozenset[Filer]:
    """Who hands in claims of this programme, as its stages of filing and its roster say."""
    if claimed_by_list(programme):
        return frozenset({Filer.AGENCY})
    if programme.claimant == "organisation":
        return frozenset({Filer.ORGANISATION})
    by = {stage.agency for stage in programme.stages if stage.kind == "file"}
    found = {Filer.EMPLOYER} if "employer" in by or programme.roster else set()
    return frozenset(found if by == {"employer"} else found | {Filer.PERSON})


def first_after_filing(programme: rules.Programme) -> int:
    """The stage a filed case waits at: the one after the last filing. What comes before it is no part of a case."""
    filings = [i for i, stage in enumerate(programme.stages) if stage.kind == "file"]
    return filings[-1] + 1 if filings else 0


def first_after_listing(programme: rules.Programme) -> int:
    """The stage a case from a list waits at: the one after the import."""
    return 1


def stage_of(application: Application) -> rules.Stage:
    """The stage a case stands at."""
    return programme_of(application).stages[application.stage]


def agency_at(application: Application) -> Agency:
    """The agency a case is with; the programme's own while the claimant has to act."""
    programme = programme_of(application)
    code = programme.stages[application.stage].agency
    return Agency.objects.get(pk=code if _is_agency(code) else programme.agency)


def agency_after(application: Application) -> Agency:
    """The agency that deals with a case once its claimant has acted."""
    later = programme_of(application).stages[application.stage :]
    return Agency.objects.get(pk=next(stage.agency for stage in later if _is_agency(stage.agency)))


def answer_by(application: Application) -> date | None:
    """The day until which the agency means to answer: so many working days after it was handed in.

    Its own promise, no law. None if not filed.
    """
    if application.submitted_at is None:
        return None
    days = agency_at(application).answers_within_days
    return working_days_after(clock.day_of(application.submitted_at), days)


def waits_for_claimant(application: Application) -> bool:
    """True while a case from a list waits for its person to confirm a card."""
    stage = stage_of(application)
    return stage.kind == "file" and stage.agency == "claimant"
