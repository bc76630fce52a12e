"""Prepare a finding of fraud, propose it, uphold it: what it stops and whom it bars follows in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, files
from jiangli.accounts.models import User
from jiangli.applications.actions import next_number
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell_all
from jiangli.pictures import content_type_of
from jiangli.refused import Refused
from jiangli.registers.bans import actions as bans
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import document_title
from jiangli.registers.models import ClerkState, Organisation, Person
from jiangli.reviews.fraud.models import NEXT, Finding, FindingCase, FindingPaper, FindingState, Involved
from jiangli.reviews.fraud.permissions import (
    candidates,
    cannot_confirm,
    cannot_include,
    cannot_prepare,
    cannot_propose,
    cannot_record,
    cannot_send_back,
    cannot_withdraw_finding,
)
from jiangli.reviews.fraud.tasks import make_paper_previews
from jiangli.reviews.models import Entitlement

MOST_PAPERS = 30


@transaction.atomic
def record_finding(
    application: Application, *, what: str, conditions: Collection[str] = (), by: User, at: datetime
) -> Finding:
    """Begin a finding about the party of this case: a draft that nobody but the agency's officers sees."""
    if reason := cannot_record(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not what.strip():
        raise Refused(_("Say what was false, and how you know."))
    agency = by.agency
    assert agency is not None  # cannot_record
    party = application.party
    finding = Finding.objects.create(
        number=next_number(f"{agency.prefix}-F", on=clock.day_of(at)),
        agency=agency,
        person=party if isinstance(party, Person) else None,
        organisation=party if isinstance(party, Organisation) else None,
        what=what.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    record("finding.recorded", finding, by=by, at=at, number=finding.number)
    _include(finding, application, conditions)
    return finding


@transaction.atomic
def include(
    finding: Finding, application: Application, *, conditions: Collection[str] = (), by: User, at: datetime
) -> FindingCase:
    """Add a case of the same party, or say anew what was false in it. Safe to run twice."""
    finding = _locked(finding)
    if reason := cannot_include(finding, application, by, on=clock.day_of(at)):
        raise Refused(reason)
    record("finding.case_added", finding, by=by, at=at, case=application.number)
    return _include(finding, application, conditions)


@transaction.atomic
def leave_out(finding: Finding, application: Application, *, by: User, at: datetime) -> None:
    """Take a case out of a draft. Safe to run twice."""
    finding = _prepared(finding, by, at=at)
    if finding.cases.filter(application=application).delete()[0]:
        record("finding.case_left_out", finding, by=by, at=at, case=application.number)


@transaction.atomic
def describe(
    finding: Finding,
    *,
    what: str,
    heard_on: date | None,
    heard: str,
    pay_back_by: date | None,
    by: User,
    at: datetime,
) -> Finding:
    """Write down what was false, what the claimant said to it, and until when the money has to be back."""
    finding = _prepared(finding, by, at=at)
    if not what.strip():
        raise Refused(_("Say what was false, and how you know."))
    if heard_on is not None and heard_on > clock.day_of(at):
        raise Refused(_("The day on which the claimant was heard lies ahead."))
    finding.what, finding.heard_on, finding.heard = what.strip(), heard_on, heard.strip()
    finding.pay_back_by = pay_back_by
    finding.save(update_fields=["what", "heard_on", "heard", "pay_back_by"])
    record("finding.described", finding, by=by, at=at)
    return finding


def add_paper(finding: Finding, name: str, content: bytes, *, by: User, at: datetime) -> FindingPaper:
    """Keep a paper that shows what was false. Refused for what is no picture or PDF."""
    if reason := cannot_prepare(finding, by, on=clock.day_of(at)):
        raise Refused(reason)
    content_type, stored = content_type_of(content), files.keep(content)
    with transaction.atomic():
        finding = _prepared(finding, by, at=at)
        if finding.papers.count() >= MOST_PAPERS:
            raise Refused(
                _("There are %(n)s papers already. Put the rest into one PDF.") % {"n": MOST_PAPERS}
            )
        paper = FindingPaper.objects.create(
            finding=finding,
            original_name=name[:120],
            content_type=content_type,
            size=len(content),
            file=stored,
            added_by=by,
            added_at=at,
        )
        record("finding.paper_added", finding, by=by, at=at, paper=str(paper.pk))
        transaction.on_commit(partial(make_paper_previews.enqueue, str(paper.pk)))
    return paper


@transaction.atomic
def remove_paper(paper: FindingPaper, *, by: User, at: datetime) -> None:
    """Take a paper out of a draft; it stays stored with its history. Safe to run twice."""
    finding = _prepared(paper.finding, by, at=at)
    if FindingPaper.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=at):
        record("finding.paper_removed", finding, by=by, at=at, paper=str(paper.pk))


@transaction.atomic
def involve(finding: Finding, key: str, *, part: str, banned: bool, by: User, at: datetime) -> Involved:
    """Note somebody of its cases who had a part in it; ``banned``: to be barred as the claimant is.

    The text bars only the claimant: this takes effect by the officers' own decision when the finding is confirmed.
    """
    finding = _prepared(finding, by, at=at)
    party = {known: who for known, who, _where in candidates(finding)}.get(key)
    if party is None:
        raise Refused(_("Choose somebody who stands in these cases."))
    if not part.strip():
        raise Refused(_("Say what they did."))
    name = "person" if isinstance(party, Person) else "organisation"
    noted = {"part": part.strip()[:300], "banned": banned}
    whom: dict[str, Any] = {"finding": finding, name: party}
    row, _made = Involved.objects.update_or_create(**whom, defaults=noted)
    record("finding.involved", finding, by=by, at=at, kind=name, banned=banned)
    return row


@transaction.atomic
def propose(finding: Finding, *, by: User, at: datetime) -> Finding:
    """The first officer's word: it waits for the second now."""
    finding = _locked(finding)
    if reason := cannot_propose(finding, by, on=clock.day_of(at)):
        raise Refused(reason)
    _move(finding, FindingState.PROPOSED)
    finding.proposed_by, finding.proposed_at, finding.sent_back_because = by, at, ""
    finding.save(update_fields=["state", "proposed_by", "proposed_at", "sent_back_because"])
    record("finding.proposed", finding, by=by, at=at)
    return finding


@transaction.atomic
def send_back_finding(finding: Finding, *, reason: str, by: User, at: datetime) -> Finding:
    """The second officer wants it changed, or the first takes it back: a draft again."""
    finding = _locked(finding)
    if why := cannot_send_back(finding, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say what has to be changed."))
    _move(finding, FindingState.DRAFT)
    finding.sent_back_because = reason.strip()[:300]
    finding.proposed_by, finding.proposed_at = None, None
    finding.save(update_fields=["state", "proposed_by", "proposed_at", "sent_back_because"])
    record("finding.sent_back", finding, by=by, at=at)
    return finding


@transaction.atomic
def withdraw_finding(finding: Finding, *, reason: str, by: User, at: datetime) -> Finding:
    """It turned out to be nothing: kept, with the reason, and without any effect."""
    finding = _locked(finding)
    if why := cannot_withdraw_finding(finding, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence why it is withdrawn."))
    return end(finding, FindingState.WITHDRAWN, reason=reason, by=by, at=at)


def end(finding: Finding, state: FindingState, *, reason: str, by: User, at: datetime) -> Finding:
    """Close or withdraw a locked finding."""
    _move(finding, state)
    finding.ended_by, finding.ended_at, finding.ended_because = by, at, reason.strip()[:300]
    finding.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    record(f"finding.{state}", finding, by=by, at=at)
    return finding


def uphold(finding: Finding, *, by: User, at: datetime) -> list[Ban]:
    """The second officer's word, inside the transaction that also orders the money back; the bans that were laid.

    What these cases are still owed is stopped, and whoever is to be barred is, where a document of theirs bars anybody.
    """
    if reason := cannot_confirm(finding, by, on=clock.day_of(at)):
        raise Refused(reason)
    _move(finding, FindingState.CONFIRMED)
    finding.confirmed_by, finding.confirmed_at = by, at
    finding.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    record("finding.confirmed", finding, by=by, at=at)
    rows = list(finding.cases.select_related("application"))
    documents = {law.document.id: law.document for law in (programme_of(row.application) for row in rows)}
    parties = [finding.party, *(row.party for row in finding.involved.filter(banned=True))]
    laid = [
        bans.lay(
            party,
            document,
            agency=finding.agency,
            finding=finding.pk,
            finding_number=finding.number,
            from_on=clock.day_of(at),
            by=by,
            at=at,
        )
        for document in documents.values()
        for party in parties
    ]
    return [ban for ban in laid if ban is not None]


def stop(entitlement: Entitlement, finding: Finding, *, by: User, at: datetime) -> None:
    """What is owed is not paid, because of the finding. Safe to run twice."""
    if entitlement.stopped_at is None:
        entitlement.stopped_at = at
        entitlement.stopped_because = _("A false claim was found: %(number)s") % {"number": finding.number}
        entitlement.save(update_fields=["stopped_at", "stopped_because"])
        record("entitlement.stopped", entitlement, by=by, at=at, finding=finding.number)


@transaction.atomic
def lift_ban(ban: Ban, *, by: User, at: datetime) -> Ban:
    """The second officer lifts a ban, and whoever it barred is told."""
    ban = bans.lift(ban, by=by, at=at)
    tell_all(
        "ban.lifted",
        readers(ban.party),
        once=f"ban.lifted:{ban.pk}",
        at=at,
        document=document_title(ban),
        number=ban.finding_number,
        agency=ban.agency.names,
    )
    return ban


def readers(party: Person | Organisation) -> list[Person]:
    """Who reads what a party is told: the person, or the clerks of the organisation."""
    if isinstance(party, Person):
        return [party]
    clerks = party.clerks.filter(state=ClerkState.ACTIVE).select_related("person")
    return [clerk.person for clerk in clerks]


def locked_finding(finding: Finding) -> Finding:
    """The finding as it is now, its row locked until the transaction ends."""
    return _locked(finding)


def _include(finding: Finding, application: Application, conditions: Collection[str]) -> FindingCase:
    known = {condition.id for condition in programme_of(application).conditions}
    if strange := [id for id in conditions if id not in known]:
        raise Refused(_("This programme has no condition %(id)s.") % {"id": strange[0][:40]})
    row, _made = FindingCase.objects.update_or_create(
        finding=finding, application=application, defaults={"conditions": list(conditions)}
    )
    return row


def _locked(finding: Finding) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "person", "organisation").get(pk=finding.pk)


def _prepared(finding: Finding, by: User, *, at: datetime) -> Finding:
    finding = _locked(finding)
    if reason := cannot_prepare(finding, by, on=clock.day_of(at)):
        raise Refused(reason)
    return finding


def _move(finding: Finding, to: FindingState) -> None:
    if to not in NEXT[FindingState(finding.state)]:
        raise RuntimeError(f"{finding} cannot go from {finding.state} to {to}.")
    finding.state = to
