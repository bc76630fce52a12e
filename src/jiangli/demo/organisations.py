"""Four made-up organisations with a clerk each, and one request that waits for an officer.

Codes are well formed and nobody's: the place 339999 does not exist.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiangli.accounts.models import Agency
from jiangli.correspondence import organisations as acts
from jiangli.demo import offices
from jiangli.demo.people import Row, identity_number
from jiangli.demo.pictures import paper
from jiangli.registers import actions as registers
from jiangli.registers.credit_codes import credit_check_character
from jiangli.registers.models import Clerk, Person
from jiangli.registers.organisations import AREA, KIND

ASKED_OF, OFFICER = "xiaoshan-union", "xs-shenhe"


@dataclass(frozen=True)
class Body:
    """An organisation and its clerk. ``known``: what the register says of it; None if no register has it."""

    name: str
    authority: str
    kind: str
    clerk: str
    known: Row | None
    confirmed: bool = True

    @property
    def code(self) -> str:
        order = BODIES.index(self) + 1
        characters = f"{self.authority}339999MADEUP{order:03d}"
        return characters + credit_check_character(characters)

    @property
    def member(self) -> Row:
        order = 600 + BODIES.index(self) + 1
        return {
            "name": self.clerk,
            "id_number": identity_number(order, random.Random(order)),
            "phone": f"1390000{order:04d}",
            "former_names": [],
        }


HERE: Row = {"area": "330109"}
BODIES = (
    Body(
        "测试机械有限公司", "91", "enterprise", "测试企办",
        {**HERE, "certification_filing_area": "330109", "star_rating": 5, "union_registered": True},
    ),
    Body("测试职业培训学校", "52", "training_institution", "测试培办", HERE),
    Body("测试技工学校", "12", "school", "测试校办", HERE),
    Body("测试社区居委会", "55", "residential_community", "测试社办", HERE),
    Body(
        "测试·新时代高端装备智能制造（杭州萧山）有限责任公司样例第一分公司", "91", "enterprise", "测试新办",
        None, confirmed=False,
    ),
)  # fmt: skip


def members() -> list[Row]:
    """The clerks, for the member register."""
    return [body.member for body in BODIES]


def rows() -> list[Row]:
    """The organisations, for their register."""
    return [
        {"credit_code": body.code, "name": body.name, "kind": body.kind, **body.known}
        for body in BODIES
        if body.known is not None
    ]


def ask(at: datetime) -> None:
    """Everybody asks to act for theirs, and an officer confirms them but for the last. Safe to run twice."""
    if Clerk.objects.exists():
        return
    for body in BODIES:
        member = body.member
        person = registers.identify(member["name"], member["id_number"], member["phone"], at=at).person
        clerk = _asked(body, person, at)
        if body.confirmed:
            facts = {KIND: body.kind, AREA: "330109"}
            acts.confirm(
                clerk, name=body.name, facts=facts, head=True, by=offices.officer(OFFICER),
                at=at + timedelta(hours=2),
            )  # fmt: skip


def _asked(body: Body, person: Person, at: datetime) -> Clerk:
    account = person.account
    assert account is not None  # just identified
    letter = paper(
        "授权书", [f"兹授权 {body.clerk}", f"为{body.name[:24]}", "在匠励办理技能人才激励事项", body.code]
    )
    return acts.ask(
        person,
        credit_code=body.code,
        name=body.name,
        kind=body.kind,
        agency=Agency.objects.get(pk=ASKED_OF),
        letters=[acts.Paper("授权书.jpg", letter)],
        by=account,
        at=at,
    )


def told() -> list[str]:
    """The lines of the sheet on whom to sign in as."""
    lines = ["", "单位（登录后在“单位办事”里选；手机验证码在 worker 的屏幕上）"]
    for body in BODIES:
        member, state = body.member, "" if body.confirmed else f"，等 {OFFICER} 确认"
        lines += [
            f"{body.name}  {body.code}",
            f"    经办人 {body.clerk}  身份证 {member['id_number']}  手机 {member['phone']}{state}",
        ]
    return lines
