"""Check a policies folder: every problem with its line, not only the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jiangli.rules.cases import read_cases, run_case
from jiangli.rules.engine import assess
from jiangli.rules.errors import NotCovered, Place, PolicyError, Words
from jiangli.rules.facts import Facts
from jiangli.rules.library import (
    all_facts,
    build,
    default_folder,
    folders,
    names,
    programme_paths,
    read_sources,
)
from jiangli.rules.nodes import Call, walk
from jiangli.rules.programme import Programme
from jiangli.rules.reading.programme import read_document, read_programme


@dataclass(slots=True)
class Report:
    """What a check found. Warnings do not make a folder wrong."""

    problems: list[PolicyError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    programmes: int = 0
    cases: int = 0


def check_folder(folder: Path | None = None) -> Report:
    """Check all documents, programmes and cases of a folder (default: the installed policies)."""
    folder = folder or default_folder()
    cases = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/*.cases.jsonl"))
    }
    return check(read_sources(folder), cases)


def check(sources: dict[str, str], cases: dict[str, str]) -> Report:
    """Check sources and cases, both relative path -> text."""
    report = Report()
    if "facts.toml" not in sources:
        report.problems.append(_missing("facts.toml"))
        return report
    try:
        all_facts(sources)
        for name in folders(sources):
            read_document(name, sources)
        names(sources)
        paths = list(programme_paths(sources))
    except PolicyError as error:
        report.problems.append(error)
        return report
    for path in paths:
        _check_programme(path, sources, cases, report)
    if not report.problems:
        _check_cases(sources, cases, report)
    return report


def _missing(file: str) -> PolicyError:
    return NotCovered(
        Place(file), Words("缺这个文件。", "This file is missing."), Words("请补上。", "Add it.")
    )


def _check_programme(path: str, sources: dict[str, str], cases: dict[str, str], report: Report) -> None:
    report.programmes += 1
    folder = path.rsplit("/", 1)[0]
    beside = path.replace(".toml", ".cases.jsonl")
    needed = {f"{folder}/document.toml": sources, f"{folder}/text.md": sources, beside: cases}
    report.problems += [_missing(name) for name, there in needed.items() if name not in there]
    if f"{folder}/document.toml" not in sources:
        return
    try:
        programme = read_programme(path, sources)
    except PolicyError as error:
        report.problems.append(error)
        return
    report.problems += _levels(programme, path)
    report.warnings += [f"{path}: {text}" for text in _notes(programme)]


def _levels(programme: Programme, path: str) -> Iterator[PolicyError]:
    """Each value of the fact that rates go by stands in one row, or is excluded by a condition on its own."""
    by = programme.amount.by
    enum = programme.dictionary[by].enum if by else None
    for value in enum.ranks if by and enum else ():
        rows = [rate for rate in programme.amount.rates if rate.values is None or value in rate.values]
        if len([rate for rate in rows if rate.when is None]) > 1:
            yield _level(path, value, Words("在几行里", "in several rows"))
        elif not rows and not _excluded(programme, {by or "": value}):
            yield _level(path, value, Words("没有金额", "without a rate"))


def _excluded(programme: Programme, facts: Facts) -> bool:
    """Whether a condition is false with nothing else known."""
    found = assess(programme, facts, on=_any_day(programme))
    return any(id != "rate" for id in found.failed)


def _level(path: str, value: str, wrong: Words) -> PolicyError:
    return NotCovered(
        Place(path),
        Words(f"等级 {value} {wrong.zh}。", f"The value {value} is {wrong.en}."),
        Words(
            "每个值一行；没有金额的写 no_rate = true，或由条件排除。",
            "One row each; write no_rate = true, or let a condition exclude it.",
        ),
    )


def _any_day(programme: Programme) -> date:
    """A day inside the window, so that the window excludes no level."""
    first, last = programme.window() or (None, None)
    return first or last or date(2025, 6, 10)


def _notes(programme: Programme) -> Iterator[str]:
    """What an author should look at: English that is missing, first_known, facts nobody is asked."""
    for condition in (*programme.conditions, *programme.warnings):
        if condition.title is None or condition.title.en is None:
            yield f"{condition.id}: 缺英文标题 no English title"
        if condition.tell and condition.tell.en is None:
            yield f"{condition.id}: 缺英文说明 no English tell"
        nodes = walk(condition.rule.node) if condition.rule else ()
        if any(isinstance(node, Call) and node.name == "first_known" for node in nodes):
            yield f"{condition.id}: first_known：后知道的事实会改变结论 a later fact can turn the answer"


def _check_cases(sources: dict[str, str], cases: dict[str, str], report: Report) -> None:
    try:
        library = build(sources)
        for file, text in cases.items():
            for case in read_cases(text, file):
                report.cases += 1
                report.problems += filter(None, [run_case(library, case)])
    except PolicyError as error:
        report.problems.append(error)
