"""The programmes that a limit looks at: a name that fits none is misspelt, and the limit would never hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase

from jiangli.rules import toml
from jiangli.rules.errors import NotCovered, PolicyError, Words, nearest
from jiangli.rules.library import folders, names, programme_paths
from jiangli.rules.toml import Table


def known(sources: Mapping[str, str]) -> frozenset[str]:
    """What ``across`` may name: programmes by their ids, and series as "series:NAME"."""
    found: list[object] = [*names(sources)]
    series: list[object] = [*names(sources).values()]
    documents = [f"{name}/document.toml" for name in folders(sources)]
    for path in (*programme_paths(sources), *documents):
        with suppress(PolicyError):
            data = toml.read(sources[path], path).data
            found.append(data.get("id"))
            series.append(data.get("series"))
    return frozenset([*map(str, filter(None, found)), *(f"series:{name}" for name in series if name)])


def strangers(root: Table, everyone: Iterable[str]) -> Iterator[PolicyError]:
    """Every name under ``across`` that no programme and no series fits."""
    everyone = sorted(everyone)
    for row in root.tables("limits"):
        for at, name in enumerate(row.texts("across")):
            if not any(fnmatchcase(there, name) for there in everyone):
                yield NotCovered(
                    row.place("across", at),
                    Words(f"没有 {name} 这个项目或系列。", f"No programme or series is called {name}."),
                    nearest(name, everyone).then(
                        Words(
                            "写项目的 id、通配（abc-*）或 series:系列名；没有文件的项目写进 names.toml。",
                            "Write an id, a pattern such as abc-*, or series:NAME; a programme without a file "
                            "stands in names.toml.",
                        )
                    ),
                )
