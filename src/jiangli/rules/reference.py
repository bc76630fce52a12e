"""Every programme on one page, made from the files: what is required, with its words, what is paid, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jiangli.rules import wording
from jiangli.rules.closures import Expression
from jiangli.rules.document import Basis, Document
from jiangli.rules.facts import plain
from jiangli.rules.library import Library
from jiangli.rules.programme import Condition, Payer, Programme

_HEAD = """# Programmes 项目

Made from the files in `policies/`; `jiangli policy reference` prints it, `python tools/docs.py write` renews it.
A quote is the law, verbatim, and stays Chinese; what stands beside it says how the rule reads it.
本页由政策文件生成，请勿手改。
"""
_CLAIMANTS = {"person": "个人 person", "organisation": "单位 organisation"}
_ONE = {"person": "一次一人 one person at a time", "organisation": "一次一家 one organisation at a time"}
_FAULT, _HOLDS = "可更正 can be corrected", "不符合时先交经办人 an officer looks first"
_LINES = {
    "person": "名册，一人一行 a list, one line a person",
    "month": "按月，一月一行 by months, one line a month", "optional": "单个或名册 single or a list",
}  # fmt: skip


def reference(library: Library) -> str:
    """The page in Markdown."""
    parts = [_HEAD, *_contents(library)]
    for document in library.documents.values():
        found = _of(library, document)
        if found:
            parts += ["\n".join(_document(document)), *("\n".join(_programme(one, library)) for one in found)]
    return "\n".join(parts)


def _of(library: Library, document: Document) -> list[Programme]:
    """The programmes of a document, in the order of its text."""
    found = [one for one in library.programmes.values() if one.document.id == document.id]
    return sorted(found, key=lambda one: (one.first_line, one.id))


def _contents(library: Library) -> Iterator[str]:
    yield "| 项目 programme | 对象 claimant | 机构 agency |\n|---|---|---|"
    for document in library.documents.values():
        for one in _of(library, document):
            title = f"{one.title.zh} {one.title.en or ''}".strip()
            yield f"| [{_cell(title)}](#{one.id}) | {_CLAIMANTS[one.claimant]} | {wording.agency(one.agency, one)} |"
    yield ""


def _document(document: Document) -> Iterator[str]:
    yield f"## {document.title.zh}\n"
    if document.title.en:
        yield f"{document.title.en}\n"
    days = f"{document.first_day or '…'} – {document.last_day or '…'}"
    said = [
        document.number,
        f"`{document.status}`",
        days,
        f"series `{document.series}`" if document.series else None,
    ]
    yield " · ".join(part for part in said if part) + "\n"


def _programme(one: Programme, library: Library) -> Iterator[str]:
    yield f"### {one.id}\n"
    yield f"**{one.title.zh}**{f' {one.title.en}' if one.title.en else ''}\n"
    lines = _LINES.get(one.lines, _ONE[one.claimant])
    yield f"- 对象 claimant: {_CLAIMANTS[one.claimant]}; {lines}"
    yield f"- 受理 agency: {wording.agency(one.agency, one)} {wording.agency(one.agency, one, 'en')}"
    if one.section:
        yield f"- 条款 clause: {one.section}"
    if one.elsewhere:
        yield f"- 在别处办理 decided elsewhere: {one.elsewhere.title.zh} {_basis(one.elsewhere.basis)}"
    yield ""
    yield from _rules(one)
    yield from _amounts(one)
    yield from _limits(one)
    yield from _recorded(one)
    yield from _parameters(one)
    yield from _process(one)
    yield from _proposed(one, library)
    yield from _not_modelled(one)


def _rules(one: Programme) -> Iterator[str]:
    """Conditions of the claim and of a line, then what is only told."""
    rows = [
        [found.id, _title(found), _rule(found, one), _basis(found.basis)]
        for found in (*one.claim, *one.line, *one.warnings)
    ]
    yield from _table("条件 Conditions", ["", "要求 required", "规则 rule", "原文 law"], rows)


def _title(found: Condition) -> str:
    """The title in both languages, and what follows where it is not met."""
    remarks = [text for text, said in ((_FAULT, found.fault), (_HOLDS, found.holds)) if said]
    title = [found.title.zh, found.title.en or ""] if found.title else []
    return "<br>".join(part for part in (*title, *remarks) if part)


def _rule(found: Condition, one: Programme) -> str:
    facts = one.dictionary
    return f"{wording.expression(found.rule, facts)}<br>{wording.expression(found.rule, facts, 'en')}"


def _amounts(one: Programme) -> Iterator[str]:
    rows = [
        [wording.rate_case(r, one), wording.rate_amount(r, one), _basis(r.basis)] for r in one.amount.rates
    ]
    rows += [["", wording.supplement(extra, one), _basis(extra.basis)] for extra in one.amount.supplements]
    rows += [["出资 payer", wording.payer(payer, one), _basis(payer.basis)] for payer in _payers(one)]
    own = one.amount.rate_condition.basis
    if _basis(own) and _basis(own) not in [row[2] for row in rows]:
        rows.append(["全部 all", "", _basis(own)])
    yield from _table("金额 Amount", ["情形 case", "金额 amount", "原文 law"], rows)


def _payers(one: Programme) -> tuple[Payer, ...]:
    """Who pays, where it is not simply the agency."""
    return one.payers if len(one.payers) > 1 or one.payers[0].basis.cites else ()


def _limits(one: Programme) -> Iterator[str]:
    rows = [
        [
            f"{limit.id}<br>{_title(limit.condition)}".removesuffix("<br>"),
            f"{wording.limit(limit, one)}<br>{wording.limit(limit, one, 'en')}",
            _basis(limit.condition.basis),
        ]
        for limit in one.limits
    ]
    yield from _table("限额 Limits", ["", "限制 limit", "原文 law"], rows)


def _recorded(one: Programme) -> Iterator[str]:
    """Under what a payment is filed, which values stand for several, and what is counted over a list."""
    facts = one.dictionary
    rows = [[f"归档 filed under `{name}`", *_both(found, one)] for name, found in one.record.items()]
    for value, parts in one.parts.items():
        zh, en = (wording.joined([_part(one, part, lang) for part in parts], lang) for lang in ("zh", "en"))
        rows.append([f"分开发放 paid in parts: {_part(one, value, 'zh')}", zh, en])
    for name, found in one.counts:
        label = facts[name].label
        rows.append([f"按附表点数 counted over the list: {label.zh} {label.en or ''}", *_both(found, one)])
    yield from _table("归档和点数 Filed and counted", ["", "规则", "rule"], rows)


def _both(found: Expression, one: Programme) -> tuple[str, str]:
    return wording.expression(found, one.dictionary), wording.expression(found, one.dictionary, "en")


def _part(one: Programme, value: str, lang: str) -> str:
    """A value of the subject in words, where it is a fact's."""
    names = one.record["subject"].facts
    return one.dictionary[names[0]].value_label(value, lang) if len(names) == 1 else value


