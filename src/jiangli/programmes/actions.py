"""Publish the law: what a folder of programme files says becomes immutable rows."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.audit.models import Event
from jiangli.clock import day_of
from jiangli.programmes.amending import amend, amended
from jiangli.programmes.models import Mode, Programme, Version
from jiangli.programmes.permissions import cannot_set_mode
from jiangli.refused import Refused

TAKEN_OUT, PUT_BACK, MODE_SET = "programme.taken_out", "programme.put_back", "programme.mode_set"


class UnknownAgency(Exception):
    """A programme names an agency that this installation does not have."""


@transaction.atomic
def publish(library: rules.Library, *, by: User | None, at: datetime) -> list[Version]:
    """Publish every programme of ``library`` whose content is not published yet; returns the new versions.

    What ``library`` says is in force from now on, also where an older version comes back, and what it no longer
    holds takes no new cases. What officers confirmed (an adoption of a draft, an interpretation) is laid over it:
    a folder that still says "draft" does not undo an adoption. Safe to run twice.
    ``UnknownAgency`` if a programme names one that is not here; then
    nothing is published.
    """
    library = amended(library, on=day_of(at))
    new = [
        version
        for position, code in enumerate(in_order_of_the_notices(library))
        if (version := _publish_one(library, code, position, by=by, at=at)) is not None
    ]
    _close_what_was_taken_out(library, by=by, at=at)
    return new


def in_order_of_the_notices(library: rules.Library) -> list[str]:
    """The newest document first, one without a day last; in each as its text has them."""

    def place(code: str) -> tuple[int, str, int, str]:
        programme = library.programmes[code]
        first = programme.document.first_day or date.min
        return -first.toordinal(), programme.document.id, programme.first_line, code

    return sorted(library.programmes, key=place)


def _publish_one(
    library: rules.Library, code: str, position: int, *, by: User | None, at: datetime
) -> Version | None:
    programme = library.programmes[code]
    if not Agency.objects.filter(pk=programme.agency).exists():
        raise UnknownAgency(
            f"{code} names the agency {programme.agency}, which is not here; run `jiangli agencies` first."
        )
    beside = {"position": position, "proposals": library.proposals_of(code), "agency_id": programme.agency}
    return _put_in_force(programme, library.sources_of(code), by=by, at=at, **beside)


def _put_in_force(
    programme: rules.Programme, sources: dict[str, str], *, by: User | None, at: datetime, **beside: Any
) -> Version | None:
    """The version of these sources in force from now on; the version if it is new. ``beside``: of the row."""
    code = programme.id
    version, made = Version.objects.get_or_create(
        programme_code=code, hash=programme.hash, defaults={"sources": sources, "published_at": at}
    )
    before = (
        Programme.objects.select_for_update().filter(pk=code).values_list("version__hash", flat=True).first()
    )
    row, _new = Programme.objects.update_or_create(code=code, defaults={"version": version, **beside})
    if made:
        record("version.published", version, by=by, at=at, programme=code, hash=version.hash)
    if before != version.hash:
        moved = {"programme": code, "hash": version.hash, "before": before or ""}
        record("programme.version_in_force", version, by=by, at=at, **moved)
    if row.mode == Mode.CLOSED and beside and (was := _mode_when_taken_out(row)):
        _set_mode(row, was, PUT_BACK, by=by, at=at)
    _follow_the_file(row, programme)
    return version if made else None


@transaction.atomic
def publish_again(document: str, *, by: User | None, at: datetime) -> list[Version]:
    """Publish the programmes of a document with what officers confirmed, from what is published of them.

    Needs no folder; a programme that left it stays as it is. Safe to run twice. PolicyError if they do not fit.
    """
    new = []
    for row in Programme.objects.select_related("version").order_by("position", "code"):
        sources = row.version.sources
        if f"{document}/document.toml" not in sources or (
            row.mode == Mode.CLOSED and _mode_when_taken_out(row)
        ):
            continue
        changed = amend(sources, on=day_of(at))
        if changed != sources:
            made = _put_in_force(rules.compile(changed, row.code), changed, by=by, at=at)
            new += [made] if made else []
    return new


def _follow_the_file(row: Programme, law: rules.Programme) -> None:
    """A draft is for simulation, what another system decides for reference, the rest open, until somebody sets it."""
    wanted = Mode.REFERENCE if law.elsewhere else Mode.OPEN
    if law.document.status == "draft":
        wanted = Mode.SIMULATION
    set_by_hand = Event.objects.about(row).filter(name=MODE_SET).exists()
    if row.mode not in (wanted, Mode.CLOSED) and not set_by_hand:
        row.mode = wanted
        row.save(update_fields=["mode"])


@transaction.atomic
def set_mode(row: Programme, mode: Mode, *, reason: str = "", by: User | None, at: datetime) -> None:
    """What is done with a programme, whatever its file says; publishing leaves it as it is set.

    An officer needs the post and says why; ``by`` is None at the machine's own command.
    """
    row = Programme.objects.select_for_update().get(pk=row.pk)
    if by is not None:
        if why := cannot_set_mode(row, by, on=day_of(at)):
            raise Refused(why)
        if not reason.strip():
            raise Refused(_("Say why."))
        if mode == row.mode:
            raise Refused(_("This is its mode already."))
    _set_mode(row, mode, MODE_SET, by=by, at=at, before=row.mode, mode=mode, reason=reason.strip()[:300])


def _close_what_was_taken_out(library: rules.Library, *, by: User | None, at: datetime) -> None:
    """What the folder no longer holds takes no new cases and stands last; filed cases go on by their version."""
    gone = Programme.objects.select_for_update().exclude(pk__in=library.programmes)
    for position, row in enumerate(gone.order_by("position", "code"), len(library.programmes)):
        row.position = position
        row.save(update_fields=["position"])
        if row.mode != Mode.CLOSED:
            _set_mode(row, Mode.CLOSED, TAKEN_OUT, by=by, at=at, before=row.mode)


def _mode_when_taken_out(row: Programme) -> Mode | None:
    """The mode it had before it left the folder; None if it did not, so that an officer closed it."""
    last = Event.objects.about(row).filter(name__in=(TAKEN_OUT, PUT_BACK)).last()
    return Mode(last.details["before"]) if last and last.name == TAKEN_OUT else None


def _set_mode(row: Programme, to: Mode, name: str, *, by: User | None, at: datetime, **known: str) -> None:
    row.mode = to
    row.save(update_fields=["mode"])
    record(name, row, by=by, at=at, **known)
