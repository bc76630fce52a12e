"""Ceilings and once-only rules that a text names, as ``[[limits]]``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from jiangli.rules.drafting.finding import Sentence

Basis = Callable[[Sentence, bool], str]
YEARLY = ("每年", "年度", "每个自然年", "一年内")
_BODIES = ("企业", "机构", "单位", "家")


def limits(
    own: Sequence[Sentence], general: Sequence[Sentence], ids: Sequence[str], basis: Basis
) -> Iterator[tuple[Sentence, str]]:
    """Each sentence that limits, with its table; a ceiling that the document says for all looks across ``ids``."""
    tops_up = any(sentence.is_top_up for sentence in (*own, *general))
    for sentence in (*own, *general):
        shared = ids if sentence in general and len(ids) > 1 else ()
        if body := _body(sentence, tops_up):
            kind, hint = body
            yield sentence, _table(f"{kind}{_across(sentence, shared)}", sentence, hint, basis)


def _body(sentence: Sentence, tops_up: bool) -> tuple[str, str] | None:
    """The keys of a limit and what the author has to decide; 一次性 beside 补差 is only how it is paid."""
    if sentence.is_ceiling:
        return _ceiling(sentence), "上限：per 写按什么累计"
    if sentence.is_top_up:
        return f"less_paid_per = {_per(sentence, 'person')}", "补差：减去已经发过的"
    if sentence.is_once and not (tops_up and sentence.only_lump_sum):
        key = "certificate" if sentence.has("证书") and not sentence.has("每人") else "person"
        return f"once_per = {_per(sentence, key)}", "一次：按人 person，还是按证书 certificate"
    return None


def _ceiling(sentence: Sentence) -> str:
    amount = f"{sentence.amounts[-1]:.2f}".removesuffix(".00")
    return f"at_most = {amount}\nper = {_per(sentence, 'person')}"


def _per(sentence: Sentence, key: str) -> str:
    whose = "organisation" if key == "person" and sentence.has(*_BODIES) and not sentence.has("每人") else key
    return json.dumps([whose, "period"] if sentence.has(*YEARLY) else [whose])


def _across(sentence: Sentence, ids: Sequence[str]) -> str:
    """All programmes of the folder: written for a ceiling, offered for the rest."""
    if not ids:
        return ""
    line = f"across = {json.dumps(list(ids))}"
    return f"\n{line}" if sentence.is_ceiling else f"\n# {line}  # 待定：几个项目合起来算时打开"


def _table(body: str, sentence: Sentence, hint: str, basis: Basis) -> str:
    return (
        f"[[limits]]\n# 待定：{hint}；和别的项目、往年的一起算，写 across\n{body}\n{basis(sentence, False)}\n"
    )
