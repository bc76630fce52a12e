"""Reasons why not, for those who bring a roster."""

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.permissions import cannot_apply_here
from jiangli.applications.roster_models import TO_FILE, Roster, RosterRow, RosterState, RowState
from jiangli.applications.rosters.columns import Shape, shape_of
from jiangli.applications.stages import Filer
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.registers.models import Organisation

DONE = (RowState.FILED, RowState.REMOVED)  # nothing is left to do


def _not_theirs(organisation: Organisation, user: User) -> str | None:
    if not Organisation.objects.acted_for_by(user).filter(pk=organisation.pk).exists():
        return _("Only a clerk of the organisation can do this.")
    return None


def cannot_bring(programme: Programme, organisation: Organisation, user: User, *, on: date) -> str | None:
    """Why this user cannot bring a roster of this programme for this organisation on that day."""
    shape = shape_of(rule(programme.version))
    if shape is None:
        return _("This programme takes no roster. Apply for it on its page.")
    filer = Filer.ORGANISATION if shape is Shape.WHOLE else Filer.EMPLOYER
    return _not_theirs(organisation, user) or cannot_apply_here(programme, on=on, filer=filer)


def cannot_change(roster: Roster, user: User) -> str | None:
    """Why the rows of a roster cannot be changed now."""
    if reason := _not_theirs(roster.organisation, user):
        return reason
    if roster.state == RosterState.ABANDONED:
        return _("This roster was given up. Bring a new one.")
    if roster.at_work:
        return _("The roster is being worked on. Wait until that is done.")
    return None


def cannot_change_row(row: RosterRow, user: User) -> str | None:
    """Why this row cannot be changed or taken out now."""
    if row.state == RowState.FILED:
        return _("This row is filed. Change it in its application.")
    return cannot_change(row.roster, user)


def cannot_file(roster: Roster, user: User) -> str | None:
    """Why the rows that are in order cannot be filed now."""
    if reason := cannot_change(roster, user):
        return reason
    if roster.notes and not roster.application_id:
        return _("Something stands against the claim as a whole. It is named above.")
    if not roster.rows.filter(state__in=TO_FILE).exists():
        return _("No row is ready to be filed.")
    return None


def cannot_abandon(roster: Roster, user: User) -> str | None:
    """Why a roster cannot be given up now. What was filed of it stays filed."""
    if roster.state == RosterState.FILING:
        return _("The roster is being filed. Wait until that is done.")
    if roster.state == RosterState.FILED and not roster.rows.exclude(state__in=DONE).exists():
        return _("All of it is filed. Withdraw the application itself.")
    return _not_theirs(roster.organisation, user)
