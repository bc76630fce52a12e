"""采纳: a draft document becomes the law when two approvers of its agency say under which number and from when.

Nothing decided by a draft is paid. Confirming publishes every programme of the document anew, in force; what
that means for cases is the reviews' (``reviews.adopted``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.programmes.actions import publish_again
from jiangli.programmes.amending import MARK, adopted_text
from jiangli.programmes.models import Adoption, Mode, Programme, Two
from jiangli.programmes.queries import published
from jiangli.programmes.two import cannot_settle, cannot_take_back, not_its_approver, settle
from jiangli.refused import Refused
from jiangli.rules import toml
from jiangli.rules.library import programme_paths


def documents() -> dict[str, rules.Document]:
    """The documents that were or are drafts here and can be adopted, by folder, with the newest first."""
    found: dict[str, rules.Document] = {}
    adopted = set(Adoption.objects.filter(state=Two.CONFIRMED).values_list("document", flat=True))
    for row, law in published():
        id = law.document.id
        if law.document.status == "draft":
            found.setdefault(id, law.document)
        elif id in adopted and id not in found:
            adopted.discard(id)
            if row.version.sources[f"{id}/document.toml"].startswith(MARK):
                found[id] = law.document
    return found


def programmes_of(document: str) -> list[tuple[Programme, rules.Programme]]:
    """The published programmes of a document."""
    return [(row, law) for row, law in published() if law.document.id == document]


@dataclass(frozen=True)
class Preview:
    """What the adoption changes of one programme; ``dated``: its conditions that name a day, (id, day) each.

    ``outside``: such a day is before the adopted document begins, or after it ends.
    """

    programme: Programme
    law: rules.Programme
    mode: Mode
    dated: tuple[tuple[str, str], ...]
    outside: tuple[tuple[str, str], ...]


def preview(adoption: Adoption) -> list[Preview]:
    """Each programme of the document as it would be. PolicyError if its text does not fit."""
    found = []
    for row, _law in programmes_of(adoption.document):
        path = f"{adoption.document}/document.toml"
        sources = {**row.version.sources, path: adopted_text(row.version.sources[path], adoption)}
        law = rules.compile(sources, row.code)
        dated = tuple(_days(sources, row.code))
        outside = tuple(pair for pair in dated if _is_outside(date.fromisoformat(pair[1]), adoption))
        found.append(Preview(row, law, Mode.REFERENCE if law.elsewhere else Mode.OPEN, dated, outside))
    return found


_DAY = re.compile(r"DATE '(\d{4}-\d\d-\d\d)'")


def _days(sources: dict[str, str], code: str) -> Iterator[tuple[str, str]]:
    """The days that the programme file writes out, with the part they stand in ([claim.E4])."""
    path = next(
        path for path in programme_paths(sources) if toml.read(sources[path], path).text("id") == code
    )
    part = ""
    for line in sources[path].splitlines():
        if line.startswith("["):
            part = line.split("#")[0].strip().strip("[]")
        yield from ((part, day) for day in _DAY.findall(line))


def _is_outside(day: date, adoption: Adoption) -> bool:
    return day < adoption.first_day or (adoption.last_day is not None and day > adoption.last_day)


def cannot_ask(document: str, user: User, *, on: date) -> str | None:
    """Why this officer cannot ask that the draft be adopted."""
    draft = documents().get(document)
    if draft is None:
        return _("This document is not a draft.")
    if reason := not_its_approver(draft.issuer, user, on=on):
        return reason
    if Adoption.objects.filter(document=document, state=Two.ASKED).exists():
        return _("An adoption of this document waits for the second officer already.")
    return None


@transaction.atomic
def ask(
    document: str,
    *,
    number: str,
    first_day: date,
    last_day: date | None = None,
    title: str = "",
    title_en: str = "",
    text: str = "",
    address: str = "",
    by: User,
    at: datetime,
) -> Adoption:
    """The first officer's word: the number and the days of the published text, and where it can be read."""
    Agency.objects.select_for_update().get(pk=by.agency_id)
    if why := cannot_ask(document, by, on=day_of(at)):
        raise Refused(why)
    if not number.strip():
        raise Refused(_("Write the number of the published document."))
    if last_day is not None and last_day < first_day:
        raise Refused(_("The last day is before the first."))
    if not text.strip() and not address:
        raise Refused(_("Write the text of the adoption, or the address where it stands."))
    row = Adoption(
        document=document, agency_id=documents()[document].issuer, number=number.strip(), title=title.strip(),
        title_en=title_en.strip(), first_day=first_day, last_day=last_day, text=text.strip(), address=address,
        asked_by=by, asked_at=at,
    )  # fmt: skip
    _readable(row)
    row.save(force_insert=True)
    record("adoption.asked", row, by=by, at=at, document=document, number=row.number)
    return row


def _readable(row: Adoption) -> None:
    """Refused if the programmes would not be read with these words and days."""
    try:
        preview(row)
    except rules.PolicyError as error:
        raise Refused(str(error)) from None


@transaction.atomic
def confirm(adoption: Adoption, *, by: User, at: datetime) -> Adoption:
    """The second officer's word: every programme of the document is published anew, in force.

    Its mode follows, unless somebody set it by hand.
    """
    adoption = _locked(adoption)
    if why := cannot_settle(adoption, by, on=day_of(at)):
        raise Refused(why)
    settle(adoption, Two.CONFIRMED, by=by, at=at)
    versions = publish_again(adoption.document, by=by, at=at)
    record(
        "adoption.confirmed", adoption, by=by, at=at, document=adoption.document, number=adoption.number,
        versions=[version.hash for version in versions],
    )  # fmt: skip
    return adoption


@transaction.atomic
def refuse(adoption: Adoption, *, reason: str, by: User, at: datetime) -> Adoption:
    """The second officer does not confirm it, and says why."""
    adoption = _locked(adoption)
    if why := cannot_settle(adoption, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    settle(adoption, Two.REFUSED, reason=reason, by=by, at=at)
    record("adoption.refused", adoption, by=by, at=at, document=adoption.document)
    return adoption


@transaction.atomic
def withdraw(adoption: Adoption, *, reason: str = "", by: User, at: datetime) -> Adoption:
    """Whoever asked takes it back before it is confirmed. What is in force is corrected by another adoption."""
    adoption = _locked(adoption)
    if why := cannot_take_back(adoption, by, on=day_of(at)):
        raise Refused(why)
    settle(adoption, Two.WITHDRAWN, reason=reason, by=by, at=at)
    record("adoption.withdrawn", adoption, by=by, at=at, document=adoption.document)
    return adoption


def _locked(adoption: Adoption) -> Adoption:
    return Adoption.objects.select_for_update().get(pk=adoption.pk)
