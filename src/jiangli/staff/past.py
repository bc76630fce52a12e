"""What the pages of the past share: the folders, the choices of their filters, the words of a state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli.registers.history.models import HistoryDeclaration, HistoryImport
from jiangli.registers.history.scopes import Scope, scopes_of
from jiangli.staff.gate import office, who
from jiangli.staff.pages import Unclear

TONES = {  # of an import, a row or a case, by the states of conditions
    "reading": "unknown", "taking": "unknown", "staged": "faulty", "taken": "met", "discarded": "unmet",
    "good": "met", "duplicate": "unknown", "faulty": "faulty",
    "open": "faulty", "paid": "met", "refused": "unmet",
    "declared": "faulty", "confirmed": "met", "revoked": "unmet",
}  # fmt: skip


def own_scopes(request: HttpRequest) -> dict[str, Scope]:
    """The series and programmes in which the officer's agency takes part."""
    return scopes_of(office(request).pk)


def folders(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """往年记录's three lists, with how many there are."""
    user = who(request)
    waiting = HistoryDeclaration.objects.visible_to(user).filter(confirmed_at=None, revoked_at=None)
    return [
        _folder(_("Brought in"), "history", here, HistoryImport.objects.visible_to(user).count()),
        _folder(_("In progress elsewhere"), "elsewhere", here, None),
        _folder(_("Declared complete"), "declarations", here, waiting.count() or None),
    ]


def _folder(label: str, name: str, here: str, count: int | None) -> dict[str, Any]:
    return {"label": label, "url": reverse(f"staff:{name}"), "current": name == here, "count": count}


def chosen(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    """The one value of a filter. Unclear if the list does not have it."""
    value = request.GET.get(name, "")
    if value and value not in known:
        raise Unclear(_("There is no list “%(name)s” here.") % {"name": value[:20]})
    return value


def options(name: str, legend: str, choices: Iterable[tuple[str, Any]], value: str) -> dict[str, Any]:
    """One question of the filter form: everything, or one of the choices."""
    rows = [{"value": code, "label": label, "chosen": code == value} for code, label in choices]
    return {"name": name, "legend": legend, "options": rows}
