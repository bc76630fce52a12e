"""Check a policies folder: every problem with its line, not only the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from jiangli.rules import toml
from jiangli.rules.cases import Case, read_cases, run_case
from jiangli.rules.checking import logic
from jiangli.rules.checking.coverage import coverage
from jiangli.rules.checking.generated import Trial, trial
from jiangli.rules.checking.levels import levels
from jiangli.rules.checking.report import Report
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
from jiangli.rules.reading.programme import read_document, read_programme


def check_folder(folder: Path | None = None) -> Report:
    """Check all documents, programmes and cases of a folder (default: the installed policies)."""
    folder = folder or default_folder()
    return check(read_sources(folder), case_files(folder))


def case_files(folder: Path) -> dict[str, str]:
    """Relative path -> text of the cases files of a policies folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/*.cases.jsonl"))
    }


def check(sources: dict[str, str], cases: dict[str, str]) -> Report:
    """Check sources and cases, both relative path -> text."""
    report = Report()
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
    for path in paths:
        _check_programme(path, sources, cases, report)
    if not report.problems:
        _check_cases(sources, cases, report)
        _check_coverage(sources, paths, report)
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
    root = toml.read(sources[path], path)
    report.problems += levels(programme, root)
    report.problems += logic.contradictions(programme, root)
    report.problems += logic.overlaps(programme, root)
    report.warnings += [f"{path}: {text}" for text in _notes(programme)]
    for keys, words in logic.notes(programme):
        place = root.place(*keys)
        report.warnings.append(f"{place.file}:{place.line}: {words.zh} {words.en}")


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
    for found in trials_of(library, known):
        report.generated += found.count
        report.boundaries += len(found.met)
        report.pinned += found.pinned
        report.problems += found.problems
        report.warnings += [f"{library.paths[found.programme.id]}: {text}" for text in found.notes()]


def trials_of(library: Library, cases: Iterable[Case]) -> list[Trial]:
    """Every programme tried around its cases; a case that cannot be read is not one of them."""
    read: dict[str, list[tuple[Case, Request]]] = {}
    for case in cases:
        with suppress(FactError):
            request = read_request(library, case.request)
            read.setdefault(request.programme.id, []).append((case, request))
    return [trial(programme, read.get(id, ())) for id, programme in library.programmes.items()]
