"""What is told of a case, to whoever it belongs to."""

from datetime import datetime
from typing import Any

from jiangli.applications.models import Application
from jiangli.correspondence.actions import tell
from jiangli.registers.models import ClerkState, Person


def readers_of(application: Application) -> list[Person]:
    """Who reads the messages of a case: the person it is for, and the clerks of the organisation that filed it."""
    readers = [application.claimant] if application.claimant else []
    if application.organisation:
        clerks = application.organisation.clerks.filter(state=ClerkState.ACTIVE).select_related("person")
        readers += [clerk.person for clerk in clerks if clerk.person_id != application.claimant_id]
    return readers


def tell_party(
    event: str, application: Application, *, once: str, at: datetime, clerks: bool = True, **values: Any
) -> None:
    """Tell everyone who reads the messages of the case, each once; not its ``clerks`` where they hear it otherwise."""
    readers = readers_of(application) if clerks else [application.claimant] if application.claimant else []
    for place, person in enumerate(readers):
        key = once if place == 0 else f"{once}:{person.pk}"
        tell(event, person=person, about=str(application.pk), once=key, at=at, **values)
