"""政策解答: what the agency says where its text is silent, asked by one approver and confirmed by another.

A parameter set to a value becomes a confirmed overlay and with it a new version, for cases filed from then on.
What holds cases is settled for all cases filed from ``from_on`` on (``settling``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.programmes.actions import publish_again
from jiangli.programmes.adoption import programmes_of
from jiangli.programmes.amending import with_interpretations
from jiangli.programmes.models import Interpretation, Programme, Reading, Two
from jiangli.programmes.queries import published
from jiangli.programmes.two import cannot_settle, cannot_take_back, not_another, not_its_approver, settle
from jiangli.refused import Refused

LATE = timedelta(days=7)  # a machine that stood still for longer is published on by hand


class Open(NamedTuple):
    """Something that a text leaves open: a parameter with its value now, or what holds cases."""

    kind: Reading
    subject: str
    title: rules.Words
    now: object


def open_readings(law: rules.Programme) -> list[Open]:
    """What can be interpreted of a programme."""
    found = [
        Open(Reading.PARAMETER, one.name, one.reason or rules.Words(one.name, one.name), one.value)
        for one in law.parameters
    ]
    conditions = [limit.condition for limit in law.limits if limit.kind == "once_per"]
    conditions = [one for one in (*conditions, *law.warnings) if one.holds]
    found += [
        Open(Reading.LIMIT, one.id, one.title or rules.Words(one.id, one.id), None) for one in conditions
    ]
    return found


def issuers() -> dict[str, rules.Document]:
    """Every published document by its folder."""
    return {law.document.id: law.document for _row, law in published()}


def standing_for(programme: str, document: str) -> list[Interpretation]:
    """The published interpretations of a programme, the newest first."""
    return list(Interpretation.objects.standing().about(programme, document).select_related("agency"))


def settling(law: rules.Programme, on: date) -> dict[str, Interpretation]:
    """What settles a hold of a case of this programme filed on ``on``: id of limit or remark → interpretation.

    Of several the one with the latest first day, then the latest published; one of the programme before one of
    its whole document.
    """
    rows = Interpretation.objects.standing().about(law.id, law.document.id)
    rows = rows.filter(kind=Reading.LIMIT, from_on__lte=on)
    ordered = sorted(rows, key=lambda row: (row.programme_id is not None, row.from_on, row.dated))
    return {row.subject: row for row in ordered}


def cannot_ask(document: str, user: User, *, on: date) -> str | None:
    """Why this officer cannot ask for an interpretation of this document."""
    known = issuers().get(document)
    if known is None:
        return _("There is no such document.")
    return not_its_approver(known.issuer, user, on=on)


@transaction.atomic
def ask(
    document: str,
    *,
    programme: Programme | None = None,
    kind: Reading,
    subject: str,
    value: bool | int | str | None = None,
    decision: str = "",
    number: str,
    dated: date,
    from_on: date,
    text: str,
    text_en: str = "",
    by: User,
    at: datetime,
) -> Interpretation:
    """The first officer's word: what is said of which parameter or limit, by which published text."""
    Agency.objects.select_for_update().get(pk=by.agency_id)
    if why := cannot_ask(document, by, on=day_of(at)):
        raise Refused(why)
    row = Interpretation(
        document=document, programme=programme, agency_id=issuers()[document].issuer, kind=kind,
        subject=subject, value=value if kind == Reading.PARAMETER else None,
        decision=decision if kind == Reading.LIMIT else "", number=number.strip(), dated=dated,
        from_on=from_on, text=text.strip(), text_en=text_en.strip(), asked_by=by, asked_at=at,
    )  # fmt: skip
    if why := _does_not_fit(row, on=day_of(at)):
        raise Refused(why)
    row.save(force_insert=True)
    record("interpretation.asked", row, by=by, at=at, about=subject, number=row.number)
    return row


def _does_not_fit(row: Interpretation, *, on: date) -> str | None:
    """Why these words cannot be an interpretation."""
    if not row.number or not row.text:
        return _("Write the number and the published text of the interpretation.")
    if row.dated > on:
        return _("The interpretation has to be published before it is entered here.")
    if not (about := _about(row)):
        return _("The text leaves nothing open under this name.")
    if row.kind == Reading.LIMIT:
        return None if row.decision else _("Say whether cases go on, or are refused.")
    if not all(_same_kind(row.value, one.now) for one in about.values()):
        return _("Write a value of the same kind as now.")
    return _twice(row) or _unreadable(row)


def _same_kind(value: object, now: object) -> bool:
    if isinstance(now, date):
        try:
            return isinstance(value, str) and bool(date.fromisoformat(value))
        except ValueError:
            return False
    return value is not None and type(value) is type(now)


def _about(row: Interpretation) -> dict[str, Open]:
    """The programmes it is about, with what it settles of each."""
    found = {}
    for programme, law in programmes_of(row.document):
        if row.programme_id in (None, programme.pk):
            for one in open_readings(law):
                if (one.kind, one.subject) == (row.kind, row.subject):
                    found[programme.code] = one
    return found


