"""Who may act as whom on a day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jiangli.accounts.models import Agency, Deputy, Post, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role

pytestmark = pytest.mark.django_db
FROM, TO = date(2025, 6, 9), date(2025, 6, 13)


@pytest.fixture
def office() -> tuple[User, User]:
    agency = Agency.objects.create(code="a", name="甲", short_name="甲", name_en="A", prefix="A")
    absent = User.objects.create(username="absent", agency=agency)
    deputy = User.objects.create(username="deputy", agency=agency)
    Post.objects.create(user=absent, role=Role.APPROVER)
    Post.objects.create(user=deputy, role=Role.REVIEWER)
    Deputy.objects.create(absent=absent, deputy=deputy, from_on=FROM, to_on=TO)
    return absent, deputy


@pytest.mark.parametrize(
    ("day", "stands_in"),
    [(date(2025, 6, 8), False), (FROM, True), (TO, True), (date(2025, 6, 14), False)],
)
def test_a_deputy_has_the_roles_of_the_absent_on_those_days(
    office: tuple[User, User], day: date, stands_in: bool
) -> None:
    absent, deputy = office
    assert (absent in stands_in_for(deputy, on=day)) is stands_in
    assert (Role.APPROVER in roles_of(deputy, on=day)) is stands_in
    assert roles_of(absent, on=day) == {Role.APPROVER}


def test_nobody_stands_in_across_agencies(office: tuple[User, User]) -> None:
    _absent, deputy = office
    deputy.agency = Agency.objects.create(code="b", name="乙", short_name="乙", name_en="B", prefix="B")
    deputy.save()
    assert stands_in_for(deputy, on=FROM) == {deputy}


def test_a_deputy_is_another_and_the_days_are_in_order(office: tuple[User, User]) -> None:
    absent, deputy = office
    for wrong in (
        {"absent": absent, "deputy": absent, "from_on": FROM, "to_on": TO},
        {"absent": absent, "deputy": deputy, "from_on": TO, "to_on": FROM},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.create(**wrong)
