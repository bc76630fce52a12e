"""The desks of the two unions and the district's bureau: whoever reviews, approves and releases are three people."""

import random
from datetime import datetime

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.demo import people
from jiangli.registers import actions as registers

DESKS = (
    # sign-in, name, agency, what they do, roles
    (
        "xs-shenhe",
        "测试审核",
        "xiaoshan-union",
        "预审、审核；编发放批次",
        (Role.REVIEWER, Role.CASHIER, Role.REGISTRAR),
    ),
    ("xs-hefa", "测试核发", "xiaoshan-union", "核发（审批）", (Role.APPROVER,)),
    ("xs-fangxing", "测试放行", "xiaoshan-union", "发放复核：放行", (Role.RELEASER,)),
    (
        "hz-jingban",
        "样例经办",
        "hangzhou-union",
        "导入名单；编发放批次",
        (Role.REVIEWER, Role.CASHIER, Role.REGISTRAR),
    ),
    ("hz-fushen", "样例复审", "hangzhou-union", "复审、核对（审批）", (Role.APPROVER,)),
    ("hz-fangxing", "样例放行", "hangzhou-union", "发放复核：放行", (Role.RELEASER,)),
    ("xs-chuangkou", "测试窗口", "xiaoshan-union", "窗口受理：录入纸质申请", (Role.COUNTER,)),
    ("hz-chuangkou", "样例窗口", "hangzhou-union", "窗口受理：录入纸质申请", (Role.COUNTER,)),
    (
        "rs-shenhe",
        "测试人社审",
        "xiaoshan-hrss",
        "审核；拟公示名单、会议议程；编发放批次",
        (Role.REVIEWER, Role.CASHIER, Role.REGISTRAR),
    ),
    ("rs-hefa", "测试人社核", "xiaoshan-hrss", "审批：批公示名单、对照纪要确认", (Role.APPROVER,)),
    ("rs-fangxing", "测试人社放", "xiaoshan-hrss", "发放复核：放行", (Role.RELEASER,)),
    ("rs-chuangkou", "测试人社窗", "xiaoshan-hrss", "窗口受理：录入纸质申请", (Role.COUNTER,)),
    ("rs-fuyi", "测试人社复", "xiaoshan-hrss", "异议、复核由另一人定（审批）", (Role.APPROVER,)),
    ("rs-fenguan", "测试人社管", "xiaoshan-hrss", "分管领导：科室全局、派件", (Role.SUPERVISOR,)),
    ("rs-pingshen", "测试专家甲", "xiaoshan-hrss", "评审专家：只打分", (Role.EXPERT,)),
    ("rs-pingwei", "测试专家乙", "xiaoshan-hrss", "评审专家：只打分", (Role.EXPERT,)),
)


def _identity_number(order: int, name: str) -> str:
    """Of the member of that name, who may come and claim; else one of their own."""
    own = [who.member["id_number"] for who in people.everybody() if who.story and who.member["name"] == name]
    return own[0] if own else people.identity_number(900 + order, random.Random(order))


def open_desks(at: datetime) -> list[tuple[str, str, str, str]]:
    """The officers who are not there yet; for each: sign-in, password, agency and name, what they do."""
    made = []
    for order, (username, name, agency, does, roles) in enumerate(DESKS):
        if User.objects.filter(username=username).exists():
            continue
        number, office = _identity_number(order, name), Agency.objects.get(pk=agency)
        _user, password = registers.appoint_officer(
            username, office, roles, name=name, id_number=number, by=None, at=at
        )
        made.append((username, password or "", f"{office} {name}", does))
    return made


def are_open() -> bool:
    """Whether the demonstration was begun here; it may have been interrupted, and goes on."""
    return bool(User.objects.filter(username=DESKS[0][0]).exists())


def officer(username: str) -> User:
    """One of the officers above."""
    found: User = User.objects.get(username=username)
    return found
