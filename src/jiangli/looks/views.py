"""The two switches in every page, 大字 and the language, and the gallery of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from . import samples

A_YEAR = 365 * 24 * 60 * 60


def _back(request: HttpRequest) -> str:
    """Where the form was, if that is ours; else the first page."""
    there = request.POST.get("next") or ""
    ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if ours else "/"


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Turn large text on or off, by cookie."""
    response = HttpResponseRedirect(_back(request))
    if request.COOKIES.get("large"):
        response.delete_cookie("large", samesite="Lax")
    else:
        response.set_cookie(
            "large", "1", max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Django's own switch, under our address."""
    return set_language(request)


def _gallery(request: HttpRequest, template: str, **more: object) -> HttpResponse:
    if not (settings.DEBUG or getattr(settings, "JIANGLI_DEMO", False)):
        raise Http404
    return render(request, template, samples.context() | more)


def gallery(request: HttpRequest) -> HttpResponse:
    return _gallery(request, "looks/gallery.html")


def gallery_staff(request: HttpRequest) -> HttpResponse:
    return _gallery(request, "looks/gallery_staff.html", nav=samples.STAFF_NAV)


def gallery_print(request: HttpRequest) -> HttpResponse:
    return _gallery(request, "looks/gallery_print.html")
