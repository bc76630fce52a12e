"""What the readers of all parts share: the files of one programme, its facts, its parameters, its law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jiangli.rules import grammar, types
from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.document import Basis, Document
from jiangli.rules.errors import Words, WrongValue, nearest
from jiangli.rules.facts import APPLIED_ON, Dictionary
from jiangli.rules.nodes import And, Compare, Constant, FactRef, Literal, Node
from jiangli.rules.reading import text
from jiangli.rules.toml import Path, Table

BASIS = ("quote", "inferred", "at")
DAYS = ("from", "to")


@dataclass(slots=True)
class Reading:
    """One programme file being read. ``english`` is the file beside it; ``used`` its keys that were
    wanted; ``turned`` are parameters with another value than the file's.
    """

    root: Table
    document: Document
    facts: Dictionary
    english: Table | None = None
    parameters: Mapping[str, Constant] = field(default_factory=dict)
    turned: Mapping[str, Constant] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)

    def words(self, chinese: str | None, *path: str) -> Words | None:
        """A text with its English, which stands in the English file under ``path``."""
        english = self._english(path)
        return Words(chinese, english) if chinese is not None else None

    def must(self, chinese: str, *path: str) -> Words:
        return Words(chinese, self._english(path))

    def _english(self, path: tuple[str, ...]) -> str | None:
        self.used.add(path)
        table = self.english
        for key in path[:-1]:
            table = table.table(key) if table else None
        return table.maybe_text(path[-1]) if table else None

    def expression(self, table: Table, key: str, *wanted: str) -> Expression:
        """The expression under ``key``, checked to give one of the ``wanted`` types, and compiled."""
        return compile_node(self.node(table, key, *wanted))

    def node(self, table: Table, key: str, *wanted: str) -> Node:
        place = table.place(key)
        return types.Checker(self.facts, self.parameters, place).check(
            grammar.parse(table.text(key), place, self.facts.labels), *wanted
        )

    def node_of(self, table: Table, key: str, *wanted: str) -> Node:
        """The fact named under ``key``, which must be of one of the ``wanted`` types."""
        node = FactRef(self.fact(table, key))
        return types.Checker(self.facts, self.parameters, table.place(key)).check(node, *wanted)

    def when(self, table: Table) -> Expression | None:
        """In which cases a row holds: its ``when``, and the days from ``from`` to ``to``, both included."""
        parts = [self.node(table, "when", "bool")] if "when" in table else []
        day = FactRef(self.decided_by)
        ends = ((">=", table.day("from")), ("<=", table.day("to")))
        parts += [Compare(op, day, Literal(end, "date")) for op, end in ends if end]
        return compile_node(And(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else None

    @property
    def decided_by(self) -> str:
        """The date that picks between the rows of different days."""
        if "decided_by" not in self.root:
            return APPLIED_ON
        name = self.fact(self.root, "decided_by")
        if self.facts[name].kind != "date":
            raise self.root.wrong_kind("decided_by", date)
        return name

    def agency(self, table: Table, key: str = "agency", *others: str) -> str:
        """An agency of the installation, or one of ``others``."""
        name, enum = table.text(key), self.facts.enums.get("agency")
        if enum and name not in enum.ranks and name not in others:
            listed = " ".join([*enum.ranks, *others])
            raise table.wrong(
                [key],
                Words(f"没有 {name} 这个机构。", f"There is no agency {name}."),
                nearest(name, [*enum.ranks, *others]).then(
                    Words(f"可以写：{listed}。", f"Write one of: {listed}.")
                ),
            )
        return name

    def money(self, table: Table, key: str) -> Expression:
        """Yuan under ``key`` as fen: a number of at most two places, or an expression."""
        value = table.data.get(key)
        if isinstance(value, str):
            return self.expression(table, key, "money")
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or value < 0 or value * 100 % 1:
            raise table.wrong_kind(key, Decimal)
        return compile_node(Literal(int(value * 100), "money"))

    def fact(self, table: Table, key: str) -> str:
        """The name of a fact, which must be in the dictionary."""
        return self.known(table, key, table.text(key))

    def known(self, table: Table, key: str, name: str) -> str:
        if name not in self.facts:
            raise table.wrong(
                [key],
                Words(f"没有 {name} 这个事实。", f"There is no fact {name}."),
                nearest(name, self.facts).then(
                    Words("先写进 facts.toml。", "Declare it in facts.toml first.")
                ),
            )
        return name

    def basis(self, table: Table, required: bool = True) -> Basis:
        """The quote (with its clause) or the reason of a rule; one of the two must be there."""
        section = table.maybe_text("at") or self.root.maybe_text("section")
        if section:
            place = table.place("at") if "at" in table else self.root.place("section")
            text.clauses_of(section, self.document.clauses, place)
        inferred = table.maybe_text("inferred")
        if "quote" in table:
            several = isinstance(table.data["quote"], list)
            quotes = table.texts("quote") if several else (table.text("quote"),)
            clauses, place = self.document.clauses, table.place("quote")
            return Basis(tuple(text.find(quote, clauses, section, place) for quote in quotes), inferred)
        if required and not inferred:
            raise self.no_basis(table)
        return Basis((), inferred)

    def no_basis(self, table: Table) -> WrongValue:
        return table.wrong(
            [],
            Words("这条规则没有依据。", "This rule has no basis."),
            Words("写 quote（原文），或 inferred（为什么）。", "Write quote (the words), or inferred (why)."),
        )
