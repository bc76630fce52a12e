"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from jiangli.rules.checking.coverage import Coverage
from jiangli.rules.errors import PolicyError


@dataclass(slots=True)
class Report:
    """What a check found. Warnings do not make a folder wrong, unless the check is strict.

    ``cases`` are hand-written, ``generated`` were made from them; ``coverage`` stands by document; ``unproved``
    programmes have no case that is eligible. ``english``: list what has none, rather than count it.
    """

    problems: list[PolicyError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    programmes: int = 0
    cases: int = 0
    generated: int = 0
    boundaries: int = 0
    pinned: int = 0
    unproved: int = 0
    coverage: list[Coverage] = field(default_factory=list)
    english: bool = False

    def without_english(self, file: str, missing: Iterable[str]) -> None:
        """Note what has no English: a line for each with ``english``, else one line for the file."""
        listed = list(missing)
        if self.english:
            self.warnings += [f"{file}: {text}" for text in listed]
        elif listed:
            beside = file.replace(".toml", ".en.toml")
            self.warnings.append(
                f"{file}: {len(listed)} 处缺英文，写在 {beside}（--english 逐条列出） "
                f"{len(listed)} without English, which stands in {beside} (--english lists them)"
            )

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
        unproved = f"{self.unproved} without an eligible case, " if self.unproved else ""
        closing = (
            f"{self.programmes} programmes, {self.cases} cases, {unproved}{self.generated} generated cases, "
            f"{self.pinned} of {self.boundaries} boundaries pinned, "
            f"{quoted} of {total} sentences quoted, {left} left out, "
            f"{len(self.warnings)} notes, {len(self.problems)} problems"
        )
        return [*lines, closing]

    def verdict(self) -> str:
        """What a strict check says of notes."""
        count = len(self.warnings)
        return f"--strict：{count} 条注意，不算通过 {count} notes, which --strict takes for problems"
