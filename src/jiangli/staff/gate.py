"""Who may come in: officers. Everybody else is shown the way to sign in, or nothing at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

View = Callable[..., HttpResponse]


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
