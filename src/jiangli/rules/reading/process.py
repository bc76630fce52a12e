"""[process], [form], [messages], [parameters] and [[not_modelled]]: what people do around the rules."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiangli.rules.document import Contact, NotModelled
from jiangli.rules.errors import Words
from jiangli.rules.programme import CELLS, Ask, Elsewhere, Material, Parameter, RosterColumn, Rounds, Stage
from jiangli.rules.reading.context import BASIS, Reading
from jiangli.rules.toml import Table

KINDS = ("file_before", "file", "review", "publish", "deliberate", "pay")
ROUTES = ("own_card", "employer_receipt", "union_account", "joint_union_account")
_STAGE = ("kind", "title", "agency", "days", "calendar", "list", "outside", "asks", *BASIS)
EVENTS = ("application.returned", "application.refused", "application.approved", "payment.paid",
          "payment.returned")  # fmt: skip


def parameters(reading: Reading) -> tuple[Parameter, ...]:
    """The readings of ambiguities, each with its reason."""
    return tuple(_parameter(reading, table) for table in reading.root.tables("parameters"))


def _parameter(reading: Reading, table: Table) -> Parameter:
    table.only("value", "reason", *BASIS)
    value = table.data.get("value")
    if isinstance(value, str):
        table.text("value")
    elif not isinstance(value, bool | int) or isinstance(value, Decimal):
        value = table.day("value")
    if value is None:
        raise table.wrong_kind("value", int)
    reason = reading.words(table.maybe_text("reason"), "parameters", table.name, "reason")
    basis = reading.basis(table, required=False)
    if not reason and not basis.cites:
        raise reading.no_basis(table)
    return Parameter(table.name, reading.turned.get(table.name, value), reason, basis)


def stages(reading: Reading) -> tuple[Stage, ...]:
    """The steps in their order."""
    process = reading.root.table("process").only("stages", "route", "rounds", "again", "materials")
    return tuple(_stage(reading, table) for table in process.tables("stages"))


def _stage(reading: Reading, table: Table) -> Stage:
    table.only(*_STAGE)
    chinese = table.text("title")
    return Stage(
        table.one_of("kind", *KINDS),
        reading.must(chinese, "stages", chinese),
        _acting(reading, table),
        table.maybe_whole("days"),
        table.one_of("calendar", "days", "working") if "calendar" in table else "days",
        table.one_of("list", "approved", "applicants") if "list" in table else None,
        table.flag("outside"),
        table.texts("asks"),
        reading.basis(table),
    )


def _acting(reading: Reading, table: Table) -> str:
    """Who acts: as written, else the claimant at a filing and the programme's agency at every other stage."""
    if "agency" in table:
        return reading.agency(table, "agency", "claimant", "employer")
    return "claimant" if table.text("kind") in ("file", "file_before") else reading.agency(reading.root)


def route(reading: Reading) -> str | None:
    process = reading.root.table("process")
    return process.one_of("route", *ROUTES) if "route" in process else None


def rounds(reading: Reading) -> Rounds | None:
    """How often in a year claims are taken; None where the notice does not say."""
    process = reading.root.table("process")
    if "rounds" not in process:
        return None
    table = process.table("rounds").only("per_year", *BASIS)
    return Rounds(table.whole("per_year"), reading.basis(table))


def elsewhere(reading: Reading) -> Elsewhere | None:
    """The other system that decides; None where this one does."""
    if "elsewhere" not in reading.root:
        return None
    table = reading.root.table("elsewhere").only("title", *BASIS)
    return Elsewhere(reading.must(table.text("title"), "elsewhere", "title"), reading.basis(table))


def contact(reading: Reading) -> Contact | None:
    """Whom to ask about this programme; the document's contact where it names none."""
    if "contact" in reading.root:
        reading.basis(reading.root.table("contact"))
    return read_contact(reading.root, "quote", "inferred", "at") or reading.document.contact


def read_contact(table: Table, *more: str) -> Contact | None:
    """``contact`` of a document or a programme: an office and its telephone."""
    if "contact" not in table:
        return None
    row = table.table("contact").only("name", "name_en", "phone", *more)
    return Contact(Words(row.text("name"), row.maybe_text("name_en")), row.text("phone"))


