"""What list pages share: pages of a list, and the answer to an address that asks for something unknown."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

ROWS = 25


class Unclear(Exception):
    """The address asks for something this page does not have; the text says what."""


def only(request: HttpRequest, *names: str) -> None:
    """Refuse an address with a name that the page does not know, rather than ignore it."""
    strange = [name for name in request.GET if name not in names]
    if strange:
        raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": strange[0][:40]})


def page_of(things: Sequence[Any] | Any, request: HttpRequest, rows: int = ROWS) -> Page[Any]:
    """The page that the address asks for."""
    pages = Paginator(things, rows)
    wanted = request.GET.get("page") or "1"
    if not wanted.isdecimal() or len(wanted) > 6 or not 1 <= int(wanted) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": wanted[:20], "pages": pages.num_pages}
        )
    return pages.page(int(wanted))


def unclear(request: HttpRequest, why: Unclear) -> HttpResponse:
    """The page that says so: 400, with the way back to the whole list."""
    return render(request, "staff/unclear.html", {"why": str(why), "whole": request.path}, status=400)
