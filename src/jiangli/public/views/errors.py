"""When there is no page, no permission, or something broke: what happened, a way on, and whom to call."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli.public.pages import contact


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    user = getattr(request, "user", None)
    staff = bool(user and user.is_authenticated and user.is_officer)
    context: dict[str, Any] = {
        "face": "looks/staff.html" if staff else "looks/public.html",
        "staff": staff,
        "way_on": reverse("staff:queue") if staff else reverse("public:home"),
        "way": _("To the desk") if staff else _("To the first page"),
        "contact": contact(),
    }
    return HttpResponse(render_to_string(template, context, request), status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", 403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that was open too long, or in a browser without cookies."""
    return _page(request, "403_csrf.html", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Nothing may be asked of what just broke, so the page stands alone."""
    return HttpResponse(render_to_string("500.html"), status=500)
