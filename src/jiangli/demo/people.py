"""Some three hundred made-up members with certificates and an earlier round, the same in every installation.

Names say that they are made up. Identity numbers are well formed and nobody's: the place 339999 does not exist.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jiangli.registers.identity_numbers import check_character

Row = dict[str, Any]
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ORDINARY = 286
SERIES, EARLIER_ROUND = "union-skill-incentive", "hangzhou-union-2024"
TRADES = ("焊工", "电工", "钳工", "车工", "叉车司机", "育婴员", "中式烹调师", "汽车维修工")
UNIONS = ("试验机械工会", "样例化纤工会", "测试物流工会", "演示餐饮工会", "试用汽配工会")
ISSUERS = (
    # name, kind, area, filed with
    ("测试职业技能评价中心", "evaluation_body", "330109", "330100"),
    ("样例机械有限公司", "enterprise", "330109", "330109"),
    ("演示技工学校", "evaluation_body", "330106", "330000"),
    ("萧山区人力资源和社会保障局", "hrss", "330109", ""),
    ("杭州市人力资源和社会保障局", "hrss", "330100", ""),
    ("浙江省人力资源和社会保障厅", "hrss", "330000", ""),
)
SHANGHAI = ("测试（上海）评价中心", "evaluation_body", "310000", "310000")
LEVELS = ("senior",) * 5 + ("technician",) * 3 + ("senior_technician",) + ("intermediate",)
DAYS = ("2024-08-20", "2024-03-15", "2023-12-01", "2025-01-10", "2024-11-30", "2025-05-20", "2024-06-28")
OLD_DAYS = ("2023-11-30", "2022-06-15", "2021-09-01")


@dataclass
class Somebody:
    """A member as the registers have them; ``story`` says what happens when they apply, if worth trying."""

    member: Row
    certificate: Row | None = None
    paid: Row | None = None
    story: str = ""
    claims: str = ""  # the level, if nothing stands against a claim
    tags: set[str] = field(default_factory=set)


def identity_number(order: int, rng: random.Random) -> str:
    born = f"{rng.randint(1970, 2000)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    digits = f"339999{born}{order:03d}"
    return digits + check_character(digits)


def everybody() -> list[Somebody]:
    """Everyone, those worth trying first."""
    rng = random.Random(20250415)
    special = list(_special(rng))
    return special + [_ordinary(order, name, rng) for order, name in enumerate(_names(), start=101)]


def _names() -> Iterator[str]:
    """测试甲子, 测试甲丑 … 验收癸亥, 样例…"""
    names = (
        f"{first}{stem}{branch}"
        for first in ("测试", "验收", "样例")
        for stem in STEMS
        for branch in BRANCHES
    )
    return (name for name, _ in zip(names, range(ORDINARY), strict=False))


def _member(order: int, name: str, rng: random.Random, **changes: Any) -> Row:
    return {
        "name": name,
        "id_number": identity_number(order, rng),
        "phone": f"1390000{order:04d}",
        "former_names": [],
        "union_name": rng.choice(UNIONS),
        "union_area": "330109",
        "real_name_verified": True,
        "since_on": f"{rng.randint(2012, 2023)}-0{rng.randint(1, 9)}-01",
        "until_on": None,
        **changes,
    }


def _certificate(order: int, member: Row, rng: random.Random, issuer: tuple[str, ...], **changes: Any) -> Row:
    name, kind, area, filed = issuer
    return {
        "number": f"S0000339999{order:04d}{rng.randint(0, 9999):04d}",
        "id_number": member["id_number"],
        "holder_name": member["name"],
        "kind": "vocational_qualification" if kind == "hrss" else "skill_level_certificate",
        "occupation": rng.choice(TRADES),
        "issuer_name": name,
        "issuer_kind": kind,
        "issuer_area": area,
        "filing_area": filed,
        **changes,
    }


def _paid(somebody: Row, certificate: Row, *, on: str, fen: int) -> Row:
    return {
        "programme_code": EARLIER_ROUND,
        "series": SERIES,
        "id_number": somebody["id_number"],
        "certificate_number": certificate["number"],
        "paid_on": on,
        "amount_fen": fen,
        "source": "2024 年市总工会发放名单",
    }


def _ordinary(order: int, name: str, rng: random.Random) -> Somebody:
    """One of many: most may claim, some are of another district, not verified, too early, filed elsewhere."""
    elsewhere, unverified, left = order % 12 == 0, order % 9 == 0, order % 25 == 0
    member = _member(order, name, rng)
    if elsewhere:
        member["union_area"] = rng.choice(("330114", "330106", "330110", "330100"))
    member["real_name_verified"] = not unverified
    member["until_on"] = "2025-03-31" if left else None
    if order % 15 == 7:
        return Somebody(member)
    old, shanghai = order % 8 == 3, order % 17 == 5
    level, issuer = rng.choice(LEVELS), SHANGHAI if shanghai else rng.choice(ISSUERS)
    day = rng.choice(OLD_DAYS if old else DAYS)
    certificate = _certificate(order, member, rng, issuer, level=level, issue_date=day)
    paid = (
        _paid(member, certificate, on="2024-11-20", fen=60000)
        if order % 14 == 6 and day < "2024-10"
        else None
    )
    local = issuer[3] != "330000" and issuer[2] != "330000"
    barred = elsewhere or unverified or left or old or shanghai or paid or level == "intermediate"
    claims = "" if barred or (level == "senior" and not local) else level
    return Somebody(member, certificate, paid, claims=claims)


def _special(rng: random.Random) -> Iterator[Somebody]:
    def one(
        order: int, name: str, story: str, issuer: tuple[str, ...] = ISSUERS[0], **known: Any
    ) -> Somebody:
        parts = {key: known.pop(key) for key in list(known) if key in ("level", "issue_date", "holder_name")}
        member = _member(order, name, rng, **known)
        certificate = {"level": "technician", "issue_date": "2024-08-20", **parts}
        return Somebody(member, _certificate(order, member, rng, issuer, **certificate), story=story)

    yield one(1, "测试甲", "技师，样样齐：市、区各 600 元，共 1,200 元")
    yield one(2, "测试乙", "高级工，备案在杭州：区里发 500 元", level="senior")
    yield one(
        3, "测试丙", "高级技师，省人社厅发证：各 800 元，共 1,600 元", ISSUERS[5], level="senior_technician"
    )
    paid = one(4, "测试丁", "证书 2024 年 11 月 20 日领过 600 元：E8，不再发", issue_date="2024-06-18")
    paid.paid = _paid(paid.member, paid.certificate or {}, on="2024-11-20", fen=60000)
    yield paid
    yield one(5, "测试戊", "证书在上海备案：E5，不发", SHANGHAI)
    yield one(6, "测试己", "会员没有实名认证：E1，先去认证", real_name_verified=False)
    yield one(
        7,
        "买买提·测试",
        "证书上的点是“•”，会员名册是“·”：E6，请更正，两个写法都给您看",
        holder_name="买买提•测试",
    )
    yield one(
        8,
        "测试新名",
        "证书上还是原来的名字“测试旧名”：E6，请更正或写明",
        former_names=["测试旧名"],
        holder_name="测试旧名",
    )
    yield one(9, "测试庚", "发证日期 2023 年 11 月 30 日，早一天：E4，不发", issue_date="2023-11-30")
    yield one(10, "测试䶮", "名字里有少见的字；填“测试?”也认得出", level="senior")
    yield one(11, "欧阳测试·阿卜杜拉", "名字长，又有点：样样齐", level="technician")
    yield one(12, "测试阿卜杜热合曼·买买提艾力·试验样例用", "二十个字的名字：样样齐", level="senior")
    yield one(13, "测试核发", "他自己是审批的人（xs-hefa）：自己的申请自己不能办")
    yield Somebody(
        _member(14, "测试无册", rng),
        story="名册里没有这个人：也能申请，审核的人再查",
        tags={"not in the register"},
    )


def on_the_list() -> list[Row]:
    """The published list of special and chief technicians, for the import: two levels, and one row with a fault."""
    rng = random.Random(20241115)
    listed = [(201, "special_technician"), (202, "chief_technician"), (203, "special_technician")]
    rows = []
    for order, level in listed:
        member = _member(order + 300, f"名单{STEMS[order % 10]}{BRANCHES[order % 12]}", rng)
        rows.append({"member": member, "level": level, "number": f"T0000339999{order}", "on": "2024-10-30"})
    return rows
