"""How staff accounts behave with allauth: nobody signs up, officers only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Officers are appointed, not signed up."""

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes: one lock, one sentence. Codes are counted by allauth."""
