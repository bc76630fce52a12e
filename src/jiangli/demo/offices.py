"""The desks of the two unions: whoever reviews, approves and releases are three people."""

import secrets

from jiangli.accounts.models import Post, User
from jiangli.accounts.roles import Role

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
)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other


def open_desks() -> list[tuple[str, str, str, str]]:
    """The officers who are not there yet; for each: sign-in, password, agency and name, what they do."""
    made = []
    for username, name, agency, does, roles in DESKS:
        if User.objects.filter(username=username).exists():
            continue
        password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        user = User(username=username, name=name, agency_id=agency)
        user.set_password(password)
        user.save()
        Post.objects.bulk_create(Post(user=user, role=role) for role in roles)
        made.append((username, password, f"{user.agency} {name}", does))
    return made


def are_open() -> bool:
    """Whether the demonstration was begun here; it may have been interrupted, and goes on."""
    return bool(User.objects.filter(username=DESKS[0][0]).exists())


def officer(username: str) -> User:
    """One of the officers above."""
    found: User = User.objects.get(username=username)
    return found
