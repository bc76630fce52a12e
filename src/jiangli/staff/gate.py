"""Who may come in: officers. Everybody else is shown the way to sign in, or nothing at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from jiangli.accounts.models import Agency, User

View = Callable[..., HttpResponse]


def who(request: HttpRequest) -> User:
    """The officer who asks; only behind ``officer_required``."""
    return cast(User, request.user)


def office(request: HttpRequest) -> Agency:
    """The agency of the officer who asks."""
    agency = who(request).agency
    assert agency is not None  # an officer has one
    return agency


def officer_required(view: View) -> View:
    """Strangers sign in first; for a claimant these pages do not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(
                request.get_full_path() if request.method == "GET" else reverse("staff:home")
            )
        if not user.is_officer:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
