"""The officers' way in: password, lock after five wrong ones, second step, no other door."""

from __future__ import annotations

from datetime import datetime

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from stories import agencies, member, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
PASSWORD = "wanderlust-7"


@pytest.fixture
def someone(at: datetime) -> User:
    agencies()
    return officer("xiaoshan-union", Role.REVIEWER)


def sign_in(client: Client, user: User, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post(reverse("account_login"), {"login": user.username, "password": password})


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_page_asks_for_name_and_password_and_offers_no_sign_up(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "工作人员登录" in page
    assert "signup" not in page
    assert "reset" not in page


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "confirm-email/", "login/code/"])
def test_there_is_no_other_door(client: Client, path: str) -> None:
    assert client.get(f"/staff/account/{path}").status_code == 404


def test_right_password_leads_to_the_work(client: Client, someone: User) -> None:
    answer = sign_in(client, someone)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("staff:home")


def test_a_wrong_password_says_so_and_keeps_the_name(client: Client, someone: User) -> None:
    page = sign_in(client, someone, "wrong-word-1234").content.decode()
    assert someone.username in page


def test_five_wrong_passwords_lock_the_account_with_a_sentence(client: Client, someone: User) -> None:
    answers = [sign_in(client, someone, f"wrong-word-{n}") for n in range(5)]
    assert answers[-1].status_code == 429
    assert "锁一刻钟" in answers[-1].content.decode()
    assert sign_in(client, someone).status_code == 429  # the right one does not help now


def test_the_second_step_is_switched_on_and_then_asked_for(client: Client, someone: User) -> None:
    sign_in(client, someone)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    assert client.post(reverse("mfa_activate_totp"), {"code": digits(secret)}).status_code == 302
    assert "已打开" in client.get(reverse("mfa_index")).content.decode()
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200

    fresh = Client()
    answer = sign_in(fresh, someone)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert fresh.get(reverse("staff:queue")).status_code == 302  # not in yet
    assert "第二步" in fresh.get(reverse("mfa_authenticate")).content.decode()
    assert fresh.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    from django.core.cache import cache

    cache.clear()  # a code counts once; this one was used a moment ago
    answer = fresh.post(reverse("mfa_authenticate"), {"code": digits(secret)})
    assert answer.status_code == 302
    assert fresh.get(reverse("staff:queue")).status_code == 200


def test_the_password_is_changed_and_the_old_one_no_longer_works(client: Client, someone: User) -> None:
    sign_in(client, someone)
    new = "another-long-word-9"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert sign_in(Client(), someone).status_code == 200
    assert sign_in(Client(), someone, new).status_code == 302


def second_step(someone: User) -> str:
    secret: str = generate_totp_secret()
    TOTP.activate(someone, secret)
    return secret


def test_the_sixth_wrong_code_is_refused_and_then_the_right_one_too(client: Client, someone: User) -> None:
    secret = second_step(someone)
    sign_in(client, someone)
    url = reverse("mfa_authenticate")
    pages = [client.post(url, {"code": f"{n:06d}"}).content.decode() for n in range(5)]
    assert not any("太多" in page for page in pages)
    assert client.post(url, {"code": "000009"}).status_code == 200
    other = Client()  # another browser, another process: the count is the account's
    sign_in(other, someone)
    answer = other.post(url, {"code": digits(secret)})
    assert answer.status_code == 200
    assert other.get(reverse("staff:queue")).status_code == 302


def test_the_account_pages_are_for_officers(client: Client, at: datetime) -> None:
    agencies()
    client.force_login(member().account, backend="django.contrib.auth.backends.ModelBackend")
    for name in (
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    ):
        assert client.get(reverse(name)).status_code == 404, name
        assert Client().get(reverse(name))["Location"].startswith(reverse("account_login")), name
    for name in ("account_login", "mfa_authenticate"):
        assert client.get(reverse(name)).status_code == 302, name
