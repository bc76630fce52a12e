"""As whom one applies: oneself, the organisation one acts for, or that organisation for one of its people."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jiangli import rules
from jiangli.applications.stages import Filer, filers
from jiangli.public.people import organisation_of
from jiangli.public.telling import speech
from jiangli.registers.models import Organisation
from jiangli.registers.queries import organisation_facts


@dataclass(frozen=True)
class Door:
    """``filer``: as whom whoever is signed in would begin; None where they first need an organisation to act for.

    ``other``: the way the same programme is also open to them.
    """

    filer: Filer | None
    organisation: Organisation | None = None
    other: Filer | None = None


def door(request: HttpRequest, law: "rules.Programme") -> Door:
    """The way in; ``?as=person`` or ``?as=employer`` chooses where there are two."""
    allowed = filers(law) - {Filer.AGENCY}
    acting = organisation_of(request)
    ways: list[Filer] = [Filer.ORGANISATION, Filer.EMPLOYER] if acting else []
    mine = [filer for filer in [*ways, Filer.PERSON] if filer in allowed]
    if not mine:
        return Door(None)
    chosen = next((filer for filer in mine if filer == request.GET.get("as")), mine[0])
    other = next((filer for filer in mine if filer != chosen), None)
    return Door(chosen, acting if chosen != Filer.PERSON else None, other)


def refusals(law: "rules.Programme", organisation: Organisation, *, on: date) -> list[str]:
    """What is certainly not met of the claim, by what is known of the organisation alone; empty if it may be."""
    known = {
        name: value
        for name, value in organisation_facts(organisation, on=on).items()
        if name in law.dictionary
    }
    facts, claim = law.dictionary.parse(known), {condition.id for condition in law.claim}
    return [
        finding.tell(speech())
        for finding in rules.assess(law, facts, on=on).findings
        if finding.id in claim and finding.state is False and set(finding.facts) & set(facts)
    ]


def address(name: str, *args: Any) -> str:
    """The address of a page that this installation may not have; then nothing."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def entrance() -> str:
    """Where one begins to act for an organisation."""
    return address("public:organisations")


def rosters(application: Any = None) -> str:
    """Where lists of people are handed in as a file: the newest that this case was made from, else all of them."""
    own = application.rosters.order_by("-uploaded_at").first() if application else None
    return address("public:roster", own.pk) if own else address("public:rosters")
