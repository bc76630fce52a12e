"""Two decisions at the same moment on one ceiling or one person: never more than there is. On both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from test_two_at_once import together

import guard_law as law
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Balance, Commitment
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.queries import decision_of
from stories import certificate, member, officer

pytestmark = pytest.mark.django_db(transaction=True)


def decided_together(*cases: Application, at: datetime, seen_fen: int | None = None) -> list[object]:
    approvers = [officer("qiantang-hrss", Role.APPROVER) for _ in cases]
    return together(
        *(
            lambda case=case, by=by: reviews.pass_on(case, seen_fen=seen_fen, by=by, at=at)
            for case, by in zip(cases, approvers, strict=True)
        )
    )


def test_two_decisions_on_one_ceiling_never_pay_more_than_it_has(at: datetime) -> None:
    law.publish(at)
    head = member("测试负责人")
    firm = law.firm(head=head)
    cases = []
    for programme in (law.COURSES, law.SKILLS):
        rows = [certificate(member(), level="senior_technician"), certificate(member(), level="senior")]
        cases.append(law.submit(law.roster(firm, head, rows, programme=programme, at=at), head, at=at))
    results = decided_together(*cases, at=at, seen_fen=140_000)
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1  # whoever came second was shown 1,400 yuan, and only 600 are left
    assert "600" in str(refused[0])
    (left,) = Application.objects.filter(status=Status.SUBMITTED)
    assert decision_of(law.decide(left, seen_fen=60_000, at=at)).amount_fen == 60_000
    balance = Balance.objects.get(limit__startswith="at_most")
    assert balance.used_fen == balance.cap_fen == 200_000


def test_two_levels_of_one_person_decided_at_once_pay_the_difference_only(at: datetime) -> None:
    law.publish(at)
    person = member()
    lower = law.submit(
        law.claim(person, certificate(person, level="senior"), law.UPGRADE, at=at), person, at=at
    )
    later = at + timedelta(hours=1)
    higher = law.submit(law.claim(person, certificate(person), law.UPGRADE, at=later), person, at=later)
    results = decided_together(lower, higher, at=later)
    for result in results:
        assert not isinstance(result, Refused) or str(lower.number) in str(result) or "2,000" in str(result)
    for case in Application.objects.filter(status=Status.SUBMITTED):
        law.decide(case, at=later)
    assert sum(Commitment.objects.values_list("fen", flat=True)) == 300_000


def test_two_rosters_with_one_certificate_filed_at_once_are_filed_once(at: datetime) -> None:
    law.publish(at)
    rows = [certificate(member(), level="senior") for _ in range(3)]
    heads = [member("测试甲"), member("测试乙")]
    cases = [law.roster(law.firm(head=head), head, rows, at=at) for head in heads]
    results = together(
        *(
            lambda case=case, head=head: law.submit(case, head, at=at)
            for case, head in zip(cases, heads, strict=True)
        )
    )
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1
    assert [collision.line for collision in refused[0].collisions] == [1, 2, 3]  # type: ignore[attr-defined]
