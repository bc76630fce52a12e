"""Officers are appointed together with the person they are."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from made_up import number_of

from jiangli.accounts.models import Agency, User
from jiangli.audit.models import Event
from jiangli.registers.actions import identify
from jiangli.registers.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agency() -> Agency:
    return Agency.objects.create(code="a", name="甲", short_name="甲", name_en="A", prefix="A")


def appoint(username: str, *roles: str, name: str = "测试甲", order: int = 1, agency: str = "a") -> str:
    out = StringIO()
    call_command(
        "officer", username, agency, *roles, "--name", name, "--id-number", number_of(order), stdout=out
    )
    return out.getvalue().split(maxsplit=1)[1].strip()


def test_an_officer_is_somebody(member: Person) -> None:
    password = appoint("jia", "reviewer", "cashier")
    user = User.objects.get(username="jia")
    member.refresh_from_db()
    assert member.officer == user and user.check_password(password) and user.is_officer
    assert set(user.posts.values_list("role", flat=True)) == {"reviewer", "cashier"}
    told = " ".join(str(event.details) for event in Event.objects.all())
    assert number_of(1) not in told and "测试甲" not in told and password not in told


def test_again_changes_the_posts_and_keeps_the_password() -> None:
    password = appoint("jia", "reviewer")
    assert appoint("jia", "approver") == "(the password stays)"
    user = User.objects.get(username="jia")
    assert user.check_password(password)
    assert [post.role for post in user.posts.all()] == ["approver"]
    assert Person.objects.get().officer == user and not Person.objects.get().in_register


def test_one_account_is_one_person(member: Person, at: datetime) -> None:
    appoint("jia", "reviewer")
    claimant = identify("测试乙", number_of(2), "13900000002", at=at).person.account
    assert claimant is not None
    for wrong in (
        {"username": "jia", "order": 2, "name": "测试乙"},
        {"username": "other"},
        {"username": "yi", "order": 2, "name": "别人丁"},
        {"username": claimant.username, "order": 3},
        {"username": "bing", "agency": "b", "order": 4},
    ):
        with pytest.raises(CommandError):
            appoint(wrong.pop("username"), "reviewer", **wrong)  # type: ignore[arg-type]
    assert User.objects.filter(agency="a").count() == 1
