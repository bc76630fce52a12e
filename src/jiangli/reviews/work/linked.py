"""Other cases of the same person, account, phone or certificate; of those one may not see only how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application, Line
from jiangli.reviews.queries import own

SHOWN = 20
SAME: dict[str, Promise] = {
    "person": _("Same person"),
    "account": _("Same account"),
    "phone": _("Same phone"),
    "certificate": _("Same certificate"),
}


@dataclass(frozen=True)
class Linked:
    """A case the officer may see, and in what it is the same."""

    case: Application
    same: tuple[str, ...]


@dataclass(frozen=True)
class Links:
    """``hidden``: how many more there are that the officer may not see; ``more``: that are not listed."""

    cases: list[Linked]
    hidden: int
    more: int

    def __bool__(self) -> bool:
        return bool(self.cases or self.hidden)


def linked(application: Application, user: User) -> Links:
    """The other filed cases that share something with this one, the newest first."""
    others = Application.objects.filter(first_filed_at__isnull=False).exclude(pk=application.pk)
    ways = {way: others.filter(where) for way, where in _ways(application)}
    every = set().union(*(found.values_list("pk", flat=True) for found in ways.values())) if ways else set()
    mine = Application.objects.visible_to(user).exclude(own(user)).filter(pk__in=every)
    shown = list(
        mine.select_related("claimant", "organisation", "version").order_by("-first_filed_at", "pk")[:SHOWN]
    )
    same = {way: _among(found, shown) for way, found in ways.items()}
    rows = [Linked(case, tuple(way for way in SAME if case.pk in same.get(way, ()))) for case in shown]
    seen = mine.count()
    return Links(rows, hidden=len(every) - seen, more=seen - len(shown))


def _among(found: QuerySet[Application], shown: list[Application]) -> set[object]:
    return set(found.filter(pk__in=[case.pk for case in shown]).values_list("pk", flat=True))


def _ways(application: Application) -> Iterator[tuple[str, Q]]:
    lines = application.lines.all()
    persons = lines.exclude(person=None).values("person")
    if application.claimant_id or lines.exclude(person=None).exists():
        on_lines = Line.objects.filter(person__in=persons).values("application")
        claimed = Q(claimant=application.claimant_id) if application.claimant_id else Q(claimant__in=persons)
        yield "person", claimed | Q(pk__in=on_lines)
    if application.account_index:
        yield "account", Q(account_index=application.account_index)
    if application.claimant and (phone := application.claimant.proved_phone_index):
        others = Q(claimant__proved_phone_index=phone) & ~Q(claimant=application.claimant_id)
        yield "phone", others
    certificates = lines.exclude(certificate=None).values("certificate")
    if lines.exclude(certificate=None).exists():
        held = Line.objects.filter(certificate__in=certificates).values("application")
        yield "certificate", Q(pk__in=held)
