"""What an explained assessment costs, as ratios to a bare function in the same run.

The bare function is what one would write by hand for this one programme: true and false only, no reasons,
no unknown facts, no law beside the rule. Ratios travel between machines; microseconds are for scale only.
"""

import argparse
import timeit
from collections.abc import Callable, Mapping
from datetime import date
from statistics import median
from typing import Any

from jiangli import rules

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


def microseconds(act: Callable[[], object], rounds: int, times: int = 7) -> float:
    return median(timeit.repeat(act, number=rounds, repeat=times)) / rounds * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5000)
    rounds = parser.parse_args().rounds
    library = rules.load()
    programme = library.programmes[PROGRAMME]
    partial = {name: value for name, value in FACTS.items() if not name.startswith("account.")}
    assert rules.assess(programme, FACTS, on=DAY).amount_fen == by_hand(FACTS, DAY) == 120000
    bare = microseconds(lambda: by_hand(FACTS, DAY), rounds * 10)
    measured = {
        "bare function, no reasons": bare,
        "assessment, every fact known": microseconds(lambda: rules.assess(programme, FACTS, on=DAY), rounds),
        "assessment, two facts unknown": microseconds(
            lambda: rules.assess(programme, partial, on=DAY), rounds
        ),
        "assessment, words of every reason read": microseconds(
            lambda: rules.assess(programme, FACTS, on=DAY).as_json(), rounds
        ),
        "the whole library read and checked": microseconds(rules.load, 1, 5),
    }
    for name, cost in measured.items():
        print(f"{name:42} {cost:12,.1f} µs   × {cost / bare:,.1f}")


if __name__ == "__main__":
    main()
