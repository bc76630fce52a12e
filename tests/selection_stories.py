"""A selection round told through its acts: set up, candidates, scores, list, notice, meeting, result."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.clock import SHANGHAI
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.models import Recognition
from jiangli.reviews.selection import actions, results, setup
from jiangli.reviews.selection.models import Candidate, SelectionRound
from jiangli.reviews.selection.setup import Plan
from jiangli.reviews.selection.status import CandidateState
from stories import officer

BUREAU = "qiantang-hrss"
STUDIO = {"studio.kind": "技能大师工作室", "studio.rank": "区级", "studio.area": "330114"}
CRITERIA = [("技术水平", 60, 100), ("带徒传艺", 40, 20)]


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=SHANGHAI)


OPEN, SCORES, LISTED, MET = (noon(f"2025-{day}") for day in ("03-10", "04-01", "04-10", "05-06"))


class Bureau:
    """The officers and experts of one round."""

    def __init__(self, experts: int = 2) -> None:
        self.clerk = officer(BUREAU, Role.REVIEWER)
        self.chief = officer(BUREAU, Role.APPROVER)
        self.experts = [officer(BUREAU, Role.EXPERT) for _ in range(experts)]

    def opened(
        self, kind: str = "studio", facts: dict[str, Any] | None = None, **more: Any
    ) -> SelectionRound:
        plan = Plan(
            kind, more.pop("name", "2025年测试评选"), "测试发〔2025〕3号", date(2025, 3, 1), date(2025, 3, 31),
            more.pop("criteria", CRITERIA), STUDIO if facts is None else facts, **more,
        )  # fmt: skip
        one = setup.open_round(plan, by=self.clerk, at=OPEN)
        return setup.name_experts(one, self.experts, by=self.clerk, at=OPEN)

    def admitted(
        self, one: SelectionRound, party: Person | Organisation, name: str = "", about: Any = None
    ) -> Candidate:
        standing = actions.Standing(party, OPEN.date(), name, about)
        row = actions.take(one, standing, by=self.clerk, at=OPEN)
        return actions.examine(row, CandidateState.ADMITTED, by=self.clerk, at=OPEN)

    def scoring(self, one: SelectionRound) -> SelectionRound:
        one = actions.close_receiving(one, by=self.clerk, at=SCORES)
        return actions.begin_scoring(one, by=self.clerk, at=SCORES)

    def scored(self, candidate: Candidate, expert: User, technique: str, teaching: str) -> None:
        marks = {"c1": Decimal(technique), "c2": Decimal(teaching)}
        actions.score(candidate, marks, by=expert, at=SCORES)

    def listed(self, one: SelectionRound, *chosen: Candidate) -> SelectionRound:
        """The scores closed, these chosen and the others not, the notice begun."""
        one = results.close_scores(one, by=self.clerk, at=LISTED)
        for row in one.candidates.filter(state=CandidateState.ADMITTED):
            results.choose(row, chosen=row in chosen, by=self.clerk, at=LISTED)
        return self.published(one)

    def published(self, one: SelectionRound) -> SelectionRound:
        first = LISTED.date()
        return results.publish(
            one, number="公示1号", from_on=first, to_on=first + timedelta(days=7), by=self.clerk, at=LISTED
        )

    def proposed(self, one: SelectionRound) -> SelectionRound:
        one = results.to_meeting(one, by=self.clerk, at=MET)
        return results.propose(
            one, meeting_number="党组会议〔2025〕8号", meeting_on=MET.date(),
            document_number="测试人社发〔2025〕20号", document_date=MET.date(), by=self.clerk, at=MET,
        )  # fmt: skip

    def recognised(self, one: SelectionRound) -> list[Recognition]:
        return results.confirm(self.proposed(one), by=self.chief, at=MET)
