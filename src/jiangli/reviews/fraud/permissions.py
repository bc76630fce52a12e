"""Why not: record, propose and confirm a finding of fraud.

A reviewer or approver records and proposes it; an approver of the same agency who did neither confirms. A deputy is
bound by what the person they stand in for did. Nobody finds anything on their own case.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.registers.bans.permissions import ASK, acts_only_for
from jiangli.registers.models import Organisation, Person
from jiangli.reviews.fraud.models import NEXT, Finding, FindingState
from jiangli.reviews.models import Entitlement


def cannot_record(application: Application, user: User, *, on: date) -> str | None:
    """Why this officer cannot record a finding about this case."""
    if not Application.objects.visible_to(user).filter(pk=application.pk).exists():
        return _("Only an officer who deals with the case can do this.")
    if not user.is_officer or not roles_of(user, on=on) & ASK:
        return _("Your post does not include this.")
    if application.number is None:
        return _("The case is not handed in yet. What is not claimed cannot be a false claim.")
    if is_own(application, [user]):
        return _("Nobody handles their own case. A colleague has to take it.")
    return None


def cannot_include(finding: Finding, application: Application, user: User, *, on: date) -> str | None:
    """Why this case cannot be added to the finding: it is another's, or in it already."""
    if reason := cannot_prepare(finding, user, on=on) or cannot_record(application, user, on=on):
        return reason
    if application.party != finding.party:
        return _("This case is another party's. It needs a finding of its own.")
    return None


def cannot_prepare(finding: Finding, user: User, *, on: date) -> str | None:
    """Why nothing in the finding can be changed by this officer now."""
    if reason := _not_its_officer(finding, user, on=on):
        return reason
    if finding.state == FindingState.PROPOSED:
        return _("It waits for the second officer, who can send it back for changes.")
    if finding.state != FindingState.DRAFT:
        return _("This finding is settled. It is not changed any more.")
    return None


def cannot_propose(finding: Finding, user: User, *, on: date) -> str | None:
    """The claimant has to be heard first, and something has to show what was false."""
    if reason := cannot_prepare(finding, user, on=on):
        return reason
    if not finding.cases.exists():
        return _("Name the case in which something was false.")
    if finding.heard_on is None or not finding.heard.strip():
        return _("First hear the claimant: note the day and what they said, or that they did not come.")
    if finding.heard_on > on:
        return _("The claimant is heard before this is proposed: the day lies ahead.")
    if not finding.papers.filter(removed_at=None).exists():
        return _("Add a paper that shows what was false.")
    if owed_of(finding).exists() and (finding.pay_back_by is None or finding.pay_back_by <= on):
        return _("Say until which day what was paid has to be back; it lies after today.")
    return None


def cannot_confirm(finding: Finding, user: User, *, on: date) -> str | None:
    if reason := _not_second(finding, user, on=on):
        return reason
    if owed_of(finding).exists() and (finding.pay_back_by is None or finding.pay_back_by <= on):
        return _("The day by which the money has to be back is over. Send it back for another day.")
    return None


def cannot_send_back(finding: Finding, user: User, *, on: date) -> str | None:
    """The second officer may, and whoever proposed it may take it back."""
    if finding.state == FindingState.PROPOSED and finding.proposed_by_id == user.pk:
        return None
    return _not_second(finding, user, on=on)


def cannot_withdraw_finding(finding: Finding, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(finding, user, on=on):
        return reason
    if FindingState.WITHDRAWN not in NEXT[FindingState(finding.state)]:
        return _("This finding is settled. It is not changed any more.")
    return None


def owed_of(finding: Finding):  # type: ignore[no-untyped-def]
    """What decisions on its cases owe, paid or not."""
    cases = finding.cases.values("application")
    return Entitlement.objects.filter(decision__application__in=cases)


def _not_second(finding: Finding, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(finding, user, on=on):
        return reason
    if finding.state != FindingState.PROPOSED:
        return _("This finding does not wait for a second officer.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    firsts = [officer for officer in (finding.recorded_by, finding.proposed_by) if officer is not None]
    if any(first == user or acts_only_for(first, user, {Role.APPROVER}, on=on) for first in firsts):
        return _(
            "Whoever recorded or proposed it cannot confirm it, nor can their deputy. A colleague must do it."
        )
    return None


def _not_its_officer(finding: Finding, user: User, *, on: date) -> str | None:
    if user.agency_id != finding.agency_id or not roles_of(user, on=on) & ASK:
        return _("Only officers who deal with cases at the agency that records it can do this.")
    if any(is_own(row.application, [user]) for row in finding.cases.select_related("application")):
        return _("Nobody handles their own case. A colleague has to take it.")
    return None


def candidates(finding: Finding, most: int = 300) -> list[tuple[str, Person | Organisation, str]]:
    """Who stands in its cases beside the claimant: (key, party, where); the first ``most`` of a long roster."""
    found: dict[str, tuple[Person | Organisation, str]] = {}
    for row in finding.cases.select_related("application__organisation", "application__claimant"):
        case = row.application
        if case.organisation is not None:
            found[f"organisation:{case.organisation.pk}"] = (case.organisation, _("It filed the case"))
            for clerk in case.organisation.clerks.filter(state="active").select_related("person"):
                found[f"person:{clerk.person.pk}"] = (clerk.person, _("Acts for the organisation"))
        for line in case.lines.exclude(person=None).select_related("person")[:most]:
            assert line.person is not None
            where = _("Line %(number)s of %(case)s") % {"number": line.number, "case": case.number}
            found.setdefault(f"person:{line.person.pk}", (line.person, where))
    return [(key, party, where) for key, (party, where) in found.items() if party != finding.party][:most]
