"""What every public page says of whoever is signed in: for whom they act."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jiangli.public.people import ORGANISATION, claimant, organisation_of
from jiangli.registers.models import Organisation, Person


class Acting(NamedTuple):
    """``organisation``: the one acted for; None while one acts for oneself, and could act for another."""

    person: Person
    organisation: Organisation | None


def acting(request: HttpRequest) -> dict[str, Any]:
    """``acting``, false for visitors, officers and those without any organisation; asked for when shown."""
    return {"acting": SimpleLazyObject(lambda: _acting(request) or ())}


def _acting(request: HttpRequest) -> Acting | None:
    if request.path.startswith("/staff/") or not hasattr(request, "user"):
        return None
    person = claimant(request)
    if person is None:
        return None
    organisation = organisation_of(request)
    if organisation is None and ORGANISATION in request.session:
        del request.session[ORGANISATION]  # the clerkship has ended
    if organisation is None and not person.clerkships.active().exists():
        return None
    return Acting(person, organisation)
