"""Check a policies folder: every problem with its line, not only the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from jiangli.rules import toml
from jiangli.rules.cases import Case, read_cases, run_case
from jiangli.rules.checking import figures, logic, oversights
from jiangli.rules.checking.across import known, strangers
from jiangli.rules.checking.coverage import coverage
from jiangli.rules.checking.dated import gaps
from jiangli.rules.checking.english import without_english
from jiangli.rules.checking.every import errors
from jiangli.rules.checking.generated import Trial, trial
from jiangli.rules.checking.levels import levels
from jiangli.rules.checking.report import Report
from jiangli.rules.checking.scope import alone, opened, own_cases
from jiangli.rules.contract import Request, read_request
from jiangli.rules.errors import FactError, NotCovered, Place, PolicyError, Words
from jiangli.rules.library import (
    Library,
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
from jiangli.rules.reading.overlays import overlay_paths
from jiangli.rules.reading.programme import read_document, read_programme
from jiangli.rules.toml import Table


def check_folder(path: Path | None = None, english: bool = False) -> Report:
    """Check all documents, programmes and cases of a folder (default: the installed policies), or those of the one
    document whose folder it is. ``english``: list each text that has none. Raises PolicyError: no such folder.
    """
    folder, document = opened(path or default_folder())
    sources, cases = read_sources(folder), case_files(folder)
    if document is None or "facts.toml" not in sources:
        return check(sources, cases, english)
    try:
        return check(alone(sources, document), own_cases(cases, document), english)
    except PolicyError as error:
        return Report(problems=[error])


def case_files(folder: Path) -> dict[str, str]:
    """Relative path -> text of the cases files of a policies folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/*.cases.jsonl"))
    }


def check(sources: dict[str, str], cases: dict[str, str], english: bool = False) -> Report:
    """Check sources and cases, both relative path -> text."""
    report = Report(english=english)
    if "facts.toml" not in sources:
        report.problems.append(_missing("facts.toml"))
        return report
    try:
        all_facts(sources)
        names(sources)
        paths = list(programme_paths(sources))
        for name in folders(sources):
            read_document(name, sources)
    except PolicyError as error:
        report.problems.append(error)
        return report
    everyone = known(sources)
    for path in paths:
        _check_programme(path, sources, cases, everyone, report)
    if not report.problems:
        _check_cases(sources, cases, report)
        _check_coverage(sources, paths, report)
    return report


def _missing(file: str) -> PolicyError:
    return NotCovered(
        Place(file), Words("缺这个文件。", "This file is missing."), Words("请补上。", "Add it.")
    )


def _check_programme(
    path: str, sources: dict[str, str], cases: dict[str, str], everyone: frozenset[str], report: Report
) -> None:
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
        report.problems += errors(path, sources, error)
        return
    root = toml.read(sources[path], path)
    overlays = [toml.read(sources[other], other) for other in overlay_paths(path, sources)]
    for table in (root, *overlays):
        report.problems += strangers(table, everyone)
    for found in (levels, gaps, oversights.wrong, logic.contradictions, logic.overlaps):
        report.problems += found(programme, root)
    report.without_english(path, without_english(programme))
    report.warnings += [f"{path}: {text}" for text in _turned_later(programme)]
    _note(report, root, (*logic.notes(programme), *oversights.notes(programme, root, overlays)))
    _note(report, root, figures.notes(root, programme.document))
    for table in overlays:
        _note(report, table, oversights.changes(table, root))
        _note(report, table, figures.notes(table, programme.document))


def _note(report: Report, root: Table, notes: Iterable[logic.Note]) -> None:
    for keys, words in notes:
        place = root.place(*keys)
        report.warnings.append(f"{place.file}:{place.line}: {words.zh} {words.en}")


def _turned_later(programme: Programme) -> Iterator[str]:
    """first_known that nobody answers for."""
    for condition in (*programme.conditions, *programme.warnings):
        answered = condition.basis.inferred is not None
        nodes = walk(condition.rule.node) if condition.rule and not answered else ()
        if any(isinstance(node, Call) and node.name == "first_known" for node in nodes):
            yield f"{condition.id}: first_known：后知道的事实会改变结论 a later fact can turn the answer"


def _check_coverage(sources: dict[str, str], paths: list[str], report: Report) -> None:
    for name in folders(sources):
        own = [path for path in paths if path.startswith(f"{name}/")]
        found = coverage(read_document(name, sources), sources, own)
        report.coverage.append(found)
        report.warnings += [
            f"{found.file}:{one.line}: 没有规则引用 no rule quotes this: {one.words}" for one in found.missing
        ]


def _check_cases(sources: dict[str, str], cases: dict[str, str], report: Report) -> None:
    try:
        library = build(sources)
        known = [case for file, text in cases.items() for case in read_cases(text, file)]
    except PolicyError as error:
        report.problems.append(error)
        return
    report.cases = len(known)
    report.problems += filter(None, [run_case(library, case) for case in known])
    report.problems += _without_cases(library, known)
    for found in trials_of(library, known):
        report.generated += found.count
        report.boundaries += len(found.met)
        report.pinned += found.pinned
        report.problems += found.problems
        report.unproved += not found.eligible
        report.warnings += [f"{library.paths[found.programme.id]}: {text}" for text in found.notes()]


def _without_cases(library: Library, cases: Iterable[Case]) -> Iterator[PolicyError]:
    """Programmes that nobody has tried on anything."""
    tried = {case.request.get("programme") for case in cases}
    for id, path in library.paths.items():
        if id not in tried:
            yield NotCovered(
                Place(path.replace(".toml", ".cases.jsonl")),
                Words(f"项目 {id} 没有案例。", f"The programme {id} has no case."),
                Words(
                    "至少写一个领得到的、一个领不到的，说出日期、事实和结果。",
                    "Write at least one who is paid and one who is not: the day, the facts, the outcome.",
                ),
            )


def trials_of(library: Library, cases: Iterable[Case]) -> list[Trial]:
    """Every programme tried around its cases; a case that cannot be read is not one of them."""
    read: dict[str, list[tuple[Case, Request]]] = {}
    for case in cases:
        with suppress(FactError):
            request = read_request(library, case.request)
            read.setdefault(request.programme.id, []).append((case, request))
    return [trial(programme, read.get(id, ())) for id, programme in library.programmes.items()]
