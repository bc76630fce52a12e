"""The law of an installation: every document and programme of a policies folder, or one from stored
sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import jiangli
from jiangli.rules import facts, toml
from jiangli.rules.document import Document
from jiangli.rules.errors import Place, PolicyError, Words, WrongValue
from jiangli.rules.facts import Dictionary
from jiangli.rules.nodes import Constant
from jiangli.rules.programme import Overlay, Programme
from jiangli.rules.reading import overlays
from jiangli.rules.reading import programme as reading
from jiangli.rules.recognitions import Recognised, recognised_kinds

_BESIDE = ("facts.toml", "document.toml")
_NOT_ALONE = (".en.toml", ".overlay.toml")


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Documents, programmes and overlays by id, every fact that any of them declares, kinds of recognition."""

    documents: Mapping[str, Document]
    programmes: Mapping[str, Programme]
    overlays: Mapping[str, Overlay]
    facts: Dictionary
    sources: Mapping[str, str]
    paths: Mapping[str, str]
    by_name: Mapping[str, str | None]
    recognitions: Mapping[str, Recognised]

    def knows(self, programme_id: str) -> bool:
        """Whether a programme is read from a file here, or known by its name only."""
        return programme_id in self.programmes or programme_id in self.by_name

    def estimated(
        self,
        programme_id: str,
        overlay_id: str | None = None,
        turned: Mapping[str, Constant] = MappingProxyType({}),
    ) -> Programme:
        """The programme with a proposed overlay, or with parameters ``turned`` to another value of their type: for
        estimates and simulation only. Raises KeyError.
        """
        return _estimated(self, self.paths[programme_id], overlay_id, tuple(sorted(turned.items())))

    def sources_of(self, programme_id: str) -> dict[str, str]:
        """Relative path -> text of every file the programme was read from; `compile` takes it back."""
        path = self.paths[programme_id]
        return reading.files_of(path, self.sources, overlays.confirmed_paths(path, self.sources))

    def proposals_of(self, programme_id: str) -> dict[str, str]:
        """Relative path -> text of the proposed overlays beside the programme; `build` takes them with its sources."""
        path = self.paths[programme_id]
        confirmed = overlays.confirmed_paths(path, self.sources)
        beside = [other for other in overlays.overlay_paths(path, self.sources) if other not in confirmed]
        english = [f"{other.removesuffix('.toml')}.en.toml" for other in beside]
        return {other: self.sources[other] for other in (*beside, *english) if other in self.sources}

    def series_of(self, programme_id: str) -> str | None:
        """The series of a programme's document; None if it has none or is not known here."""
        if programme_id in self.programmes:
            return self.programmes[programme_id].series
        return self.by_name.get(programme_id)


def default_folder() -> Path:
    """The policies packed into the installed package, else those of the working copy."""
    package = Path(jiangli.__file__).resolve().parent
    packed = package / "policies"
    return packed if packed.is_dir() else package.parents[1] / "policies"


def read_sources(folder: Path) -> dict[str, str]:
    """Relative path -> text of every TOML file and text of a policies folder."""
    paths = sorted([*folder.glob("**/*.toml"), *folder.glob("*/text.md")])
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def load(path: Path | str | None = None) -> Library:
    """All programmes of a folder (default: `default_folder`). Raises the first PolicyError."""
    sources = read_sources(Path(path) if path else default_folder())
    return build(sources)


def build(sources: Mapping[str, str]) -> Library:
    """The library of a mapping relative path -> text. Raises the first PolicyError."""
    paths = list(programme_paths(sources))
    found = [reading.read_programme(path, sources) for path in paths]
    programmes = {programme.id: programme for programme in found}
    if len(programmes) < len(found):
        raise _twice(paths, found)
    documents = {folder: reading.read_document(folder, sources) for folder in folders(sources)}
    by_id = {programme.id: path for programme, path in zip(found, paths, strict=True)}
    overlays = read_overlays(paths, sources)
    known = all_facts(sources)
    kinds = recognised_kinds(sources, known)
    return Library(documents, programmes, overlays, known, dict(sources), by_id, names(sources), kinds)


@lru_cache(maxsize=64)
def _estimated(
    library: Library, path: str, overlay_id: str | None, turned: tuple[tuple[str, Constant], ...]
) -> Programme:
    return reading.read_programme(path, library.sources, overlay_id, dict(turned))


def read_overlays(paths: Iterable[str], sources: Mapping[str, str]) -> dict[str, Overlay]:
    """Every overlay by its id, read with the programme it changes. Raises PolicyError."""
    beside = {other: path for path in paths for other in overlays.overlay_paths(path, sources)}
    for path in sources:
        if path.endswith(".overlay.toml") and path not in beside:
            raise WrongValue(
                Place(path),
                Words("旁边没有它要改的项目文件。", "There is no programme file beside it to be changed."),
                Words("文件名写成 <项目>.<名称>.overlay.toml。", "Name it <programme>.<name>.overlay.toml."),
            )
    found = {path: overlays.read_overlay(path, sources) for path in beside}
    for path, overlay in found.items():
        reading.read_programme(beside[path], sources, overlay.id)
    return {overlay.id: overlay for overlay in found.values()}


def _twice(paths: list[str], found: list[Programme]) -> PolicyError:
    ids = [programme.id for programme in found]
    at = next(at for at, id in enumerate(ids) if id in ids[:at])
    return WrongValue(
        Place(paths[at]),
        Words(f"{ids[at]} 在另一个文件里已经有了。", f"{ids[at]} is the id of another file too."),
        Words("每个项目一个编号。", "Give each programme its own id."),
    )


def compile(sources: Mapping[str, str], programme_id: str) -> Programme:
    """One programme from the sources that `Library.sources_of` gave. Raises PolicyError; KeyError if not
    among them.
    """
    for path in programme_paths(sources):
        if toml.read(sources[path], path).data.get("id") == programme_id:
            return reading.read_programme(path, sources)
    raise KeyError(programme_id)


def names(sources: Mapping[str, str]) -> dict[str, str | None]:
    """``names.toml``: programmes known by name only, id -> series; earlier payments may come from them."""
    root = toml.read(sources.get("names.toml", ""), "names.toml").only("programmes")
    return {row.name: row.only("series").maybe_text("series") for row in root.tables("programmes")}


def folders(sources: Mapping[str, str]) -> list[str]:
    """The folders that hold a document."""
    return [name.removesuffix("/document.toml") for name in sources if name.endswith("/document.toml")]


def programme_paths(sources: Mapping[str, str]) -> Iterator[str]:
    """The paths of programme files."""
    for path in sources:
        name = path.rsplit("/", 1)[-1]
        if "/" in path and name.endswith(".toml") and name not in _BESIDE and not name.endswith(_NOT_ALONE):
            yield path


def all_facts(sources: Mapping[str, str]) -> Dictionary:
    """The dictionary of the installation with those of all documents; a name may be declared once in all."""
    result = facts.read_facts(sources["facts.toml"], "facts.toml")
    for folder in folders(sources):
        own = f"{folder}/facts.toml"
        if own in sources:
            result = facts.read_facts(sources[own], own, result)
    return result
