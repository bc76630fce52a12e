"""What is told of a case, to whoever it belongs to."""

from datetime import datetime
from typing import Any

from jiangli.applications.models import Application
from jiangli.correspondence.actions import tell_all
from jiangli.registers.models import ClerkState, Person


def readers_of(application: Application) -> list[Person]:
    """Who reads the messages of a case: the person it is for, and the clerks of the organisation that filed it."""
    readers = [application.claimant] if application.claimant else []
    if application.organisation:
        clerks = application.organisation.clerks.filter(state=ClerkState.ACTIVE).select_related("person")
        readers += [clerk.person for clerk in clerks if clerk.person_id != application.claimant_id]
    return readers


def tell_party(event: str, application: Application, *, once: str, at: datetime, **values: Any) -> None:
    """Tell everyone who reads the messages of the case, each once."""
    tell_all(event, readers_of(application), about=application.pk, once=once, at=at, **values)


def tell_claimant(event: str, application: Application, *, once: str, at: datetime, **values: Any) -> None:
    """Tell the person it is for, and not the clerks, who hear of all cases of a roster at once."""
    if application.claimant:
        tell_all(event, [application.claimant], about=application.pk, once=once, at=at, **values)
