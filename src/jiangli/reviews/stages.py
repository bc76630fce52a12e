"""Kinds of stage that officers work at, and the roles each asks for.

What stages a case goes through is in its programme file; a new kind of stage is a line of ``KINDS``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiangli import rules
from jiangli.accounts.models import Agency
from jiangli.accounts.roles import Role


@dataclass(frozen=True)
class Kind:
    """A kind of stage: who gets its work ready, and who says that the cases go on, are decided or refused."""

    title: Promise
    prepares: Role
    decides: Role


KINDS: dict[str, Kind] = {
    "review": Kind(_("Review"), Role.REVIEWER, Role.APPROVER),  # 审核：one case at a time
    "publish": Kind(_("Publicity"), Role.REVIEWER, Role.APPROVER),  # 公示：a list of many cases
    "deliberate": Kind(_("Deliberation"), Role.REVIEWER, Role.APPROVER),  # 审议：the agenda of a meeting
}


def is_review(stage: rules.Stage) -> bool:
    """True for a stage at which an officer passes, returns or refuses."""
    return stage.kind == "review"


def is_outside(stage: rules.Stage) -> bool:
    """True for a stage whose work is done in another system: the notice says so, or its agency has its own."""
    return stage.outside or Agency.objects.filter(pk=stage.agency, works_here=False).exists()


def last_review(programme: rules.Programme, *, before: int | None = None) -> int:
    """The last stage at which a case is reviewed; with ``before``, the last one that comes earlier than it."""
    stages = programme.stages[:before] if before is not None else programme.stages
    return max(i for i, stage in enumerate(stages) if is_review(stage))


def decides(programme: rules.Programme, stage: int) -> bool:
    """Whether going on from this stage is the decision to pay: nothing stands between it and the money."""
    return programme.stages[next_stage(programme, stage)].kind == "pay"


def roles_at(programme: rules.Programme, stage: int) -> frozenset[Role]:
    """The posts that may act at a stage.

    Whatever decides asks for an approver. Where the last review leads on to publicity or a meeting, a reviewer
    or an approver may make it; every earlier one is the reviewer's.
    """
    kind = KINDS[programme.stages[stage].kind]
    if decides(programme, stage):
        return frozenset({kind.decides})
    if not is_review(programme.stages[stage]) or stage == last_review(programme):
        return frozenset({kind.prepares, kind.decides})
    return frozenset({kind.prepares})


def next_stage(programme: rules.Programme, stage: int) -> int:
    """The stage after this one."""
    return min(stage + 1, len(programme.stages) - 1)
