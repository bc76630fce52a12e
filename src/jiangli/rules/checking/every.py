"""Every error of one programme file: its conditions, rates and limits are read each on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from jiangli.rules import toml
from jiangli.rules.errors import PolicyError
from jiangli.rules.reading import amount, conditions, limits, process
from jiangli.rules.reading.context import Reading
from jiangli.rules.reading.programme import read_dictionary, read_document


def errors(path: str, sources: Mapping[str, str], first: PolicyError) -> list[PolicyError]:
    """The error at which reading ended, with those of the other parts, in the order of the file."""
    found = {str(first): first}
    with suppress(PolicyError):
        for read in _parts(_reading(path, sources)):
            try:
                read()
            except PolicyError as error:
                found.setdefault(str(error), error)
    return sorted(found.values(), key=lambda error: (error.file != path, error.line))


def _reading(path: str, sources: Mapping[str, str]) -> Reading:
    folder = path.rsplit("/", 1)[0]
    root = toml.read(sources[path], path)
    reading = Reading(root, read_document(folder, sources), read_dictionary(folder, sources))
    reading.parameters = {one.name: one.value for one in process.parameters(reading)}
    return reading


def _parts(reading: Reading) -> Iterator[Callable[[], object]]:
    for key in ("claim", "line", "warnings"):
        yield from (partial(conditions.condition, reading, row, key) for row in reading.root.tables(key))
    table = reading.root.table("amount")
    by = reading.fact(table, "by") if "by" in table else None
    own = reading.basis(table, required=False)
    for row in table.tables("rates"):
        yield partial(amount.rate, reading, row, by, own, ())
    yield from (partial(limits.limit, reading, row) for row in reading.root.tables("limits"))
