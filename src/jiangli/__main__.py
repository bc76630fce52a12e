"""The command ``jiangli``: ask the rules, check policy files, and everything that Django manages."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from jiangli.rules import Library, PolicyError, answer, load, yuan
from jiangli.rules.checking import boundary_table, check_folder
from jiangli.rules.commands import authoring


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit status: 0 all well, 1 something in the input is wrong."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["policy"] and words[1:2] and words[1] in authoring.ACTS:
        return authoring.run(words[1:])
    if words and words[0] not in (*COMMANDS, "-h", "--help"):
        return _manage(words)
    options = _parser().parse_args(words)
    try:
        return COMMANDS[options.command](options)
    except PolicyError as error:
        print(error, file=sys.stderr)
        return 1


def _manage(words: list[str]) -> int:
    """Every other command is Django's, loaded only then."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangli.settings")
    execute_from_command_line(["jiangli", *words])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jiangli", description="Skilled-worker incentives: from policy text to money. 技能人才激励。",
        epilog="Any other command is passed to Django: jiangli migrate, jiangli runserver ...",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("assess", help="JSON Lines of requests in, one response per line out")
    ask.add_argument("file", nargs="?", default="-", help="file of requests, - for standard input")
    policy = commands.add_parser(
        "policy", help="check policy files: law quoted, facts known, cases right; and new, diff, reference"
    )
    policy.add_argument("act", choices=["check"])
    policy.add_argument("path", nargs="?", help="policies folder")
    policy.add_argument("--strict", action="store_true", help="notes fail too")
    policy.add_argument("--boundaries", action="store_true", help="print both sides of every boundary")
    policy.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the table")
    for name, help in (("programmes", "list the programmes"), ("facts", "list the facts")):
        commands.add_parser(name, help=help).add_argument("--policies", help="policies folder")
    ask.add_argument("--policies", help="policies folder")
    return parser


def _assess(options: argparse.Namespace) -> int:
    library = load(options.policies)
    _lenient(sys.stdin, "replace")
    _lenient(
        sys.stdout, "backslashreplace"
    )  # half a surrogate pair goes out as the JSON escape it came in as
    if options.file == "-":
        return write_answers(library, sys.stdin, sys.stdout)
    with Path(options.file).open(encoding="utf-8", errors="replace") as lines:
        return write_answers(library, lines, sys.stdout)


def _lenient(stream: object, errors: str) -> None:
    """UTF-8 whatever the machine's locale, so that one odd character cannot end a run."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors)


def write_answers(library: Library, lines: Iterable[str], out: TextIO) -> int:
    """One response per line, in order; a bad line is answered in place, and makes the status 1."""
    status = 0
    for response in answers(library, lines):
        status = 1 if "error" in response else status
        print(json.dumps(response, ensure_ascii=False), file=out, flush=True)
    return status


def answers(library: Library, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The responses to JSON Lines of requests, or of cases ``{"id", "request", …}`` whose id is handed
    back.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield {
                "error": "invalid",
                "at": "line",
                "message": f"这一行不是 JSON。 This line is not JSON: {error}",
            }
            continue
        wrapped = isinstance(raw, dict) and "request" in raw
        response = answer(library, raw["request"] if wrapped else raw)
        yield {"id": raw["id"], **response} if isinstance(raw, dict) and "id" in raw else response


def _check(options: argparse.Namespace) -> int:
    folder = Path(options.path) if options.path else None
    if options.boundaries:
        print("\n".join(boundary_table(folder, options.lang)))
        return 0
    report = check_folder(folder)
    for problem in report.problems:
        print(problem)
    for warning in report.warnings:
        print(f"注意 note: {warning}")
    print("\n".join(report.summary()))
    return 1 if report.failed(options.strict) else 0


def _programmes(options: argparse.Namespace) -> int:
    for programme in load(options.policies).programmes.values():
        amounts = programme.amount_range_fen()
        shown = "–".join(yuan(fen) for fen in sorted(set(amounts))) if amounts else ""
        print(f"{programme.id}\t{programme.title.zh}\t{shown}\t{programme.hash[:12]}")
    return 0


def _facts(options: argparse.Namespace) -> int:
    facts = load(options.policies).facts
    for name in facts:
        fact = facts[name]
        kind = f"{fact.kind} {fact.enum.name}" if fact.enum else fact.kind
        print(f"{name}\t{kind}\t{fact.label.zh}\t{fact.label.en}")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "assess": _assess,
    "policy": _check,
    "programmes": _programmes,
    "facts": _facts,
}

if __name__ == "__main__":
    sys.exit(main())
