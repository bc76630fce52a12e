"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass, field

from jiangli.rules.checking.coverage import Coverage
from jiangli.rules.errors import PolicyError


@dataclass(slots=True)
class Report:
    """What a check found. Warnings do not make a folder wrong, unless the check is strict.

    ``cases`` are hand-written, ``generated`` were made from them; ``coverage`` stands by document.
    """

    problems: list[PolicyError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    programmes: int = 0
    cases: int = 0
    generated: int = 0
    boundaries: int = 0
    pinned: int = 0
    coverage: list[Coverage] = field(default_factory=list)

    def failed(self, strict: bool = False) -> bool:
        """Whether the folder is wrong; a strict check takes notes for problems."""
        return bool(self.problems) or (strict and bool(self.warnings))

    def summary(self) -> list[str]:
        """A line for each document, and the closing line."""
        lines = [
            f"{one.file}: {one.quoted} of {one.total} sentences quoted, {one.left_out} left out with a reason"
            for one in self.coverage
        ]
        quoted = sum(one.quoted for one in self.coverage)
        left = sum(one.left_out for one in self.coverage)
        total = sum(one.total for one in self.coverage)
        closing = (
            f"{self.programmes} programmes, {self.cases} cases, {self.generated} generated cases, "
            f"{self.pinned} of {self.boundaries} boundaries pinned, "
            f"{quoted} of {total} sentences quoted, {left} left out, "
            f"{len(self.warnings)} notes, {len(self.problems)} problems"
        )
        return [*lines, closing]
