"""Publish the law: what a folder of programme files says becomes immutable rows."""

from datetime import datetime

from django.db import transaction

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.programmes.models import Programme, Version


@transaction.atomic
def publish(library: rules.Library, *, by: User | None, at: datetime) -> list[Version]:
    """Publish every programme of ``library`` whose content is not published yet; returns the new versions.

    Safe to run twice.
    """
    new = [
        version
        for position, code in enumerate(library.programmes)
        if (version := _publish_one(library, code, position, by=by, at=at)) is not None
    ]
    return new


def _publish_one(
    library: rules.Library, code: str, position: int, *, by: User | None, at: datetime
) -> Version | None:
    programme = library.programmes[code]
    version, made = Version.objects.get_or_create(
        programme_code=code,
        hash=programme.hash,
        defaults={"sources": library.sources_of(code), "published_at": at},
    )
    Programme.objects.update_or_create(
        code=code,
        defaults={"version": version, "position": position},
        create_defaults={"version": version, "position": position, "agency_id": programme.agency},
    )
    if not made:
        return None
    record("version.published", version, by=by, at=at, programme=code, hash=version.hash)
    return version
