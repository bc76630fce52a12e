"""Publish the law: what a folder of programme files says becomes immutable rows."""

from datetime import datetime

from django.db import transaction

from jiangli import rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.programmes.models import Mode, Programme, Version


class UnknownAgency(Exception):
    """A programme names an agency that this installation does not have."""


@transaction.atomic
def publish(library: rules.Library, *, by: User | None, at: datetime) -> list[Version]:
    """Publish every programme of ``library`` whose content is not published yet; returns the new versions.

    What ``library`` says is in force from now on, also where an older version comes back.
    Safe to run twice. ``UnknownAgency`` if a programme names one that is not here; then nothing is published.
    """
    new = [
        version
        for position, code in enumerate(in_order_of_the_notices(library))
        if (version := _publish_one(library, code, position, by=by, at=at)) is not None
    ]
    return new


def in_order_of_the_notices(library: rules.Library) -> list[str]:
    """The programmes as their documents have them: by document, then by where their section stands in the text."""

    def place(code: str) -> tuple[str, int, str]:
        programme = library.programmes[code]
        return programme.document.id, programme.first_line, code

    return sorted(library.programmes, key=place)


def _publish_one(
    library: rules.Library, code: str, position: int, *, by: User | None, at: datetime
) -> Version | None:
    programme = library.programmes[code]
    if not Agency.objects.filter(pk=programme.agency).exists():
        raise UnknownAgency(
            f"{code} names the agency {programme.agency}, which is not here; run `jiangli agencies` first."
        )
    version, made = Version.objects.get_or_create(
        programme_code=code,
        hash=programme.hash,
        defaults={"sources": library.sources_of(code), "published_at": at},
    )
    before = (
        Programme.objects.select_for_update().filter(pk=code).values_list("version__hash", flat=True).first()
    )
    held = {"version": version, "position": position, "proposals": library.proposals_of(code)}
    Programme.objects.update_or_create(
        code=code,
        defaults=held,
        create_defaults={
            **held,
            "agency_id": programme.agency,
            "mode": Mode.REFERENCE if programme.elsewhere else Mode.OPEN,
        },
    )
    if made:
        record("version.published", version, by=by, at=at, programme=code, hash=version.hash)
    if before != version.hash:
        moved = {"programme": code, "hash": version.hash, "before": before or ""}
        record("programme.version_in_force", version, by=by, at=at, **moved)
    return version if made else None
