"""A new folder of policies from one official text: the text, the document, a programme file per payable clause."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from jiangli.rules.document import Clause
from jiangli.rules.drafting import headings
from jiangli.rules.drafting.finding import (
    Sentence,
    below,
    payable_sections,
    payable_sentences,
    plain_title,
    sentences,
)
from jiangli.rules.drafting.skeleton import Asked, Skeleton, levels_of
from jiangli.rules.facts import Dictionary
from jiangli.rules.reading import text as law

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}〔\d{4}〕\s*\d+\s*号")
_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-)?\d{8}(?!\d)")


def draft(text: str, folder: str, facts: Dictionary, agency: str = "agency") -> dict[str, str]:
    """Relative path -> text of every file of a new folder."""
    official = headings.markdown(text)
    clauses = law.clauses(official)
    sections = payable_sections(clauses)
    general = _general(clauses, sections)
    parts = [(section, one) for section in sections for one in _parts(section, clauses, facts)]
    ids = [f"{folder}-{number:02d}" for number in range(1, len(parts) + 1)]
    files = {f"{folder}/text.md": official, f"{folder}/document.toml": document(clauses, agency)}
    for number, (section, one) in enumerate(parts, 1):
        name = f"programme-{number:02d}"
        asked = Asked(ids[number - 1], agency, facts, tuple(ids))
        skeleton = Skeleton(asked, section, clauses, general, one)
        files[f"{folder}/{name}.toml"] = skeleton.toml()
        files[f"{folder}/{name}.cases.jsonl"] = json.dumps(skeleton.case(), ensure_ascii=False) + "\n"
    return files


def _parts(section: Clause, clauses: tuple[Clause, ...], facts: Dictionary) -> list[tuple[Sentence, ...]]:
    """The sentences of a section that become a programme: the rows of one scale together, each other one alone;
    nothing is the whole section.
    """
    seen: set[str] = set()
    scale, alone = list[Sentence](), list[Sentence]()
    for sentence in payable_sentences(section, clauses):
        levels = levels_of(sentence, facts)
        named = set(levels[1]) if levels and len(levels[1]) == len(sentence.amounts) else set()
        (scale if named and not named & seen else alone).append(sentence)
        seen |= named
    parts = [tuple(scale)] * bool(scale) + [(sentence,) for sentence in alone]
    return parts if len(parts) > 1 else [()]


def _general(clauses: tuple[Clause, ...], sections: list[Clause]) -> list[Sentence]:
    """The sentences outside all payable clauses."""
    inside = [clause for section in sections for clause in below(section, clauses)]
    return sentences(clause for clause in clauses if clause not in inside)


class Head(NamedTuple):
    """What the head and the closing words of a text give away; None for what they do not say."""

    title: str
    number: str | None
    first: date | None
    last: date | None


def head_of(clauses: tuple[Clause, ...]) -> Head:
    """Title, number, first and last day of a text."""
    top = clauses[0]
    number = _NUMBER.search("\n".join(line for line in top.text.splitlines() if len(line) < 30))
    return Head(top.title, number[0].replace(" ", "") if number else None, *_force(clauses))


def document(clauses: tuple[Clause, ...], agency: str) -> str:
    """``document.toml`` as far as the text says it."""
    head = head_of(clauses)
    phone = next((match[0] for clause in clauses if (match := _PHONE.search(clause.text))), None)
    lines = [
        f"title    = {_text(head.title)}",
        f"number   = {_text(head.number)}" if head.number else '# number = "…〔2026〕1号"  # 原文没有文号',
        f"issuer   = {_text(agency)}  # 待定：发文机关的代号",
        'status   = "draft"  # 待定：草案；印发以后写 in_force',
        f"from     = {head.first}" if head.first else "# from   = 2026-01-01  # 待定：从哪天起施行",
        f"to       = {head.last}" if head.last else "# to     = 2026-12-31  # 待定：到哪天为止",
        '# series = "…"  # 历年同一项激励写同一个名字，“领过的不再受理”就连以前的一起看',
    ]
    if phone:
        lines.append(f'contact  = {{ name = {_text(agency)}, phone = "{phone}" }}  # 待定：部门的名称')
    return "\n".join(lines) + "\n"


def _force(clauses: tuple[Clause, ...]) -> tuple[date | None, date | None]:
    """First and last day: 施行, else the days in which applications are taken."""
    found = sentences(clauses)
    for words in (("施行", "有效期", "实施"), ("申报", "申请", "受理")):
        for sentence in found:
            if sentence.days and sentence.has(*words) and len(sentence.days) <= 2:
                return sentence.days[0], sentence.days[1] if len(sentence.days) == 2 else None
    return None, None


def summary(files: Mapping[str, str]) -> list[str]:
    """What was found, a line per file."""
    return [f"{path}\t{text.count('待定')} 处待定 to decide" for path, text in files.items()]


def section_titles(text: str) -> list[str]:
    """The payable clauses of a text, by their headings."""
    return [plain_title(section) for section in payable_sections(law.clauses(headings.markdown(text)))]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
