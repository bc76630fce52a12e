"""Certificates that were issued but cannot be searched yet: the case is taken, and waits for the register."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from jiangli.applications.models import Application, Line
from jiangli.applications.status import Status
from jiangli.reviews.models import LookUp


def verifying(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Of ``cases`` those in review with a certificate that no register has shown and no officer has looked up.

    Nothing is stored: a load of the register, or a look-up, takes a case out of this by itself.
    """
    looked_up = LookUp.objects.filter(
        application=OuterRef("application"),
        certificate=OuterRef("certificate"),
        fact__startswith="certificate.",
        found=True,
    )
    unseen = Line.objects.filter(
        ~Exists(looked_up),
        application=OuterRef("pk"),
        certificate__isnull=False,
        certificate__looked_up_at=None,
    )
    return cases.filter(Exists(unseen), status=Status.SUBMITTED)


def is_verifying(application: Application) -> bool:
    """Whether this case waits for its certificate to be found."""
    return verifying(Application.objects.filter(pk=application.pk)).exists()