def _proposed(one: Programme, library: Library) -> Iterator[str]:
    """What overlays propose beside the programme: for estimates only."""
    for found in library.overlays.values():
        if found.programme == one.id and found.proposed:
            changed = library.estimated(one.id, found.id).amount
            rows = [
                [wording.rate_case(r, one), wording.rate_amount(r, one), _basis(r.basis)]
                for r in changed.rates
            ]
            yield from _table(f"拟议 Proposed `{found.id}`", ["情形 case", "金额 amount", "依据 basis"], rows)
            yield f"只供测算 for estimates only. 来源 source: {found.source}\n"


def _parameters(one: Programme) -> Iterator[str]:
    rows = [
        [
            f"`{p.name}`",
            plain(p.value),
            f"{p.reason.zh}<br>{p.reason.en or ''}" if p.reason else "",
            _basis(p.basis),
        ]
        for p in one.parameters
    ]
    yield from _table("读法 Readings", ["参数 parameter", "取值 value", "理由 reason", "原文 law"], rows)


def _process(one: Programme) -> Iterator[str]:
    rows = [
        [str(at), wording.STAGES[stage.kind].zh, wording.stage(stage, one), _basis(stage.basis)]
        for at, stage in enumerate(one.stages, 1)
    ]
    yield from _table("流程 Process", ["", "步骤 step", "做法 how", "原文 law"], rows)
    listed = [f"{m.title.zh}{'（可以不交 optional）' if m.optional else ''}" for m in one.materials]
    if listed:
        yield f"材料 materials: {'；'.join(listed)}\n"


def _not_modelled(one: Programme) -> Iterator[str]:
    rows = [[_basis(found.basis), found.reason] for found in one.not_modelled]
    yield from _table("没有写成规则的 Not modelled", ["原文 law", "理由 reason"], rows)


def _table(title: str, heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    listed = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    if listed:
        yield f"#### {title}\n"
        yield "| " + " | ".join(heads) + " |\n|" + "---|" * len(heads)
        yield from listed
        yield ""


def _basis(basis: Basis) -> str:
    """The quotes with their clauses, or why the rule is inferred."""
    quoted = [f"“{cite.quote}”（{cite.clause}）" for cite in basis.cites]
    return "<br>".join([*quoted, *([f"推定 inferred：{basis.inferred}"] if basis.inferred else [])])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").removesuffix("<br>")
