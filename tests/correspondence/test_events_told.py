"""Every change of a case's state is told, and everything that is told has its text."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import jiangli
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.correspondence.texts import texts
from jiangli.reviews import actions as reviews
from stories import approved, certificate, filed, member, officer, the_law

TOLD = re.compile(r"""\b_?tell(?:_all|_party)?\(\s*(?:\w+,\s*)?"([a-z_]+\.[a-z_]+)\"""")


def told_about(application: Application) -> list[str]:
    return list(Message.objects.about(application.pk).order_by("written_at").values_list("event", flat=True))


def test_whatever_the_rooms_tell_has_a_text() -> None:
    code = "".join(file.read_text("utf-8") for file in Path(jiangli.__file__).parent.rglob("*.py"))
    events = set(TOLD.findall(code))
    assert {"application.approved", "payment.paid", "phone.code"} <= events
    assert events <= set(texts())


@pytest.mark.django_db
def test_every_state_of_a_case_was_told(at: datetime) -> None:
    the_law(at)
    day = timedelta(days=1)
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    first, second, third = (member(name) for name in ("测试甲", "测试乙", "测试丙"))
    returned, withdrawn = (filed(who, certificate(who), at=at) for who in (first, second))
    fields = [{"field": "account", "reason": "请写到支行。"}]
    reviews.send_back(returned, fields=fields, by=reviewer, at=at + day)
    assert second.account
    applications.withdraw(withdrawn, by=second.account, at=at + day)
    paid = approved(third, certificate(third), at=at)
    states = {
        Status.RETURNED: (returned, ["application.submitted", "application.returned"]),
        Status.WITHDRAWN: (withdrawn, ["application.submitted", "application.withdrawn"]),
        Status.APPROVED: (paid, ["application.submitted", "application.passed", "application.approved"]),
    }
    for status, (application, events) in states.items():
        application.refresh_from_db()
        assert application.status == status and sorted(told_about(application)) == sorted(events)
