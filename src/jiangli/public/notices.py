"""What a claimant reads of the public notice on which their case stands: from when to when, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.applications.models import Application
from jiangli.looks.templatetags.looks import written_day
from jiangli.reviews.publicity.permissions import cannot_object
from jiangli.reviews.publicity.queries import of_case
from jiangli.reviews.publicity.showing import first_day


@dataclass(frozen=True)
class Notice:
    """``url`` leads to the list, ``object_url`` to objecting where the claimant was told alone; empty if to nothing."""

    stage: int
    first: date
    last: date
    held: bool
    is_told: bool
    url: str
    object_url: str

    @property
    def words(self) -> str:
        days = _("%(first)s to %(last)s") % {
            "first": written_day(self.first, clock.today()), "last": written_day(self.last, clock.today()),
        }  # fmt: skip
        if self.held:
            return _("%(days)s; somebody objected, it is being looked into") % {"days": days}
        return days


def notice_of(application: Application) -> Notice | None:
    """The newest notice that was up with this case; None before."""
    case = of_case(application)
    if case is None or case.publication.opened_at is None:
        return None
    publication = case.publication
    can_object = publication.is_told and cannot_object(publication, on=clock.today()) is None
    shown = not publication.is_told and publication.shows_rows(clock.today())
    return Notice(
        stage=publication.stage,
        first=first_day(publication),
        last=publication.closes_on,
        held=case.live and case.is_held,
        is_told=publication.is_told,
        url=reverse("public:publication", args=[publication.number]) if shown else "",
        object_url=reverse("public:object-told", args=[application.pk]) if can_object else "",
    )