def materials(reading: Reading) -> tuple[Material, ...]:
    """What must be handed in, each with an id that stays."""
    rows = reading.root.table("process").tables("materials")
    found = tuple(_material(reading, at, row) for at, row in enumerate(rows, 1))
    for row, material in zip(rows, found, strict=True):
        if sum(other.id == material.id for other in found) > 1:
            raise row.wrong(
                ["id"],
                Words(f"材料 {material.id} 写了两遍。", f"Material {material.id} stands twice."),
                Words("每种材料一个 id。", "Give each material its own id."),
            )
    return found


def _material(reading: Reading, at: int, row: Table) -> Material:
    row.only("id", "title", "hint", "per", "optional", *BASIS)
    id = row.maybe_text("id") or f"material_{at}"
    return Material(
        id,
        reading.must(row.text("title"), "materials", id, "title"),
        reading.words(row.maybe_text("hint"), "materials", id, "hint"),
        row.one_of("per", "claim", "line") if "per" in row else "claim",
        row.flag("optional"),
        reading.basis(row, required=False),
    )


def form(reading: Reading, read: Iterable[str]) -> tuple[Ask, ...]:
    """The questions: facts that rules read and a person can be asked, then those that the form adds."""
    table = reading.root.table("form").only("also_ask", "roster", "roster_columns")
    asks = [Ask(reading.facts[name], None, True) for name in read if reading.facts[name].question]
    extra = table.data.get("also_ask", [])
    for at, item in enumerate(extra):
        if isinstance(item, str):
            asks.append(Ask(reading.facts[reading.known(table, "also_ask", item)], None, False))
        else:
            asks.append(_ask(reading, Table(table.file, item, (*table.path, "also_ask", at), table.places)))
    return tuple(asks)


def _ask(reading: Reading, table: Table) -> Ask:
    table.only("fact", "when")
    return Ask(reading.facts[reading.fact(table, "fact")], reading.expression(table, "when", "bool"), False)


def roster_columns(reading: Reading) -> tuple[RosterColumn, ...]:
    """The columns of the roster's sheet where the notice prescribes them; else whoever makes the sheet chooses."""
    form = reading.root.table("form")
    rows = form.tables("roster_columns")
    found = tuple(_roster_column(reading, row) for row in rows)
    for row, column in zip(rows, found, strict=True):
        if sum((other.cell, other.fact) == (column.cell, column.fact) for other in found) > 1:
            raise row.wrong(
                [],
                Words(f"名单的“{column.title.zh}”写了两遍。", f"The column {column.title.zh} stands twice."),
                Words("一列只写一次。", "Name a column once."),
            )
    if found and not {"name", "id_number"} <= {column.cell for column in found}:
        raise form.wrong(
            ["roster_columns"],
            Words("名单里没有姓名或身份证号。", "The roster has no name or no identity number."),
            Words(
                '写上 cell = "name" 和 cell = "id_number" 两列。',
                'Write both: cell = "name", cell = "id_number".',
            ),
        )
    return found


def _roster_column(reading: Reading, row: Table) -> RosterColumn:
    row.only("title", "cell", "fact")
    if ("cell" in row) == ("fact" in row):
        raise row.wrong(
            [],
            Words("名单的一列要有 cell，或者 fact。", "A column of the roster has a cell or a fact."),
            Words("两者只写一个。", "Write exactly one of the two."),
        )
    cell = row.one_of("cell", *CELLS) if "cell" in row else None
    fact = reading.fact(row, "fact") if "fact" in row else None
    title = reading.must(row.text("title"), "form", "roster_columns", str(cell or fact))
    return RosterColumn(title, cell, fact)


def messages(reading: Reading) -> dict[str, Words]:
    """Texts by event."""
    table = reading.root.table("messages").only(*EVENTS)
    return {event: reading.must(table.text(event), "messages", event) for event in table}


def not_modelled(reading: Reading) -> tuple[NotModelled, ...]:
    """Sentences of the law that no rule covers, said openly."""
    rows = reading.root.tables("not_modelled")
    return tuple(NotModelled(reading.basis(row.only("reason", *BASIS)), row.text("reason")) for row in rows)
