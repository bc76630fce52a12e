"""What is easily forgotten in a programme file and makes it say something else than its author means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jiangli.rules.checking.logic import Note
from jiangli.rules.errors import NotCovered, PolicyError, Words
from jiangli.rules.programme import Programme
from jiangli.rules.toml import Table

_USED = re.compile(r"\bparameter\.([a-z0-9_]+)")
_CEILING = re.compile("最高|不超过")


def wrong(programme: Programme, root: Table) -> Iterator[PolicyError]:
    """An organisation has no card of its own in the union's register: the money could not be sent."""
    if programme.claimant == "organisation" and programme.route == "own_card":
        yield NotCovered(
            root.place("process", "route"),
            Words("申请的是单位，钱却发到本人的卡（own_card）。", "An organisation claims, yet route is own_card."),
            Words(
                "发给单位的写 employer_receipt 或 union_account；发给个人的把 claimant 改成 person。",
                'Write employer_receipt or union_account, or claimant = "person" if the person is paid.',
            ),
        )  # fmt: skip


def notes(programme: Programme, root: Table, overlays: list[Table]) -> Iterator[Note]:
    """What an author should look at, with the keys of its place."""
    yield from _of_a_line(programme)
    yield from _unused(root, overlays)
    yield from _same_id(programme)
    yield from _without_ceiling(programme)


def _of_a_line(programme: Programme) -> Iterator[Note]:
    """Facts of a line that a condition of the whole claim asks for."""
    for condition in programme.claim if programme.lines in ("person", "month") else ():
        for name in condition.facts:
            if _is_of_a_line(programme, name):
                label = programme.dictionary[name].label
                yield Note(
                    ("claim", condition.id),
                    Words(
                        f"{condition.id} 在 [claim] 里读{label.zh}（{name}），名单里每一行各有一个：应写在 [line]。",
                        f"{condition.id} under [claim] reads {name}, of which each line has its own: "
                        "it belongs under [line].",
                    ),
                )


def _is_of_a_line(programme: Programme, name: str) -> bool:
    entity, _, attribute = name.partition(".")
    if programme.lines == "month":
        return attribute == "month"
    return entity == "certificate" or (entity == "person" and programme.claimant == "organisation")


def _unused(root: Table, overlays: list[Table]) -> Iterator[Note]:
    used = {
        name for table in (root, *overlays) for text in _texts(table.data) for name in _USED.findall(text)
    }
    for name in root.table("parameters"):
        if name not in used:
            zh = f"参数 {name} 没有用到：在规则里写 parameter.{name}，或删掉它。"
            en = f"The parameter {name} is not used: write parameter.{name} in a rule, or delete it."
            yield Note(("parameters", name), Words(zh, en))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _same_id(programme: Programme) -> Iterator[Note]:
    """Two limits under one id: they share their English, and an answer cannot say which of them failed."""
    titles: dict[str, str | None] = {}
    for at, limit in enumerate(programme.limits):
        title = limit.condition.title.zh if limit.condition.title else None
        if title != titles.setdefault(limit.id, title):
            yield Note(
                ("limits", at),
                Words(
                    f"两条限额的编号都是 {limit.id}，标题不同：给这一条写一个 id。",
                    f"Two limits with different titles are both called {limit.id}: give this one an id.",
                ),
            )


def _without_ceiling(programme: Programme) -> Iterator[Note]:
    """An officer may enter any amount, although the law names a highest one."""
    if any(limit.ceiling for limit in programme.limits):
        return
    for at, rate in enumerate(programme.amount.rates):
        if rate.by_officer and _CEILING.search(rate.basis.quote or ""):
            yield Note(
                ("amount", "rates", at),
                Words(
                    "金额由经办人填写，原文写了最高额，却没有 at_most：用 [[limits]] 写上。",
                    "An officer enters the amount and the text names a highest one, yet no limit has at_most.",
                ),
            )


def changes(overlay: Table, root: Table) -> Iterator[Note]:
    """What an overlay adds rather than replaces, and the limits it drops. A reason (inferred) answers for the first."""
    for key in ("claim", "line", "warnings", "parameters"):
        base = root.table(key)
        for row in overlay.tables(key):
            if row.name not in base and "inferred" not in row and "reason" not in row:
                zh = f"adds：原文件的 [{key}] 没有 {row.name}，这是新加的一条；要替换就写原来的编号。"
                en = f"adds: {row.name} replaces nothing under [{key}]; to replace, use the id of the programme."
                yield Note((key, row.name), Words(zh, en))
    if "limits" in overlay:
        yield from _dropped(overlay, root)


def _dropped(overlay: Table, root: Table) -> Iterator[Note]:
    kept = [_id(row) for row in overlay.tables("limits")]
    for id in dict.fromkeys(_id(row) for row in root.tables("limits")):
        if id not in kept:
            zh = f"drops {id}：[[limits]] 整个替换，原来的 {id} 不再有；还要的话抄过来。"
            en = f"drops {id}: [[limits]] are replaced as a whole; copy {id} if it is to stay."
            yield Note(("limits", 0), Words(zh, en))


def _id(row: Table) -> str:
    """The id of a limit as it is read."""
    return row.maybe_text("id") or ("cap" if "at_most" in row else "once")
