"""docs/reference/process.md: the states of cases and money, and who acts at which kind of stage. Made, never edited."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangli.settings")

import django

django.setup()

from django.utils.translation import override  # noqa: E402  Django is set up first

from jiangli import rules  # noqa: E402
from jiangli.accounts.roles import Role  # noqa: E402
from jiangli.applications.status import NEXT, Status  # noqa: E402
from jiangli.payments.status import NEXT as NEXT_PAYMENT  # noqa: E402
from jiangli.payments.status import NEXT_BATCH, BatchStatus, PaymentStatus  # noqa: E402
from jiangli.reviews.publicity.status import NEXT as NEXT_LIST  # noqa: E402
from jiangli.reviews.publicity.status import PublicationState  # noqa: E402
from jiangli.reviews.stages import KINDS, roles_at  # noqa: E402

HEAD = """# States and stages 状态与环节

Made from `status.py`, `reviews/stages.py` and the files in `policies/`; `python tools/docs.py write` renews it.
本页由程序的状态表和政策文件生成，请勿手改。
"""


def process_page(library: rules.Library) -> str:
    """The whole page."""
    laws = [library.programmes[code] for code in sorted(library.programmes)]
    parts = [
        HEAD,
        _states("A case 案件", Status, NEXT),
        _states("A list on public notice 公示名单", PublicationState, NEXT_LIST),
        _states("A payment 一笔发放", PaymentStatus, NEXT_PAYMENT),
        _states("A batch 发放批次", BatchStatus, NEXT_BATCH),
        _kinds(),
        _matrix(laws),
        _chains(laws),
    ]
    return "\n".join(parts)


def _both(label: Any) -> str:
    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        en = str(label)
    return zh if zh == en else f"{zh} {en}"


def _states(title: str, states: Any, following: Mapping[Any, set[Any]]) -> str:
    lines = [f'    state "{_both(state.label)}" as {state.value}' for state in states]
    lines += [f"    {state.value} --> {to.value}" for state in states for to in sorted(following[state])]
    ends = [state for state in states if not following[state]]
    lines += [f"    {state.value} --> [*]" for state in ends]
    return "\n".join([f"## {title}", "", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


def _kinds() -> str:
    rows = [
        f"| `{name}` | {_both(kind.title)} | {_both(kind.prepares.label)} | {_both(kind.decides.label)} |"
        for name, kind in KINDS.items()
    ]
    return "\n".join(
        [
            "## Kinds of stage 环节的种类",
            "",
            "Whatever stands directly before the money is the decision, and asks for the post in the last column.",
            "紧接在发放前面的环节就是决定，由最后一栏的岗位作出。",
            "",
            "| kind | 环节 | prepares 准备 | decides 决定 |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _matrix(laws: list[rules.Programme]) -> str:
    """How many programmes have a stage of this kind at this agency that this post may act at."""
    found: dict[tuple[str, str], dict[Role, int]] = defaultdict(lambda: defaultdict(int))
    for law in laws:
        for agency, kind, roles in _worked_at(law):
            for role in roles:
                found[agency, kind][role] += 1
    roles = [role for role in Role if any(role in counts for counts in found.values())]
    rows = [
        f"| `{agency}` | {_both(KINDS[kind].title)} | "
        + " | ".join(str(counts.get(role, "")) for role in roles)
        + " |"
        for (agency, kind), counts in sorted(found.items())
    ]
    return "\n".join(
        [
            "## Agencies, stages and posts 机构、环节和岗位",
            "",
            "The number of programmes in which the post may act. 有这个环节、这个岗位可以办的项目数。",
            "",
            "| agency 机构 | stage 环节 | " + " | ".join(_both(role.label) for role in roles) + " |",
            "|---|---|" + "---|" * len(roles),
            *rows,
            "",
        ]
    )


def _worked_at(law: rules.Programme) -> Iterator[tuple[str, str, frozenset[Role]]]:
    for at, stage in enumerate(law.stages):
        if stage.kind in KINDS and not stage.outside:
            yield stage.agency, stage.kind, roles_at(law, at)


def _chains(laws: list[rules.Programme]) -> str:
    rows = [f"| `{law.id}` | {' → '.join(map(_step, law.stages))} |" for law in laws]
    return "\n".join(["## Programmes 项目", "", "| programme 项目 | stages 环节 |", "|---|---|", *rows, ""])


def _step(stage: rules.Stage) -> str:
    days = f" {stage.days} {'个工作日' if stage.calendar == 'working' else '天'}" if stage.days else ""
    away = "，在别处" if stage.outside else ""
    return f"{stage.title.say('zh')}（`{stage.agency}`{days}{away}）"
