"""A returned case has a last day: both ends count, one reminder, then it lapses and everything it held is free."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from stories import TECHNICIAN, certificate, draft, filed, member, officer, the_law

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(at: datetime) -> Application:
    """Returned on 10 June; the district union gives 30 days, so the last one is 10 July."""
    the_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    wrong = [{"field": "person.sex", "reason": "和身份证不一样"}]
    return reviews.send_back(case, fields=wrong, by=officer("xiaoshan-union", Role.REVIEWER), at=at)


def told(event: str) -> list[str]:
    return [message.text for message in Message.objects.filter(event=event)]


def test_the_message_and_the_case_name_the_last_day(returned: Application) -> None:
    assert str(returned.correct_by) == "2025-07-10"
    assert "7 月 10 日前（含当天）" in told("application.returned")[0]


def test_a_programme_may_have_a_period_of_its_own(returned: Application, at: datetime) -> None:
    Programme.objects.filter(pk=TECHNICIAN).update(correct_within_days=5)
    assert applications.correct_by(returned, at=at) == at.date() + timedelta(days=5)


def test_on_the_last_day_it_can_still_be_handed_in_and_the_first_day_counts(
    returned: Application, at: datetime
) -> None:
    last = at + timedelta(days=30)
    assert applications.lapse(at=last) == 0
    assert returned.claimant is not None and returned.claimant.account is not None
    again = applications.submit(returned, by=returned.claimant.account, at=last).application
    assert again.status == Status.SUBMITTED
    assert again.first_filed_at == at, "whatever is corrected later"
    assert again.correct_by is None
    assert applications.lapse(at=last + timedelta(days=400)) == 0


def test_one_reminder_a_week_before(returned: Application, at: datetime) -> None:
    assert applications.remind_of_corrections(at=at + timedelta(days=22)) == 0
    assert applications.remind_of_corrections(at=at + timedelta(days=23)) == 1
    assert applications.remind_of_corrections(at=at + timedelta(days=24)) == 0
    assert len(told("application.reminded")) == 1


def test_the_day_after_it_ends_and_one_may_apply_anew(returned: Application, at: datetime) -> None:
    after = at + timedelta(days=31)
    assert (applications.lapse(at=after), applications.lapse(at=after)) == (1, 0)
    returned.refresh_from_db()
    assert returned.status == Status.LAPSED
    assert len(told("application.lapsed")) == 1
    person = returned.claimant
    assert person is not None and person.account is not None
    with pytest.raises(Refused, match="重新申请"):
        applications.save_answers(returned, stated={"person.sex": "male"}, by=person.account, at=after)
    held = returned.line.certificate
    assert held is not None
    again = draft(person, held, at=after)
    assert applications.submit(again, by=person.account, at=after).application.status == Status.SUBMITTED


@pytest.mark.parametrize("do", [applications.remind_of_corrections, applications.lapse])
def test_a_case_that_cannot_be_dealt_with_stops_no_other_and_is_logged(
    returned: Application,
    at: datetime,
    do: Callable[..., int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The key that sealed the account of the first case is missing: it cannot even be opened."""
    person = member("测试乙")
    other = filed(person, certificate(person), at=at)
    wrong = [{"field": "person.sex", "reason": "和身份证不一样"}]
    reviews.send_back(other, fields=wrong, by=officer("xiaoshan-union", Role.REVIEWER), at=at)
    with connection.cursor() as cursor:
        sealed = f"UPDATE {Application._meta.db_table} SET account_number = 'k9.AAAA' WHERE number = %s"
        cursor.execute(sealed, [returned.number])
    days = 31 if do is applications.lapse else 25
    assert do(at=at + timedelta(days=days)) == 1
    assert [str(returned.pk) in record.getMessage() for record in caplog.records if record.exc_info] == [True]
    other.refresh_from_db()
    assert other.status == (Status.LAPSED if do is applications.lapse else Status.RETURNED)


def test_an_officer_gives_more_time_with_a_reason_and_one_more_reminder(
    returned: Application, at: datetime
) -> None:
    by, later = officer("xiaoshan-union", Role.REVIEWER), at.date() + timedelta(days=60)
    applications.remind_of_corrections(at=at + timedelta(days=25))
    with pytest.raises(Refused):
        applications.extend(returned, to=at.date() + timedelta(days=30), reason="住院", by=by, at=at)
    with pytest.raises(Refused):
        applications.extend(returned, to=later, reason=" ", by=by, at=at)
    with pytest.raises(Refused):
        applications.extend(returned, to=later, reason="住院", by=officer("xiaoshan-hrss"), at=at)
    applications.extend(returned, to=later, reason="住院", by=by, at=at)
    assert applications.lapse(at=at + timedelta(days=60)) == 0
    assert applications.remind_of_corrections(at=at + timedelta(days=55)) == 1


def test_only_who_deals_with_it_gives_more_time_and_nobody_for_their_own_case(
    returned: Application, at: datetime
) -> None:
    by, later = officer("xiaoshan-union", Role.REVIEWER), at.date() + timedelta(days=60)
    cashier = officer("xiaoshan-union", Role.CASHIER)
    with pytest.raises(Refused, match="只有经办"):
        applications.extend(returned, to=later, reason="住院", by=cashier, at=at)
    person = returned.claimant
    assert person is not None
    person.officer = by
    person.save(update_fields=["officer"])
    with pytest.raises(Refused, match="自己"):
        applications.extend(returned, to=later, reason="住院", by=by, at=at)
