"""Change one thing of a programme file at a time, and see that one of its cases then answers otherwise.

    make mutate                                      every programme and overlay
    make mutate ARGS=policies/FOLDER/NAME.toml       one of them

An overlay is tried with the cases that name it. A change that no case notices is a survivor: add a case, or
argue in tools/mutants-argued.toml why the file means the same after it.
"""

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mutations import Mutant, mutants, without_words

from jiangli.rules import library as shelf
from jiangli.rules import toml
from jiangli.rules.cases import Case, differences, read_cases
from jiangli.rules.contract import answer
from jiangli.rules.errors import PolicyError
from jiangli.rules.library import Library
from jiangli.rules.reading import overlays
from jiangli.rules.reading import programme as reading

SOME = 40  # mutants one process takes at a time


@dataclass(slots=True)
class Result:
    """What became of the mutants of one file."""

    file: Path
    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """One file with its cases, in a library in which all programmes but its own are known by name only.

    ``programme`` is the path of the programme file, ``path`` the one that is changed: the same, or an overlay.
    """

    path: str
    programme: str
    overlay: str | None
    source: str
    library: Library
    cases: list[Case]
    answers: list[dict[str, Any]]

    def notices(self, mutant: Mutant) -> bool:
        """Whether a case answers otherwise, or the changed file is refused."""
        sources = {**self.library.sources, self.path: mutant.apply(self.source.encode())}
        try:
            programme = reading.read_programme(self.programme, sources)
            reading.read_programme(self.programme, sources, self.overlay)
        except PolicyError:
            return True
        library = replace(self.library, programmes={programme.id: programme}, sources=sources)
        return any(
            self._otherwise(library, case, first)
            for case, first in zip(self.cases, self.answers, strict=True)
        )

    def _otherwise(self, library: Library, case: Case, first: dict[str, Any]) -> bool:
        try:
            found = answer(library, case.request)
        except PolicyError:
            return True
        return bool(differences(case.expect, found)) or _beside(case, found) != _beside(case, first)


def _beside(case: Case, response: dict[str, Any]) -> Any:
    """What a case cannot expect and yet shows: warnings, and whether its one failure can be corrected."""
    failed = case.expect.get("failed") or []
    findings = response.get("findings", [])
    answers = [response, *response.get("lines", [])]
    fault = [finding["fault"] for finding in findings if [finding["id"]] == failed]
    return fault, [_told(finding) for part in answers for finding in part.get("warnings", [])]


def _told(finding: dict[str, Any]) -> tuple[Any, ...]:
    return finding["id"], finding["state"], finding["holds"]


@lru_cache(maxsize=4)
def bench(file: Path) -> Bench:
    """Set one programme or overlay up. Raises PolicyError if it cannot be read."""
    folder = file.resolve().parents[1]
    path = file.resolve().relative_to(folder).as_posix()
    programme = f"{path.split('.', 1)[0]}.toml"
    everything = shelf.read_sources(folder)
    changed = {name: without_words(everything[name]) for name in {path, programme} if name in everything}
    library = shelf.build(_alone(path, programme, {**everything, **changed}))
    overlay = overlays.read_overlay(path, library.sources).id if path != programme else None
    beside = folder / programme.replace(".toml", ".cases.jsonl")
    known = read_cases(beside.read_text(encoding="utf-8"), beside.name)
    cases = [case for case in known if case.request.get("overlay") == overlay]
    answers = [answer(library, case.request) for case in cases]
    return Bench(path, programme, overlay, changed[path], library, cases, answers)


def _alone(path: str, programme: str, everything: dict[str, str]) -> dict[str, str]:
    """The sources in which this programme is the only one, with the overlay at ``path``; others are names."""
    others = [other for other in shelf.programme_paths(everything) if other != programme]
    kept = {name: text for name, text in everything.items() if _stays(name) or name in (path, programme)}
    named = "\n".join(_name(other, everything) for other in others)
    return {**kept, "names.toml": f"{everything.get('names.toml', '[programmes]')}\n{named}\n"}


def _stays(name: str) -> bool:
    return name.rsplit("/", 1)[-1] in ("facts.toml", "document.toml", "text.md")


