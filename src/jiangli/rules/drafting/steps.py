"""The steps and papers that a section names, as rows of ``[process]``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from jiangli.rules.document import Clause
from jiangli.rules.drafting.finding import NUMBERING, Sentence, items

_STAGES = (
    ("file_before", ("备案",)), ("publish", ("公示",)), ("deliberate", ("审议", "党组会议", "集体研究")),
    ("review", ("审核", "预审", "复审", "审查", "评审", "核定")), ("pay", ("兑付", "拨付", "发放", "汇入")),
    ("file", ("申报", "申请", "受理")),
)  # fmt: skip
_NAMES = "|".join(name for _, names in _STAGES for name in names)
_STEP = re.compile(
    rf"(?:[①-⑫]|\d+[.．、]|[（(]\d+[）)]|[一二三四五六七八九]是|第[一二三四五六七八九]步[，,：:]?)\s*\w{{0,4}}(?:{_NAMES})"
)
_ONE_IS = re.compile(r"(?=[一二三四五六七八九]是)")
_PROCESS = ("程序", "流程", "步骤")
_MATERIALS = ("材料",)
_NUMBER = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫ 　"

Basis = Callable[[Sentence, bool], str]


def short(text: str) -> str:
    """The words of a list item as a title: without number and stop, cut where they are long."""
    words = NUMBERING.sub("", text.strip(_NUMBER)).rstrip("。；;，,")
    return words if len(words) <= 30 else words[:29] + "…"


def process(rest: list[Sentence], basis: Basis) -> tuple[str, list[Sentence]]:
    """The table, blank where there is nothing to write, and the sentences it took."""
    steps = [s for s in rest if any(word in s.clause.title for word in _PROCESS)]
    numbered = [] if steps else [s for s in rest if _STEP.match(s.text)]
    places = list(dict.fromkeys(s.clause for s in [*steps, *numbered]))
    found = [item for item in _items(places) if steps or _STEP.match(item.text)]
    stages = [line for item in found if (line := _stage(item, basis))]
    papers = [s for s in rest if any(word in s.clause.title for word in _MATERIALS)]
    materials = [f"  {{ title = {_text(short(s.text))}, {basis(s, True)} }}," for s in papers]
    lines = ["[process]", "# 待定：每一步由谁做（agency），公示几天（days、calendar）"]
    lines += ["stages = [", *stages, "]"] if stages else []
    lines += ["materials = [", *materials, "]"] if materials else []
    told = [s for s in rest if any(s.clause == item.clause and s.text in item.text for item in found)]
    return "\n".join([*lines, ""]) if stages or materials else "", [*steps, *told, *papers]


def _items(places: list[Clause]) -> Iterator[Sentence]:
    """The items of a list, 一是 … 二是 … within one sentence among them."""
    for item in items(places):
        parts = [part for part in _ONE_IS.split(item.text) if part.strip("：: ")]
        for part in parts if sum(bool(_ONE_IS.match(part)) for part in parts) > 1 else [item.text]:
            yield Sentence(part, item.clause)


def _stage(item: Sentence, basis: Basis) -> str:
    """A stage, by the word at the head of its item, else by any word of it."""
    for words in (re.split("[。，,]", item.text)[0], item.text):
        for kind, names in _STAGES:
            if found := next((name for name in names if name in words), None):
                return f'  {{ kind = "{kind}", title = {_text(found)}, {basis(item, True)} }},'
    return ""


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
