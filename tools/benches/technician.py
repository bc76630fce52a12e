"""The claims that are measured, and the rule as one would write it by hand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

PROGRAMME = "xiaoshan-union-2025-technician"
DAY = date(2025, 6, 10)
FACTS = {
    "person.id": "bench",
    "person.name": "测试甲",
    "membership.union_area": "330109",
    "membership.real_name_verified": True,
    "certificate.id": "bench",
    "certificate.kind": "vocational_qualification",
    "certificate.level": "technician",
    "certificate.issue_date": date(2024, 8, 20),
    "certificate.holder_name": "测试甲",
    "certificate.issuer_kind": "hrss",
    "certificate.issuer_area": "330109",
    "certificate.filing_area": "330100",
    "account.holder_name": "测试甲",
    "account.details_complete": True,
}
#: what differs from FACTS, and the day: both sides of each condition. Nothing is left out, for in the other engines
#: a missing fact is false, empty or an error, not unknown.
CLAIMS: list[tuple[dict[str, Any], date]] = [
    ({}, DAY),
    ({"certificate.level": "senior_technician"}, DAY),
    ({"certificate.level": "senior"}, DAY),
    ({}, date(2025, 4, 14)),
    ({}, date(2025, 4, 15)),
    ({}, date(2025, 12, 1)),
    ({}, date(2025, 12, 2)),
    ({"membership.union_area": "330114"}, DAY),
    ({"membership.real_name_verified": False}, DAY),
    ({"certificate.kind": "special_ability_certificate"}, DAY),
    ({"certificate.issue_date": date(2023, 11, 30)}, DAY),
    ({"certificate.issue_date": date(2023, 12, 1)}, DAY),
    ({"certificate.issuer_area": "320100"}, DAY),
    ({"certificate.issuer_kind": "evaluation_body"}, DAY),
    ({"certificate.issuer_kind": "evaluation_body", "certificate.filing_area": "none"}, DAY),
    ({"account.holder_name": "测试乙"}, DAY),
    ({"account.details_complete": False}, DAY),
]


def by_hand(facts: Mapping[str, Any], on: date) -> int:
    """The same programme without reasons: the fen due."""
    issuer = "issuer_area" if facts["certificate.issuer_kind"] == "hrss" else "filing_area"
    holds = (
        date(2025, 4, 15) <= on <= date(2025, 12, 1)
        and facts["membership.union_area"].startswith("330109")
        and facts["membership.real_name_verified"]
        and facts["certificate.kind"] in ("skill_level_certificate", "vocational_qualification")
        and facts["certificate.level"] in ("technician", "senior_technician")
        and date(2023, 12, 1) <= facts["certificate.issue_date"] <= date(2025, 11, 30)
        and facts[f"certificate.{issuer}"].startswith("33")
        and facts["person.name"] == facts["certificate.holder_name"] == facts["account.holder_name"]
        and facts["account.details_complete"]
    )
    return 2 * {"technician": 60000, "senior_technician": 80000}[facts["certificate.level"]] if holds else 0
