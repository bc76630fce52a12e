"""Tables of plain text whose columns stand below each other, Chinese characters counted double."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows below a head, columns two blanks apart. ``rows`` have as many cells as ``head``."""
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    ruled = ["-" * columns for columns in widths]
    return "\n".join(_row(cells, widths) for cells in (head, ruled, *rows))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (columns - width(cell)) for cell, columns in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()
