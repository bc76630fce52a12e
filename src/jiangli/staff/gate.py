"""Who may come in: officers. Everybody else is shown the way to sign in, or nothing at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.reviews.selection.permissions import scores_only

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
    """Strangers sign in first; for claimants, and experts who only score, these pages do not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(
                request.get_full_path() if request.method == "GET" else reverse("staff:home")
            )
        if not user.is_officer or scores_only(user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def expert_required(view: View) -> View:
    """The pages on which experts score; each shows only what its expert is assigned."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(
                request.get_full_path() if request.method == "GET" else reverse("staff:home")
            )
        if not user.is_officer or Role.EXPERT not in roles_of(user, on=clock.today()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