def _name(path: str, sources: dict[str, str]) -> str:
    found = toml.read(sources[path], path).text("id")
    document = f"{path.rsplit('/', 1)[0]}/document.toml"
    series = toml.read(sources[document], document).maybe_text("series")
    return f"{json.dumps(found)} = {{ {f'series = {json.dumps(series)}' if series else ''} }}"


def remember_documents() -> None:
    """In a process of its own, read each document once: no change is made to it."""
    known: dict[str, Any] = {}
    read = reading.read_document

    def read_once(folder: str, sources: Any) -> Any:
        if folder not in known:
            known[folder] = read(folder, sources)
        return known[folder]

    reading.read_document = read_once


def try_some(file: Path, numbers: tuple[int, ...]) -> tuple[Path, list[int]]:
    """The numbers of the mutants, of those given, that no case notices."""
    there = bench(file)
    found = mutants(there.source, there.library.facts)
    return file, [number for number in numbers if not there.notices(found[number])]


def look_at(file: Path) -> tuple[list[Mutant], list[str]]:
    """The mutants of a file, and why it cannot be tried: unreadable, or a case that is wrong already."""
    try:
        there = bench(file)
    except (PolicyError, OSError) as error:
        return [], [str(error)]
    wrong = [
        f"{case.place}: {case.id} is answered otherwise before any change: correct that first"
        for case, found in zip(there.cases, there.answers, strict=True)
        if differences(case.expect, found)
    ]
    return mutants(there.source, there.library.facts), wrong


def run(files: Iterable[Path], jobs: int) -> Iterator[Result]:
    """Try every change of every file, several at a time."""
    bench.cache_clear()
    looked = {file: look_at(file) for file in files}
    results = {file: Result(file, len(found), wrong=wrong) for file, (found, wrong) in looked.items()}
    pieces = [
        (file, tuple(range(first, min(first + SOME, len(found)))))
        for file, (found, _) in looked.items()
        for first in range(0, len(found), SOME)
    ]
    with ProcessPoolExecutor(jobs, initializer=remember_documents) as pool:
        tried = pool.map(try_some, [file for file, _ in pieces], [numbers for _, numbers in pieces])
        for done, (file, numbers) in enumerate(tried, 1):
            results[file].survivors += [looked[file][0][number] for number in numbers]
            _progress(done, len(pieces))
    yield from results.values()


def _progress(done: int, pieces: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{100 * done // pieces} %", end="\n" if done == pieces else "", file=sys.stderr)


# --- what is argued, and what is said


def argued(policies: Path) -> dict[tuple[str, str], str]:
    """(file, change) -> reason, from tools/mutants-argued.toml beside the policies folder."""
    file = policies.parent / "tools" / "mutants-argued.toml"
    if not file.is_file():
        return {}
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        (path, change): row["reason"]
        for row in rows.get("argued", [])
        for path in row["files"]
        for change in row["changes"]
    }


def report(result: Result, reasons: dict[tuple[str, str], str], policies: Path) -> bool:
    """Print the survivors of one file; whether each of them is argued."""
    name = result.file.resolve().relative_to(policies).as_posix()
    left = [mutant for mutant in result.survivors if (name, mutant.name) not in reasons]
    excused = len(result.survivors) - len(left)
    known = {mutant.name for mutant in result.survivors}
    stale = [change for path, change in reasons if path == name and change not in known]
    print(f"{name}: {result.tried} changes, {len(left)} survive{f', {excused} argued' if excused else ''}")
    for mutant in left:
        print(f"  {result.file}:{mutant.line}: {mutant.name}")
    for line in result.wrong:
        print(f"  {line}")
    for change in stale:
        print(f"  argued, but no survivor any more: {change}")
    return not (left or stale or result.wrong)


def chosen(names: list[Path]) -> list[Path]:
    """Programmes and overlays of the names given: files, or folders with all below them."""
    found: list[Path] = []
    for name in names:
        found += sorted(name.rglob("*.toml")) if name.is_dir() else [name]
    skipped = (".en.toml", "document.toml", "facts.toml", "names.toml")
    return [file for file in found if not file.name.endswith(skipped)]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="mutate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="programme files, overlays or folders")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(words)
    files = chosen(options.files or [Path("policies")])
    good = True
    for result in run(files, options.jobs):
        policies = result.file.resolve().parents[1]
        good = report(result, argued(policies), policies) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
