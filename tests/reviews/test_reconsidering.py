"""复核: a refusal that its claimant does not accept is looked at by other officers, with its keys taken again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Reservation
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import Decision
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Office:
    """The district union: a reviewer and three approvers, and one worker whose claim was refused."""

    def __init__(self, at: datetime) -> None:
        the_law(at)
        self.at = at
        self.reviewer = officer("xiaoshan-union", Role.REVIEWER)
        self.second = officer("xiaoshan-union", Role.REVIEWER)
        self.first, self.other, self.third = (officer("xiaoshan-union", Role.APPROVER) for _n in range(3))

    def refused(self, person: Person, held: Certificate) -> Decision:
        """A case that the first approver refused because the register had the wrong body that issued it."""
        case = filed(person, held, programme=SENIOR, at=self.at)
        reviews.pass_on(case, by=self.reviewer, at=self.at)
        held.valid = True
        reviews.look_up(
            case, found={"certificate.issue_date": "2023-12-31"}, place="证书查询网", by=self.first, at=self.at
        )
        failed = [
            id for id in ("E1", "E2", "E3", "E4", "E5", "window", "issued") if _fails(case, id, at=self.at)
        ]
        reviews.refuse(case, conditions=failed[:1], text="发证日期不在范围里。", by=self.first, at=self.at)
        found = decision_of(case)
        assert found is not None
        return found


def _fails(case: Application, id: str, *, at: datetime) -> bool:
    from jiangli.reviews.sheet import assess_for_officer

    found = assess_for_officer(case, at=at).wrong
    return id in [finding.id for finding in found]


@pytest.fixture
def office(at: datetime) -> Office:
    return Office(at)


def account(person: Person) -> User:
    assert person.account is not None
    return person.account


def test_probe(office: Office) -> None:
    person = member()
    decision = office.refused(person, certificate(person, level="senior"))
    print(decision.reasons)
