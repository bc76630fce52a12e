"""What every page may load: nothing from elsewhere, no inline script or style, and never in a frame."""

import pytest
from django.test import Client

from stories import NOON, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.mark.parametrize("path", ["/", "/check/", "/status/", "/sign-in/", "/staff/account/login/"])
def test_a_page_loads_only_from_its_own_host(client: Client, path: str) -> None:
    the_law(NOON)
    policy = client.get(path, follow=True)["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in policy
