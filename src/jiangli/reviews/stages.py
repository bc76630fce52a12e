"""Kinds of stage that officers work at, and the role each asks for.

What stages a case goes through is in its programme file; a new kind of stage is an entry here.
"""

from __future__ import annotations

from jiangli import rules
from jiangli.accounts.roles import Role


def is_review(stage: rules.Stage) -> bool:
    """True for a stage at which an officer passes, returns or refuses."""
    return stage.kind == "review"


def last_review(programme: rules.Programme) -> int:
    """The stage at which the case is decided."""
    return max(i for i, stage in enumerate(programme.stages) if is_review(stage))


def decides(programme: rules.Programme, stage: int) -> bool:
    """Whether a pass at this stage is the decision to pay: the last review, with nothing between it and the money."""
    return stage == last_review(programme) and programme.stages[next_stage(programme, stage)].kind == "pay"


def role_at(programme: rules.Programme, stage: int) -> Role:
    """Who may act at a stage of review: the last one decides and asks for an approver."""
    return Role.APPROVER if stage == last_review(programme) else Role.REVIEWER


def next_stage(programme: rules.Programme, stage: int) -> int:
    """The stage after this one."""
    return min(stage + 1, len(programme.stages) - 1)
