"""What the readers of all parts share: the files of one programme, its facts, its parameters, its law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jiangli.rules import grammar, types
from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.errors import Words, WrongValue, nearest
from jiangli.rules.facts import Dictionary
from jiangli.rules.nodes import Constant, Literal, Node
from jiangli.rules.programme import Basis, Document
from jiangli.rules.reading import text
from jiangli.rules.toml import Path, Table

BASIS = ("quote", "inferred", "at")


@dataclass(slots=True)
class Reading:
    """One programme file being read. ``english`` is the file beside it; ``used`` its keys that were
    wanted.
    """

    root: Table
    document: Document
    facts: Dictionary
    english: Table | None = None
    parameters: Mapping[str, Constant] = field(default_factory=dict)
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
            grammar.parse(table.text(key), place), *wanted
        )

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
        inferred = table.maybe_text("inferred")
        if quote := table.maybe_text("quote"):
            cite = text.find(quote, self.document.clauses, section, table.place("quote"))
            return Basis((cite,), inferred)
        if required and not inferred:
            raise self.no_basis(table)
        return Basis((), inferred)

    def no_basis(self, table: Table) -> WrongValue:
        return table.wrong(
            [],
            Words("这条规则没有依据。", "This rule has no basis."),
            Words("写 quote（原文），或 inferred（为什么）。", "Write quote (the words), or inferred (why)."),
        )
