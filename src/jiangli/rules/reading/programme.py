"""A whole programme from the texts of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from jiangli.rules import facts, toml
from jiangli.rules.closures import Expression
from jiangli.rules.document import Ban, Basis, Clause, Document, NotModelled
from jiangli.rules.errors import UnknownKey, Words
from jiangli.rules.facts import Dictionary
from jiangli.rules.nodes import Constant
from jiangli.rules.programme import Condition, Limit, Overlay, Programme
from jiangli.rules.reading import again, amount, conditions, overlays, process, text
from jiangli.rules.reading import limits as limiting
from jiangli.rules.reading.context import Reading
from jiangli.rules.toml import Table

_ROOT = ("id", "title", "agency", "claimant", "section", "series", "contact", "lines", "record", "decided_by",
         "claim", "line", "warnings", "parameters", "counts", "amount", "limits", "process", "elsewhere", "form",
         "messages", "not_modelled")  # fmt: skip
STATUSES = ("in_force", "draft", "expired")


def read_document(folder: str, sources: Mapping[str, str]) -> Document:
    """``document.toml`` and ``text.md`` of a folder."""
    table = toml.read(sources[f"{folder}/document.toml"], f"{folder}/document.toml")
    table.only(
        "title", "title_en", "number", "issuer", "status", "series", "from", "to", "contact", "learned",
        "learned_on", "not_modelled", "ban",
    )  # fmt: skip
    title = Words(table.text("title"), table.maybe_text("title_en"))
    clauses = _clauses(folder, sources)
    left_out = tuple(_left_out(row, clauses) for row in table.tables("not_modelled"))
    return Document(
        folder, title, table.maybe_text("number"), table.text("issuer"), table.one_of("status", *STATUSES),
        table.maybe_text("series"), table.day("from"), table.day("to"), process.read_contact(table),
        table.maybe_text("learned"), table.day("learned_on"), clauses, left_out,
        _ban(table, clauses),
    )  # fmt: skip


def _ban(table: Table, clauses: tuple[Clause, ...]) -> Ban | None:
    """``[ban]``: who may not claim again after a fraud, by words that stand in the text; None without it."""
    if "ban" not in table:
        return None
    row = table.table("ban").only("quote", "at", "who", "until", "scope")
    cite = text.find(row.text("quote"), clauses, row.maybe_text("at"), row.place("quote"))
    scope = row.one_of("scope", "document", "series")
    if scope == "series" and "series" not in table:
        raise row.wrong(
            ["scope"],
            Words("本文件没有 series。", "This document has no series."),
            Words(
                '写 scope = "document"，或者写上 series。', 'Write scope = "document", or name the series.'
            ),
        )
    return Ban(Basis((cite,)), row.one_of("who", "claimant"), row.one_of("until", "document_end"), scope)


def _left_out(row: Table, clauses: tuple[Clause, ...]) -> NotModelled:
    """What the document says openly that no programme covers: a quote, or a clause with all below it."""
    row.only("quote", "clause", "at", "reason")
    if ("quote" in row) == ("clause" in row):
        raise row.wrong(
            [],
            Words("not_modelled 要有 quote，或者 clause。", "not_modelled has a quote, or a clause."),
            Words("两者只写一个。", "Write exactly one of the two."),
        )
    if "clause" in row:
        text.clauses_of(row.text("clause"), clauses, row.place("clause"))
        return NotModelled(Basis(), row.text("reason"), row.text("clause"))
    cite = text.find(row.text("quote"), clauses, row.maybe_text("at"), row.place("quote"))
    return NotModelled(Basis((cite,)), row.text("reason"))


def _clauses(folder: str, sources: Mapping[str, str]) -> tuple[Clause, ...]:
    return _read_clauses(sources.get(f"{folder}/text.md", ""))


_read_clauses = lru_cache(maxsize=64)(text.clauses)


def read_dictionary(folder: str, sources: Mapping[str, str]) -> Dictionary:
    """The facts of the installation, and those that the document adds."""
    base = facts.read_facts(sources["facts.toml"], "facts.toml")
    own = f"{folder}/facts.toml"
    return facts.read_facts(sources[own], own, base) if own in sources else base


def files_of(path: str, sources: Mapping[str, str], applied: Sequence[str] = ()) -> dict[str, str]:
    """The sources that decide what the programme at ``path`` means: these, and no others, are hashed."""
    folder, stem = path.rsplit("/", 1)[0], path.removesuffix(".toml")
    names = ["facts.toml", f"{folder}/document.toml", f"{folder}/text.md", f"{folder}/facts.toml", path]
    english = (f"{overlay.removesuffix('.toml')}.en.toml" for overlay in applied)
    wanted = (*names, f"{stem}.en.toml", *applied, *english)
    return {name: sources[name] for name in wanted if name in sources}


def digest(sources: Mapping[str, str]) -> str:
    """SHA-256 over names and texts, in the order of the names, as hex."""
    whole = hashlib.sha256()
    for name in sorted(sources):
        for part in (name, sources[name]):
            data = part.encode()
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def read_programme(
    path: str,
    sources: Mapping[str, str],
    overlay: str | None = None,
    turned: Mapping[str, Constant] = MappingProxyType({}),
) -> Programme:
    """The programme file at ``path`` with all that belongs to it: confirmed overlays, the proposed one that is
    named by its id, and parameters ``turned`` to another value of their type. Raises PolicyError.
    """
    folder = path.rsplit("/", 1)[0]
    root = toml.read(sources[path], path).only(*_ROOT)
    english_path = f"{path.removesuffix('.toml')}.en.toml"
    english = toml.read(sources[english_path], english_path) if english_path in sources else None
    root, english, applied = overlays.apply(path, sources, root, english, overlay)
    document, known = read_document(folder, sources), read_dictionary(folder, sources)
    reading = Reading(root, document, known, english, turned=turned)
    files = files_of(path, sources, list(applied))
    if turned:
        files["turned"] = repr(sorted(turned.items()))
    programme = _build(reading, tuple(applied.values()), digest(files))
    if not applied:
        _english_is_used(reading)
    _ids_once(root, programme)
    return programme


def _build(reading: Reading, applied: tuple[Overlay, ...], hash: str) -> Programme:
    root = reading.root
    found = process.parameters(reading)
    reading.parameters = {parameter.name: parameter.value for parameter in found}
    claim, line = conditions.conditions(reading, "claim"), conditions.conditions(reading, "line")
    money, limits = amount.amount(reading), limiting.limits(reading)
    paid = amount.payers(reading)
    record, counts = limiting.record(reading), limiting.counts(reading)
    dated = [when for when in (*(p.when for p in paid), *(one.when for one in limits)) if when]
    read = _read((*claim, *line), limits, money.facts, [*dict(record).values(), *dated])
    lines = root.one_of("lines", "none", "person", "month", "optional") if "lines" in root else "none"
    return Programme(
        id=root.text("id"), title=reading.must(root.text("title"), "title"), agency=reading.agency(root),
        claimant=root.one_of("claimant", "person", "organisation"), section=root.maybe_text("section"),
        series=root.maybe_text("series") or reading.document.series, lines=lines, document=reading.document,
        claim=claim, line=line,
        warnings=conditions.conditions(reading, "warnings"), parameters=found, amount=money,
        payers=paid, ratio=sum(payer.ratio for payer in paid) or 1,
        dated=any(payer.when for payer in paid),
        limits=limits, record=dict(record), counts=counts, parts=limiting.parts(reading),
        stages=process.stages(reading), route=process.route(reading), rounds=process.rounds(reading),
        again=again.again(reading), elsewhere=process.elsewhere(reading), contact=process.contact(reading),
        materials=process.materials(reading), form=process.form(reading, read),
        roster=root.table("form").maybe_text("roster"), roster_columns=process.roster_columns(reading),
        messages=process.messages(reading),
        not_modelled=process.not_modelled(reading), overlays=applied,
        turned=tuple(reading.turned), dictionary=reading.facts,
        facts_read=read, hash=hash,
    )  # fmt: skip


def _read(
    found: tuple[Condition, ...],
    limits: tuple[Limit, ...],
    money: tuple[str, ...],
    more: Sequence[Expression],
) -> tuple[str, ...]:
    """Names of all facts read, in the order of the notice."""
    names = [name for condition in found for name in condition.facts]
    limited = [name for limit in limits for name in limit.condition.facts]
    ranks = [limit.keep_highest for limit in limits if limit.keep_highest]
    rest = [name for one in more for name in one.facts]
    return tuple(dict.fromkeys([*names, *money, *limited, *ranks, *rest]))


def _ids_once(root: Table, programme: Programme) -> None:
    ids = [condition.id for condition in programme.conditions if condition.id not in ("once", "cap")]
    for id in ids:
        if ids.count(id) > 1:
            raise root.wrong(
                ["limits"],
                Words(f"编号 {id} 用了两次。", f"The id {id} stands twice."),
                Words("每个条件一个编号。", "Give each condition its own id."),
            )


def _english_is_used(reading: Reading) -> None:
    """Refuse English for something that is not in the Chinese file."""
    if reading.english is None:
        return
    for path in _leaves(reading.english):
        if path not in reading.used:
            name = ".".join(map(str, path))
            raise UnknownKey(
                reading.english.place(*path),
                Words(f"中文文件里没有 {name}。", f"The Chinese file has no {name}."),
                Words("照中文文件的编号写。", "Use the ids of the Chinese file."),
            )


def _leaves(table: Table) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for key in table:
        if isinstance(table.data[key], dict):
            found += [(key, *rest) for rest in _leaves(replace(table.table(key), path=()))]
        else:
            found.append((key,))
    return found
