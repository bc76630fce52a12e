"""``jiangli policy case``: ask a case of a programme, see the answer with its reasons, and keep it."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiangli.rules import library as shelf
from jiangli.rules.cases import Case, differences, expanded, read_cases
from jiangli.rules.commands.explaining import Explained
from jiangli.rules.contract import answer, read_request
from jiangli.rules.drafting.case import Wish, as_answered, expectation, next_id, short_case
from jiangli.rules.errors import FactError, PolicyError, Words, nearest
from jiangli.rules.library import Library

CASES = ".cases.jsonl"
_WROTE = Words("写进了 {}：{}", "Written to {}: {}")
_SEEN = Words(
    "没有写进案例。和通知说的一样，加 --write；或者写 --expect 可以领:1200。",
    "Not written. If this is what the notice says, add --write; or --expect eligible:1200.",
)
_OTHERWISE = Words("和你写的不一样：{}：应有 {}，实际 {}", "Not as you expect: {}: expected {}, found {}")
_KEPT_OUT = Words(
    "没有写。通知确实这样说的，改规则；照写不误，加 --force。",
    "Nothing was written. If the notice says so, correct the rule; --force writes it all the same.",
)
_HELP = {
    "--like": "id of an earlier case of the file; without it, the case starts from nothing",
    "--on": "day of filing", "--note": "the sentence that a lawyer can check", "--id": "of the new case",
    "--expect": "what the notice says: eligible:1200, ineligible:E2,window, undetermined:fact, error:fact",
    "--expect-lines": "line by line: 500,once,? (an amount, ids that fail joined by +, not yet known)",
}  # fmt: skip


class _InOrder(argparse.Action):
    """--line, --set and --unset keep their order: a line holds for what follows it."""

    def __call__(self, parser: Any, options: Any, values: Any, flag: str | None = None) -> None:
        options.changes = [*options.changes, (str(flag).lstrip("-"), values)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("programme", help="id of the programme")
    for flag, metavar in (("--set", "FACT=VALUE"), ("--unset", "FACT"), ("--line", "N")):
        parser.add_argument(flag, action=_InOrder, metavar=metavar, dest="changes", default=[])
    for flag, help in _HELP.items():
        parser.add_argument(flag, help=help)
    paid = "an earlier payment: programme,amount,period and key=value; none for no payment"
    parser.add_argument("--paid", action="append", default=[], help=paid)
    parser.add_argument("--write", action="store_true", help="keep the case, with the answer shown")
    parser.add_argument("--force", action="store_true", help="keep it although it is answered otherwise")


def run(options: argparse.Namespace) -> int:
    """Answer the case; keep it where that is asked. Raises FactError and PolicyError."""
    policies = options.policies or shelf.default_folder()
    library = _library(policies, options.programme)
    if options.programme not in library.programmes:
        missing = Words(f"没有项目 {options.programme}。", f"There is no programme {options.programme}.")
        raise FactError("programme", missing.then(nearest(options.programme, library.programmes)))
    file = policies / library.paths[options.programme].replace(".toml", CASES)
    cases = list(read_cases(file.read_text(encoding="utf-8"), file.name)) if file.is_file() else []
    wish = Wish(options.programme, options.like, options.changes, options.on, options.paid)
    short = short_case(wish, cases, library.facts)
    request = short.get("request") or expanded(short, {case.id: case.request for case in cases})
    _show(library, request, options.lang)
    return _keep(options, file, cases, short, answer(library, request))


def _library(policies: Path, programme: str) -> Library:
    """The library, or where another file is not finished yet, that of this programme alone."""
    sources = shelf.read_sources(policies)
    try:
        return shelf.build(sources)
    except PolicyError:
        own = next(
            (path for path in shelf.programme_paths(sources) if _is_of(programme, sources[path])), None
        )
        if own is None:
            raise
        folder, stem = own.rsplit("/", 1)[0], own.removesuffix("toml")
        beside = (
            "facts.toml",
            "names.toml",
            f"{folder}/document.toml",
            f"{folder}/text.md",
            f"{folder}/facts.toml",
        )
        return shelf.build(
            {path: text for path, text in sources.items() if path in beside or path.startswith(stem)}
        )


def _is_of(programme: str, source: str) -> bool:
    """Whether a file is that of a programme; a file that is not TOML is of none."""
    return re.search(rf'^id\s*=\s*"{re.escape(programme)}"', source, re.MULTILINE) is not None


def _show(library: Library, request: Mapping[str, Any], lang: str) -> None:
    """The answer in words; what cannot be read is said in its place."""
    try:
        print(Explained(read_request(library, request)).text(lang))
    except FactError as error:
        print(error)
    print()


def _keep(
    options: argparse.Namespace,
    file: Path,
    cases: list[Case],
    short: dict[str, Any],
    response: dict[str, Any],
) -> int:
    """Add the case to its file where that is asked, and the answer is the one expected."""
    if not (options.write or options.expect):
        print(_SEEN.say(options.lang))
        return 0
    expect = expectation(options.expect, options.expect_lines) if options.expect else as_answered(response)
    if wrong := differences(expect, response):
        for key, (want, found) in wrong.items():
            print(
                _OTHERWISE.say(options.lang).format(
                    key, *(json.dumps(x, ensure_ascii=False) for x in (want, found))
                )
            )
        if not options.force:
            print(_KEPT_OUT.say(options.lang))
            return 1
    if not options.note:
        raise FactError("--note", Words("写一句说明。", "Say in one sentence what the case is."))
    case = {
        "id": options.id or next_id(cases, options.programme),
        "note": options.note,
        **short,
        "expect": expect,
    }
    _append(file, case, cases)
    print(_WROTE.say(options.lang).format(file, case["id"]))
    return 0


def _append(file: Path, case: Mapping[str, Any], cases: list[Case]) -> None:
    """Add one line to a file of cases."""
    if case["id"] in {known.id for known in cases}:
        raise FactError("--id", Words(f"{case['id']} 已经有了。", f"{case['id']} is there already."))
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    line = json.dumps(case, ensure_ascii=False)
    file.write_text(f"{before.rstrip()}\n{line}\n".lstrip("\n"), encoding="utf-8")
