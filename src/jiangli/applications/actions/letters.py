"""What is told of a case, to whoever it belongs to."""

from datetime import date, datetime, timedelta
from typing import Any

from jiangli import clock
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import payee_of
from jiangli.correspondence.actions import tell_all
from jiangli.registers.models import ClerkState, Person
from jiangli.rules.errors import Words


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


def account_in_words(application: Application) -> Words:
    """What it is paid into, as a text says it: a person's card, an organisation's account."""
    person = isinstance(payee_of(application), Person)
    return Words("银行卡", "bank card") if person else Words("银行账户", "bank account")


NEW = timedelta(days=90)  # within it a certificate that cannot be searched is most likely only too new
ISSUED = "certificate.issue_date"


def tell_if_too_new(application: Application, *, programme: Any, at: datetime) -> None:
    """Say once that a certificate issued of late cannot be searched yet; the claim is taken all the same.

    ``programme`` is its title.
    """
    unseen = application.lines.filter(certificate__isnull=False, certificate__looked_up_at=None)
    if any(_is_new(application, line, on=clock.day_of(at)) for line in unseen.iterator()):
        tell_party(
            "application.verifying",
            application,
            once=f"verifying:{application.pk}",
            at=at,
            number=application.number,
            programme=programme,
        )


def _is_new(application: Application, line: Line, *, on: date) -> bool:
    said = line.stated.get(ISSUED) or line.listed.get(ISSUED) or application.stated.get(ISSUED)
    return said is not None and on - NEW <= date.fromisoformat(said) <= on
