"""How staff accounts behave with allauth: nobody signs up, officers only."""

from allauth.account.adapter import DefaultAccountAdapter


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Officers are appointed, not signed up."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
