"""Which class is meant where a person stands on several: the clerk says so, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import programme_of
from jiangli.applications.filings.facts import Match, matches, reads_filings
from jiangli.applications.filings.models import Filing
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import cannot_edit
from jiangli.audit.actions import record
from jiangli.refused import Refused


def open_choices(application: Application) -> list[tuple[Line, Match]]:
    """The lines whose person stands on several classes that could be meant, and those chosen already."""
    if application.organisation_id is None or not reads_filings(programme_of(application)):
        return []
    lines = list(application.lines.select_related("person", "certificate"))
    found = zip(lines, matches(application, lines), strict=True)
    return [(line, match) for line, match in found if match.ambiguous or (line.filing_id and match.entry)]


@transaction.atomic
def choose_filings(
    application: Application, chosen: Mapping[int, Filing], *, by: User, at: datetime
) -> Application:
    """For lines by their key the class that is meant. Refused for a class that does not have this person."""
    application = locked(application)
    if reason := cannot_edit(application, by):
        raise Refused(reason)
    lines = list(application.lines.select_related("person", "certificate"))
    found = {line.pk: (line, match) for line, match in zip(lines, matches(application, lines), strict=True)}
    for key, filing in chosen.items():
        line, match = found[key]
        if filing.pk not in {entry.filing_id for entry in match.candidates}:
            raise Refused(_("This person stands on no such class. Choose one that is offered."))
        line.filing = filing
        line.save(update_fields=["filing"])
    if chosen:
        record("application.filings_chosen", application, by=by, at=at, lines=len(chosen))
    return application
