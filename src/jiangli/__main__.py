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

from jiangli.rules import FactError, Library, PolicyError, Request, answer, invalid, load
from jiangli.rules.checking import boundary_table, check_folder
from jiangli.rules.commands import asking, authoring, listing, offering
from jiangli.rules.commands.explaining import Explained
from jiangli.rules.offers import offers


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit status: 0 all well, 1 something in the input is wrong."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["policy"] and words[1:2] and words[1] in authoring.ACTS:
        return authoring.run(words[1:])
    if words and words[0] not in (*COMMANDS, "-h", "--help"):
        return _manage(words)
    options = _options(words)
    _lenient(sys.stdin, "replace")
    _lenient(sys.stdout, "backslashreplace")
    try:
        return COMMANDS[options.command](options)
    except (FactError, PolicyError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
        "policy",
        help="check policy files: law quoted, facts known, cases right; and new, case, diff, reference",
    )
    _check_arguments(policy)
    _ask_parsers(commands)
    ask.add_argument("--policies", help="policies folder")
    return parser


def _check_arguments(policy: argparse.ArgumentParser) -> argparse.ArgumentParser:
    policy.add_argument("act", choices=["check"])
    policy.add_argument("path", nargs="?", help="policies folder, or the folder of one document in it")
    policy.add_argument("--strict", action="store_true", help="notes fail too")
    policy.add_argument("--english", action="store_true", help="list each text that has no English")
    policy.add_argument("--boundaries", action="store_true", help="print both sides of every boundary")
    policy.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the table")
    policy.set_defaults(command="policy")
    return policy


def _options(words: list[str]) -> argparse.Namespace:
    """The words of a command; those of ``policy check`` in any order, which argparse allows only by itself."""
    if words[:1] == ["policy"]:
        return _check_arguments(argparse.ArgumentParser("jiangli policy")).parse_intermixed_args(words[1:])
    return _parser().parse_args(words)


def _ask_parsers(commands: Any) -> None:
    """The commands that answer people: in words or as JSON, in Chinese or English."""
    explain = commands.add_parser("explain", help="one answer in words: why, and what would change it")
    explain.add_argument("programme", nargs="?", help="id; without it, lines of requests on standard input")
    explain.add_argument("--overlay", help="with this proposed overlay: an estimate")
    explain.add_argument(
        "--parameters", nargs="+", metavar="NAME=VALUE", help="with other readings: an estimate"
    )
    what = commands.add_parser("offers", help="what one person or organisation can get")
    what.add_argument("--claimant", choices=["person", "organisation"], default="person")
    what.add_argument("--all", action="store_true", help="list what does not apply, too")
    what.add_argument("--out-of-force", action="store_true", help="look at expired and future documents, too")
    for asked in (explain, what):
        asked.add_argument("--on", help="day of filing, such as 2025-06-03", required=asked is what)
        asked.add_argument(
            "--facts", help="JSON file {fact: value}, or {facts, lines, history}; - for standard input"
        )
    programmes = commands.add_parser("programmes", help="list the programmes")
    facts = commands.add_parser("facts", help="list the facts")
    for listed, filters in ((programmes, listing.PROGRAMME_FILTERS), (facts, listing.FACT_FILTERS)):
        for name in filters:
            listed.add_argument(f"--{name}", help=f"only with this {name}")
    for parser in (explain, what, programmes, facts):
        parser.add_argument("--policies", help="policies folder")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")
        parser.add_argument("--json", action="store_true", help="for machines")


def _assess(options: argparse.Namespace) -> int:
    library = load(options.policies)
    if options.file == "-":
        return write_answers(library, sys.stdin, sys.stdout)
    with Path(options.file).open(encoding="utf-8", errors="replace") as lines:
        return write_answers(library, lines, sys.stdout)


def _lenient(stream: object, errors: str) -> None:
    """UTF-8 whatever the machine's locale, so that one odd character cannot end a run.

    Half a surrogate pair goes out as the JSON escape it came in as.
    """
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
    path = Path(options.path) if options.path else None
    if options.boundaries:
        print("\n".join(boundary_table(path, options.lang)))
        return 0
    report = check_folder(path, options.english)
    for problem in report.problems:
        print(problem)
    for warning in report.warnings:
        print(f"注意 note: {warning}")
    print("\n".join(report.summary()))
    if options.strict and report.warnings:
        print(report.verdict())
    return 1 if report.failed(options.strict) else 0


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _explain(options: argparse.Namespace) -> int:
    """One programme, or each line of standard input; a bad line is answered in place, and makes the status 1."""
    library, status = load(options.policies), 0
    if options.programme:
        asked: Iterable[Request | FactError] = [_asked(library, options)]
    else:
        asked = asking.requests(library, sys.stdin)
    for number, request in enumerate(asked):
        found = _explained(request)
        status = 1 if isinstance(found, FactError) else status
        print("\n" * (number > 0 and not options.json) + _said(found, options), flush=True)
    return status


def _asked(library: Library, options: argparse.Namespace) -> Request:
    """The one request that the options make."""
    return asking.one_request(
        library, options.programme, options.on, options.facts,
        overlay=options.overlay, parameters=asking.read_parameters(options.parameters),
    )  # fmt: skip


def _explained(request: Request | FactError) -> Explained | FactError:
    """The answer, or the error that the request is, or that its facts make it."""
    if isinstance(request, FactError):
        return request
    try:
        return Explained(request)
    except FactError as error:
        return error


def _said(found: Explained | FactError, options: argparse.Namespace) -> str:
    if options.json:
        raw = invalid(found) if isinstance(found, FactError) else found.as_json(options.lang)
        return json.dumps(raw, ensure_ascii=False)
    return str(found) if isinstance(found, FactError) else found.text(options.lang)


def _offers(options: argparse.Namespace) -> int:
    library = load(options.policies)
    facts, on, history = asking.one_claimant(library, options.on, options.facts)
    found = offers(
        library, facts, on=on, claimant=options.claimant, history=history, out_of_force=options.out_of_force
    )
    if options.json:
        _print_json(offering.as_json(found, options.lang, rest=options.all))
    else:
        print(offering.text(found, library.facts, options.lang, rest=options.all))
    return 0


def _programmes(options: argparse.Namespace) -> int:
    """The programmes that can be read; what is wrong with the others is said on standard error."""
    listed, errors = listing.readable_programmes(options.policies)
    found = listing.chosen(listed, listing.PROGRAMME_FILTERS, vars(options))
    if options.json:
        _print_json(listing.programmes_json(found, options.lang))
    else:
        print(listing.programmes_table(found, options.lang))
    return _told(errors)


def _facts(options: argparse.Namespace) -> int:
    """The facts, whatever the programmes are like: only the files of facts are read."""
    facts, errors = listing.readable_facts(options.policies)
    found = listing.chosen([facts[name] for name in facts], listing.FACT_FILTERS, vars(options))
    if options.json:
        _print_json(listing.facts_json(found, options.lang))
    else:
        print(listing.facts_table(found, options.lang))
    return _told(errors)


def _told(errors: Iterable[PolicyError]) -> int:
    """Say what is wrong on standard error; 1 if there is anything."""
    said = [str(error) for error in errors]
    print("\n".join(said), end="\n" * bool(said), file=sys.stderr)
    return 1 if said else 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "assess": _assess,
    "explain": _explain,
    "offers": _offers,
    "policy": _check,
    "programmes": _programmes,
    "facts": _facts,
}

if __name__ == "__main__":
    sys.exit(main())
