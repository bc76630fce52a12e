"""The people of the invented law with every kind of stage: two firms, who is on their lists, and a whole office."""

from __future__ import annotations

from typing import Any

import case_law
from jiangli.accounts.roles import Role
from jiangli.programmes.queries import rule_in_force
from jiangli.registers.history.models import HistoryDeclaration
from jiangli.registers.history.scopes import key_of
from jiangli.reviews.attachments.actions import store
from stories import NOON, certificate, member, officer, photograph


def town() -> dict[str, Any]:
    """Made once; each example undoes what it did."""
    case_law.publish(NOON)
    people = [member(f"测试{name}") for name in "甲乙丙丁"]
    heads = [member("测试经办一"), member("测试经办二")]
    posts: list[set[Role]] = [
        {Role.REVIEWER}, {Role.REVIEWER, Role.APPROVER}, {Role.APPROVER, Role.RELEASER}, {Role.APPROVER},
        {Role.CASHIER}, {Role.SUPERVISOR, Role.RELEASER}, {Role.COUNTER},
    ]  # fmt: skip
    staff = [officer(case_law.AGENCY, *sorted(roles)) for roles in posts]
    strangers = [officer(case_law.SECOND_PAYER, role) for role in (Role.REVIEWER, Role.APPROVER)]
    for payer in (case_law.AGENCY, case_law.SECOND_PAYER):
        HistoryDeclaration.objects.create(
            scope=key_of(rule_in_force(case_law.CODE)), payer_id=payer, complete_up_to=NOON.date(),
            note="此前没有发放过。", declared_at=NOON, declared_by=staff[4], confirmed_at=NOON,
            confirmed_by=staff[2],
        )  # fmt: skip
    return {
        "heads": heads,
        "firms": [case_law.firm(f"测试第{n}机械有限公司", head=head) for n, head in enumerate(heads, 1)],
        "certificates": [
            certificate(person, level=level)
            for person, level in zip(
                people, ("senior", "technician", "senior_technician", "senior"), strict=True
            )
        ],
        "staff": staff + strangers,
        "objector": member("测试异议人"),
        "paper": store("批复.jpg", photograph()),
    }
