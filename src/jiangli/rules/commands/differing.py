"""``jiangli policy diff``: two folders, two programme files, or a programme and its overlay, in words or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from jiangli.rules import library as shelf
from jiangli.rules import toml
from jiangli.rules.cases import Case, read_cases
from jiangli.rules.commands.trying import CASES
from jiangli.rules.comparing import Comparison, Version, compare, compare_cases, compare_documents, pairs
from jiangli.rules.document import Document
from jiangli.rules.errors import Place, PolicyError, Words, WrongValue
from jiangli.rules.library import Library
from jiangli.rules.programme import Programme

_SAME = Words("{} 个项目没有变", "{} programmes unchanged")
_OVERLAY = ".overlay.toml"


class Side(NamedTuple):
    """One of the two: its library, its programmes and their cases by the names of their files, its document."""

    library: Library
    programmes: Mapping[str, Programme]
    cases: Mapping[str, list[Case]]
    document: Document | None


def run(options: argparse.Namespace) -> int:
    """Say what changed. Raises PolicyError."""
    old, new = _side(options.old), _side(options.new)
    if options.old.is_file() and options.new.is_file():  # two files are compared whatever they are called
        old = _called(old, next(iter(new.programmes)))
    head = compare_documents(old.document, new.document) if old.document and new.document else ()
    ids = {a.id: b.id for a, b in pairs(old.programmes, new.programmes) if a and b}
    found = [_compared(old, new, name, ids) for name in dict.fromkeys([*new.programmes, *old.programmes])]
    if options.json:
        raw = {"document": [change.as_json(options.lang) for change in head],
               "programmes": [one.as_json(options.lang) for one in found if one.differs],
               "unchanged": sum(not one.differs for one in found)}  # fmt: skip
        print(json.dumps(raw, ensure_ascii=False))
        return 0
    lines = [change.say(options.lang) for change in head]
    lines += [line for one in found if one.differs for line in one.say(options.lang)]
    same = sum(not one.differs for one in found)
    print("\n".join([*lines, _SAME.say(options.lang).format(same)]))
    return 0


def _compared(old: Side, new: Side, name: str, ids: Mapping[str, str]) -> Comparison:
    before, after = old.programmes.get(name), new.programmes.get(name)
    if before is None or after is None:
        return Comparison(before, after)
    cases = (old.cases.get(name, []), new.cases.get(name, []))
    versions = (Version(old.library, before), Version(new.library, after))
    return Comparison(before, after, compare(before, after), *compare_cases(*versions, *cases, ids=ids))


def _called(side: Side, name: str) -> Side:
    """The one programme of a side under another name."""
    (programme,), (cases,) = side.programmes.values(), side.cases.values()
    return side._replace(programmes={name: programme}, cases={name: cases})


def _side(path: Path) -> Side:
    there = path.resolve()
    if not there.exists():
        raise _not_there(path, Words("没有这个文件夹或文件。", "There is no such folder or file."))
    folder = there.parent if there.is_file() else there
    library = _library(folder)
    by_path = {file: library.programmes[id] for id, file in library.paths.items()}
    if there.is_file():
        found = {there.stem: _one(path, there, library, by_path)}
        document = None
    else:
        found = {Path(file).stem: one for file, one in by_path.items() if file.startswith(f"{folder.name}/")}
        document = library.documents.get(folder.name)
    cases = {name: _cases(folder / Path(library.paths[one.id]).name) for name, one in found.items()}
    if not found:
        raise _not_there(path, Words("这里没有项目文件。", "There is no programme file here."))
    return Side(library, found, cases, document)


def _library(folder: Path) -> Library:
    """The library, or where another folder is not finished yet, that of this folder alone."""
    sources = shelf.read_sources(folder.parent)
    try:
        return shelf.build(sources)
    except PolicyError:
        alone = ("facts.toml", "names.toml", "recognitions.toml")
        mine = {
            path: text
            for path, text in sources.items()
            if path in alone or path.startswith(f"{folder.name}/")
        }
        return shelf.build(mine)


def _one(path: Path, there: Path, library: Library, by_path: Mapping[str, Programme]) -> Programme:
    """The programme of a file; that of an overlay is the programme with its lines changed."""
    name = f"{there.parent.name}/{there.name}"
    if name in by_path:
        return by_path[name]
    for overlay in library.overlays.values() if name.endswith(_OVERLAY) else ():
        if toml.read(library.sources[name], name).data["id"] == overlay.id:
            return library.estimated(overlay.programme, overlay.id)
    raise _not_there(path, Words("这不是项目文件。", "This is not a programme file."))


def _not_there(path: Path, words: Words) -> PolicyError:
    remedy = Words("写文件夹、项目文件或叠加文件。", "Name a folder, a programme file or an overlay.")
    return WrongValue(Place(str(path)), words, remedy)


def _cases(file: Path) -> list[Case]:
    beside = file.with_name(file.stem + CASES)
    return list(read_cases(beside.read_text(encoding="utf-8"), beside.name)) if beside.is_file() else []
