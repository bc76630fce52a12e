"""``jiangli policy new``, ``case``, ``diff`` and ``reference``: what an author does besides checking."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from jiangli.rules import library as shelf
from jiangli.rules.commands import differing, trying
from jiangli.rules.drafting import folder as drafting
from jiangli.rules.drafting import renewal
from jiangli.rules.errors import FactError, Place, PolicyError, Words, WrongValue
from jiangli.rules.reference import reference


def run(words: list[str]) -> int:
    """Run one of the acts and return the exit status."""
    options = _parser().parse_args(words)
    try:
        return ACTS[options.act](options)
    except (FactError, PolicyError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jiangli policy", description="Write policy files. 写政策文件。")
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="a folder from an official text, or from last year's folder")
    new.add_argument("text", type=Path, help="the official text, plain or Markdown")
    new.add_argument("--from", dest="old", type=Path, help="last year's folder")
    new.add_argument("--folder", help="name of the new folder")
    new.add_argument("--keep-days", action="store_true", help="cases keep last year's days")
    new.add_argument("--agency", default="agency", help="id of the agency that receives claims")
    trying.add_options(
        acts.add_parser("case", help="ask a case, see the answer with its reasons, and keep it")
    )
    diff = acts.add_parser(
        "diff", help="two folders, two programme files, or one and its overlay: what changed, in words"
    )
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.add_argument("--json", action="store_true", help="for machines")
    acts.add_parser("reference", help="all programmes as one Markdown page")
    for act in acts.choices.values():
        act.add_argument("--policies", type=Path, help="policies folder")
        act.add_argument("--lang", choices=["zh", "en"], default="zh")
    return parser


# --- new


def _new(options: argparse.Namespace) -> int:
    text = options.text.read_text(encoding="utf-8")
    if options.old:
        return _renew(options, text)
    policies = options.policies or shelf.default_folder()
    name = options.folder or options.text.stem
    facts = shelf.all_facts(shelf.read_sources(policies))
    files = drafting.draft(text, name, facts, options.agency)
    _write(policies, name, files)
    print("\n".join(drafting.summary(files)))
    print(_NEXT.say(options.lang).format(policies))
    return 0


def _renew(options: argparse.Namespace, text: str) -> int:
    old: Path = options.old.resolve()
    policies = options.old.parent
    name = options.folder or renewal.renewed_name(old.name, text)
    sources = {
        f"{old.name}/{path.name}": path.read_text(encoding="utf-8") for path in sorted(old.glob("*.*"))
    }
    found = renewal.renew(text, old.name, name, sources, options.keep_days)
    _write(policies, name, found.files)
    print("\n".join(renewal.lines_of(found, options.lang)))
    if tables := renewal.facts_to_move(old.name, found.files, sources):
        listed = "".join(f"\n  {table}" for table in tables)
        print(_OWN_FACTS.say(options.lang).format(old.name, policies / "facts.toml", listed))
    print(_NEXT.say(options.lang).format(policies))
    return 0


_NEXT = Words("下一步：jiangli policy check {}", "Next: jiangli policy check {}")
_OWN_FACTS = Words(
    "两年都用的事实只能写一次：从 {0}/facts.toml 移到 {1}：{2}",
    "A fact both years use is declared once: move from {0}/facts.toml to {1}:{2}",
)


def _write(policies: Path, name: str, files: Mapping[str, str]) -> None:
    """Write a new folder; one that is there already is never touched."""
    if (policies / name).exists():
        raise WrongValue(
            Place(f"{policies / name}"),
            Words("这个文件夹已经有了。", "This folder is there already."),
            Words("用 --folder 写另一个名字。", "Give another name with --folder."),
        )
    (policies / name).mkdir(parents=True)
    for path, text in files.items():
        (policies / path).write_text(text, encoding="utf-8")


# --- reference


def _reference(options: argparse.Namespace) -> int:
    print(reference(shelf.load(options.policies)), end="")
    return 0


ACTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "new": _new,
    "case": trying.run,
    "diff": differing.run,
    "reference": _reference,
}
