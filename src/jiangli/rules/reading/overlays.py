"""Overlays: changed lines of a programme in a file beside it, proposed (for estimates) or confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiangli.rules import toml
from jiangli.rules.errors import Words, WrongValue
from jiangli.rules.programme import Overlay
from jiangli.rules.toml import Table

CHANGES = ("claim", "line", "warnings", "parameters", "amount", "limits")
_WHOLE = ("amount", "limits")  # replaced whole; the others by id
_HEAD = ("overlays", "id", "status", "source", "legal_basis")


def overlay_paths(path: str, sources: Mapping[str, str]) -> list[str]:
    """The overlays that stand beside the programme file at ``path``, by name."""
    stem = path.removesuffix(".toml")
    return sorted(name for name in sources if name.startswith(f"{stem}.") and name.endswith(".overlay.toml"))


def confirmed_paths(path: str, sources: Mapping[str, str]) -> list[str]:
    """The overlays that decide: those confirmed with a legal basis."""
    return [
        other for other in overlay_paths(path, sources) if read_overlay(other, sources).status == "confirmed"
    ]


def read_overlay(path: str, sources: Mapping[str, str]) -> Overlay:
    """The head of an overlay file. Raises PolicyError: confirmed needs its legal basis."""
    table = toml.read(sources[path], path).only(*_HEAD, *CHANGES)
    status = table.one_of("status", "proposed", "confirmed")
    basis = table.text("legal_basis") if status == "confirmed" else table.maybe_text("legal_basis")
    return Overlay(table.text("id"), table.text("overlays"), status, table.text("source"), basis)


def apply(
    path: str, sources: Mapping[str, str], root: Table, english: Table | None, proposed: str | None
) -> tuple[Table, Table | None, dict[str, Overlay]]:
    """A programme and its English with confirmed overlays, and the proposed one of that id, laid over them; and
    which these are, by path. Raises PolicyError.
    """
    applied: dict[str, Overlay] = {}
    for other in overlay_paths(path, sources):
        found, changes = read_overlay(other, sources), toml.read(sources[other], other)
        if found.programme != root.text("id"):
            raise _other_programme(changes)
        if found.status == "confirmed" or found.id == proposed:
            _changed_once(changes, (toml.read(sources[name], name) for name in applied))
            applied[other] = found
            root = root.replaced(changes, CHANGES)
            english = _english(changes, other, sources, english)
    return root, english, applied


def _changed_once(changes: Table, others: Iterable[Table]) -> None:
    """Refuse an overlay that changes what another one changes: which of them holds would hang on their order."""
    for before in others:
        for key in (key for key in CHANGES if key in changes and key in before):
            both = [key] if key in _WHOLE else [id for id in changes.table(key) if id in before.table(key)]
            if both:
                raise changes.wrong(
                    [key] if key in _WHOLE else [key, both[0]],
                    Words(f"另一个叠加文件也改了 {both[0]}。", f"Another overlay changes {both[0]}, too."),
                    Words("并成一个文件。", "Put both into one file."),
                )


def _english(changes: Table, overlay: str, sources: Mapping[str, str], english: Table | None) -> Table | None:
    """The English with that of an overlay (``<overlay>.en.toml``), without that of what the overlay replaces."""
    path = f"{overlay.removesuffix('.toml')}.en.toml"
    kept = english or Table(path, {}, (), {})
    for key in (key for key in CHANGES if key in changes and key in kept):
        kept = kept.without(key, list(kept.table(key)) if key in _WHOLE else list(changes.table(key)))
    return kept.replaced(toml.read(sources[path], path).only(*CHANGES), CHANGES) if path in sources else kept


def _other_programme(changes: Table) -> WrongValue:
    return changes.wrong(
        ["overlays"],
        Words("它不是旁边这个项目的编号。", "This is not the id of the programme beside it."),
        Words("写同名项目文件里的 id。", "Write the id in the programme file of the same name."),
    )
