"""Scores reckoned: weighted points of a hundred, means, places, grades. Everything in hundredths of a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jiangli.reviews.selection.status import Ranking


def weighted(criteria: Sequence[Mapping[str, Any]], marks: Mapping[str, int]) -> Decimal:
    """The points of a hundred of one sheet: each criterion counts by its weight in percent, unrounded."""
    parts = (
        Decimal(marks[one["id"]]) / 100 / Decimal(one["most"]) * Decimal(one["weight"]) for one in criteria
    )
    return sum(parts, Decimal(0))


def joined(scores: Iterable[Decimal], ranking: str) -> int | None:
    """Hundredths of a point, half up; None without a score. The trimmed mean leaves out one highest and one lowest,
    where at least three remain to choose from."""
    found = sorted(scores)
    if ranking == Ranking.TRIMMED and len(found) >= 3:
        found = found[1:-1]
    if not found:
        return None
    mean = sum(found, Decimal(0)) / len(found)
    return int((mean * 100).quantize(Decimal(1), ROUND_HALF_UP))


def places(scores: Sequence[int]) -> list[int]:
    """The place of each score, the highest first; equal scores share one."""
    return [1 + sum(other > score for other in scores) for score in scores]


def grade_for(score: int, grades: Sequence[Mapping[str, Any]]) -> Any:
    """The value of the first threshold that the score reaches; None where it reaches none."""
    for row in sorted(grades, key=lambda row: -row["least"]):
        if score >= row["least"]:
            return row["value"]
    return None
