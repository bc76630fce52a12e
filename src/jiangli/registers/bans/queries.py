"""Whether somebody is banned from a programme on a day, and the sentence that says so."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from jiangli import rules
from jiangli.programmes.queries import published
from jiangli.registers.bans.models import Ban, BanQuerySet
from jiangli.registers.models import Organisation, Person

BANNED = "ban"  # the id under which a ban is the ground of a refusal; no condition has it


def covers(ban: Ban, law: rules.Programme) -> bool:
    """Whether a programme is among those of the ban's document, or of its series."""
    return ban.document == law.document.id or (ban.series != "" and ban.series == law.series)


def ban_of(party: Person | Organisation, law: rules.Programme, *, on: date) -> Ban | None:
    """The ban that bars this party from this programme on that day; None if it may claim.

    Somebody else's ban, another document's or one that is over bars nothing.
    """
    for ban in Ban.objects.against(party):
        if covers(ban, law) and ban.holds_on(on, last_day(ban, law)):
            return ban
    return None


def last_day(ban: Ban, law: rules.Programme | None = None) -> date | None:
    """The last day of the ban: its own, else that of its document as it is now; None while neither is known."""
    if ban.until_on is not None:
        return ban.until_on
    if law is not None and law.document.id == ban.document:
        return law.document.last_day
    documents = {found.document.id: found.document for _row, found in published()}
    return documents[ban.document].last_day if ban.document in documents else None


def reach(ban: Ban) -> dict[str, str]:
    """The programmes it bars: code → title, in the order of the notices."""
    return {row.code: law.title.zh for row, law in published() if covers(ban, law)}


def standing_bans(*, on: date) -> list[Ban]:
    """Every ban that bars somebody on that day."""
    rows = Ban.objects.filter(lifted_at=None, from_on__lte=on).select_related("person", "organisation")
    return [ban for ban in rows if ban.holds_on(on, last_day(ban))]


def bans_in_force(bans: BanQuerySet, *, on: date) -> list[Ban]:
    """Of these bans, those that bar on that day."""
    rows = bans.filter(lifted_at=None).select_related("person", "organisation", "agency")
    return [ban for ban in rows if ban.holds_on(on, last_day(ban))]


def document_title(ban: Ban) -> rules.Words:
    """The title of its document; its folder, if no programme of it is published any more."""
    titles = {law.document.id: law.document.title for _row, law in published()}
    return titles.get(ban.document, rules.Words(ban.document, ban.document))


def why_banned(ban: Ban) -> str:
    """Why nothing can be claimed: who, by which clause, until when, and whom to ask."""
    end = last_day(ban)
    if end is None:
        until = _("as long as the document is in force; it names no last day")
    else:
        until = _("until %(day)s, this day included") % {"day": end.isoformat()}
    return _(
        "%(name)s cannot claim under this document again: a false claim was found (%(number)s, %(clause)s). It holds "
        "%(until)s. To object, turn to %(agency)s %(phone)s."
    ) % {
        "name": ban.party.name,
        "number": ban.finding_number,
        "clause": ban.clause,
        "until": until,
        "agency": ban.agency.name,
        "phone": ban.agency.phone,
    }


def ground_of(ban: Ban) -> dict[str, str]:
    """The ban as the reason of a refusal, in the form in which a decision keeps its reasons."""
    with override("zh-hans"):
        return {"id": BANNED, "tell": why_banned(ban), "quote": ban.quote, "clause": ban.clause}