def _twice(row: Interpretation) -> str | None:
    for code in _about(row):
        for other in Interpretation.objects.standing().about(code, row.document).exclude(pk=row.pk):
            if (other.kind, other.subject) == (row.kind, row.subject):
                return _("Interpretation %(number)s says it already. Withdraw that one first.") % {
                    "number": other.number
                }
    return None


def preview(row: Interpretation) -> list[tuple[Programme, Open]]:
    """The programmes it changes, and what each has now."""
    about = _about(row)
    rows = [programme for programme, _law in programmes_of(row.document)]
    return [(programme, about[programme.code]) for programme in rows if programme.code in about]


def _unreadable(row: Interpretation) -> str | None:
    for programme, _law in programmes_of(row.document):
        try:
            rules.compile(with_interpretations(programme.version.sources, [row]), programme.code)
        except rules.PolicyError as error:
            return str(error)
    return None


@transaction.atomic
def confirm(row: Interpretation, *, by: User, at: datetime) -> Interpretation:
    """The second officer's word. It is published; a parameter makes a new version, once its first day has come."""
    row = _locked(row)
    if why := cannot_settle(row, by, on=day_of(at)) or _does_not_fit(row, on=day_of(at)):
        raise Refused(why)
    settle(row, Two.CONFIRMED, by=by, at=at)
    record("interpretation.confirmed", row, by=by, at=at, about=row.subject, number=row.number)
    if row.kind == Reading.PARAMETER:
        publish_again(row.document, by=by, at=at)
    return row


@transaction.atomic
def refuse(row: Interpretation, *, reason: str, by: User, at: datetime) -> Interpretation:
    """The second officer does not confirm it, and says why."""
    row = _locked(row)
    if why := cannot_settle(row, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    settle(row, Two.REFUSED, reason=reason, by=by, at=at)
    record("interpretation.refused", row, by=by, at=at)
    return row


@transaction.atomic
def take_back(row: Interpretation, *, by: User, at: datetime) -> Interpretation:
    """Whoever asked takes it back before it is confirmed."""
    row = _locked(row)
    if why := cannot_take_back(row, by, on=day_of(at)):
        raise Refused(why)
    settle(row, Two.WITHDRAWN, by=by, at=at)
    record("interpretation.taken_back", row, by=by, at=at)
    return row


def cannot_ask_to_end(row: Interpretation, user: User, *, on: date) -> str | None:
    """Why this officer cannot ask that a published interpretation be withdrawn."""
    if reason := not_its_approver(row.agency_id, user, on=on):
        return reason
    if row.state != Two.CONFIRMED:
        return _("Only a published interpretation can be withdrawn.")
    if row.ending_by_id:
        return _("Another approver has to confirm that it is withdrawn.")
    return None


def cannot_end(row: Interpretation, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm that an interpretation is withdrawn."""
    if reason := not_its_approver(row.agency_id, user, on=on):
        return reason
    if row.state != Two.CONFIRMED or row.ending_by is None:
        return _("Nobody asked that it be withdrawn.")
    return not_another(row.ending_by, user, on=on)


@transaction.atomic
def ask_to_end(row: Interpretation, *, reason: str, by: User, at: datetime) -> Interpretation:
    """One officer asks that it no longer be followed, and says why. Until another confirms, it stands."""
    row = _locked(row)
    if why := cannot_ask_to_end(row, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    row.ending_by, row.ending_because = by, reason.strip()[:300]
    row.save(update_fields=["ending_by", "ending_because"])
    record("interpretation.end_asked", row, by=by, at=at)
    return row


@transaction.atomic
def end(row: Interpretation, *, by: User, at: datetime) -> Interpretation:
    """Withdrawn by two: cases that are not decided are looked at as before it. What was decided by it stays."""
    row = _locked(row)
    if why := cannot_end(row, by, on=day_of(at)):
        raise Refused(why)
    settle(row, Two.WITHDRAWN, reason=row.ending_because, by=by, at=at)
    record("interpretation.ended", row, by=by, at=at, about=row.subject, number=row.number)
    if row.kind == Reading.PARAMETER:
        publish_again(row.document, by=by, at=at)
    return row


def take_effect(*, at: datetime) -> int:
    """Publish parameters whose first day has come; says how many versions are new. Safe to run twice."""
    today = day_of(at)
    rows = Interpretation.objects.standing().filter(
        kind=Reading.PARAMETER, from_on__range=(today - LATE, today)
    )
    documents = sorted(set(rows.values_list("document", flat=True)))
    return sum(len(publish_again(document, by=None, at=at)) for document in documents)


def _locked(row: Interpretation) -> Interpretation:
    return Interpretation.objects.select_for_update().get(pk=row.pk)
