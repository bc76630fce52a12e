"""What a case still lacks, and how it came to stand where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.asking import asks_of_case
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Channel, Evidence, EvidenceState
from jiangli.applications.papers import scans_of
from jiangli.applications.roster_models import Roster
from jiangli.applications.sheet import case_sheet, has_lines, has_roster, readable
from jiangli.applications.status import Status
from jiangli.audit.models import Event

KEYING = ("application.started", "application.saved", "application.submitted", "application.resubmitted")
ROSTER = "roster"  # the material of a programme that is its list of people
MOST_OFFERED = 6  # earlier files offered again
REQUIRED_OF_CLAIMANT = "applicant"  # the source of facts that nobody else can give


@dataclass(frozen=True)
class Gap:
    """Something to fill in before filing. ``part``: a fact's name, ``account`` or ``material:<id>``."""

    part: str
    label: str


def language() -> str:
    """The language of the page, as the rules name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def asked_of_claimant(application: Application) -> list[rules.Ask]:
    """The facts that the form asks for this case: an ``Ask`` whose ``when`` is false for it is left out."""
    programme = programme_of(application)
    stated = programme.dictionary.parse(readable(programme, application.stated))
    asks = asks_of_case(programme)
    return [ask for ask in asks if ask.when is None or ask.when.run(stated) is not False]


def missing(application: Application, *, on: date) -> list[Gap]:
    """What must be filled in before the case can be filed, in the order of the form.

    A choice that a register or an officer can settle may stay open; the rest the claimant says, unless a
    register has it on the day ``on``.
    """
    known = case_sheet(application, programme_of(application), on=on).facts.keys()
    gaps = [
        Gap(ask.fact.name, ask.fact.label.say(language()))
        for ask in asked_of_claimant(application)
        if must_be_stated(ask.fact) and not _elsewhere(ask.fact) and ask.fact.name not in known
    ]
    if not (application.account_name and application.account_number and application.account_bank):
        gaps.append(Gap("account", _("the bank account")))
    return gaps + _missing_lines(application) + _missing_materials(application)


def _missing_lines(application: Application) -> list[Gap]:
    """A list, or months, that a programme is claimed by and of which there is none."""
    programme = programme_of(application)
    if not has_lines(programme) or application.lines.exists():
        return []
    return [Gap("lines", name_of_lines(programme))]


def name_of_lines(programme: rules.Programme) -> str:
    """What the rows of a case are together, in words."""
    if programme.lines == "month":
        return _("the months")
    return _("the list of people") if has_roster(programme) else _("the list of certificates")


def must_be_stated(fact: rules.Fact) -> bool:
    """What the claimant has to say: what only they know, and what one copies from a certificate.

    A choice that a register or an officer settles may stay open.
    """
    chosen = fact.kind in {"bool", "enum"} or (fact.kind == "code" and bool(fact.choices))
    return fact.source == REQUIRED_OF_CLAIMANT or not chosen


def _elsewhere(fact: rules.Fact) -> bool:
    """Facts of the account come from the account's own fields, the name from the person."""
    return fact.name.startswith("account.") or fact.name == "person.name"


def _missing_materials(application: Application) -> list[Gap]:
    readable = current_evidence(application).exclude(state=EvidenceState.UNREADABLE)
    given = set(readable.values_list("material", "line"))
    whole = {material for material, _line in given}
    programme, gaps = programme_of(application), []
    lines = set(application.lines.values_list("pk", flat=True)) if has_roster(programme) else set()
    brought = brought_as_sheet(application)
    for material in scans_of(application):
        if material.optional or (brought and material.id == ROSTER):
            continue
        label = material.title.say(language())
        if lines and material.per == "line":
            without = len(lines - {line for id, line in given if id == material.id})
            if without:
                more = _("%(what)s (%(count)s lines)") % {"what": label, "count": without}
                gaps.append(Gap(f"material:{material.id}", more))
        elif material.id not in whole:
            gaps.append(Gap(f"material:{material.id}", label))
    return gaps


def brought_as_sheet(application: Application) -> bool:
    """Whether the lines of a case came in as a sheet: the roster that the notice asks for is here already."""
    return Roster.objects.filter(application=application).exists()


def current_evidence(application: Application) -> Any:
    """The photographs and PDFs of a case that were not taken away."""
    return Evidence.objects.filter(application=application, removed_at=None)


def keyed_in_by(application: Application, people: Iterable[User]) -> bool:
    """True if one of these officers began, filled in or handed in this paper form: they do not review it."""
    if application.channel != Channel.COUNTER:
        return False
    keys = {user.pk for user in people}
    done = Event.objects.about(application).filter(name__in=KEYING, by__in=keys)
    return application.entered_by_id in keys or done.exists()


def counter_cases(user: User) -> QuerySet[Application]:
    """The paper forms that the officer's agency is entering, or has to correct, the oldest first."""
    open_now = [Status.DRAFT, Status.RETURNED]
    cases = Application.objects.visible_to(user).filter(channel=Channel.COUNTER, status__in=open_now)
    return cases.filter(entered_by__agency=user.agency_id).order_by("received_on", "started_at")


def given_before(application: Application, material: str, user: User) -> list[Evidence]:
    """Files that the same party gave for a material of this name in other cases, the newest first, each once.

    Only what ``user`` sees, and only what can be opened; a file that is in the case already is left out.
    """
    if material not in {known.id for known in programme_of(application).materials}:
        return []
    party = {"claimant": application.claimant, "organisation": application.organisation}
    cases = Application.objects.visible_to(user).filter(**party).exclude(pk=application.pk)
    here = current_evidence(application).filter(material=material).values_list("file", flat=True)
    found = Evidence.objects.filter(
        application__in=cases, material=material, state=EvidenceState.READY, removed_at=None, line=None
    )
    each = {evidence.file: evidence for evidence in found.exclude(file__in=here).order_by("added_at")}
    return sorted(each.values(), key=lambda evidence: evidence.added_at, reverse=True)[:MOST_OFFERED]
