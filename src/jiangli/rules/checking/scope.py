"""What is looked at: a whole policies folder, or one document of it with what its programmes may name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from jiangli.rules import toml
from jiangli.rules.errors import Place, PolicyError, Words, WrongValue
from jiangli.rules.library import names, programme_paths


def opened(path: Path) -> tuple[Path, str | None]:
    """The policies folder at or above a path, and the document that the path is, or belongs to. Raises WrongValue."""
    if not path.exists():
        raise WrongValue(
            Place(str(path)),
            Words("没有这个文件夹。", "There is no such folder."),
            Words("写 policies，或其中一个文件夹。", "Name policies, or a folder in it."),
        )
    there = path.resolve()
    folder = there.parent if there.is_file() else there
    return (folder.parent, folder.name) if (folder / "document.toml").is_file() else (folder, None)


def alone(sources: Mapping[str, str], document: str) -> dict[str, str]:
    """The sources of one document, with the facts of all; every other programme is known by its name."""
    kept = {
        name: text
        for name, text in sources.items()
        if "/" not in name or _of(name, document) or name.endswith("/facts.toml")
    }
    known = names(sources)
    rows = [row for id, row in _named(sources, document) if id not in known]
    return {**kept, "names.toml": "\n".join([sources.get("names.toml") or "[programmes]", *rows])}


def own_cases(cases: Mapping[str, str], document: str) -> dict[str, str]:
    return {name: text for name, text in cases.items() if _of(name, document)}


def _of(name: str, document: str) -> bool:
    return name.startswith(f"{document}/")


def _named(sources: Mapping[str, str], document: str) -> Iterator[tuple[str, str]]:
    """Id and line in ``names.toml`` of each programme of the other documents, as far as they can be read."""
    for path in programme_paths(sources):
        beside = f"{path.rsplit('/', 1)[0]}/document.toml"
        if not _of(path, document) and beside in sources:
            with suppress(PolicyError):
                root = toml.read(sources[path], path)
                id = root.text("id")
                series = root.maybe_text("series") or toml.read(sources[beside], beside).maybe_text("series")
                yield id, f"{json.dumps(id)} = {{ {f'series = {json.dumps(series)}' if series else ''} }}"
