"""Ratings in sum, so that nobody's own is recognised: whole months that are over, and never fewer than five."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from jiangli.reviews.ratings.models import Grade, Rating

FEWEST = 5  # ratings below which no count is shown
WELL = (Grade.VERY_GOOD, Grade.GOOD, Grade.FAIR)  # 好评: fairly satisfied or better


@dataclass(frozen=True)
class Sum:
    """Ratings of one agency, programme or month. ``counts``: grade → number, every grade; None: too few to show."""

    key: str
    counts: dict[int, int] | None

    @property
    def total(self) -> int | None:
        return None if self.counts is None else sum(self.counts.values())

    @property
    def share(self) -> int | None:
        """Whole percent that are fairly satisfied or better, rounded down; None if too few."""
        if self.counts is None or not self.total:
            return None
        return 100 * sum(self.counts[grade] for grade in WELL) // self.total


@dataclass(frozen=True)
class Sums:
    """What the public page shows: by agency, by programme (within its agency), by month ("2025-05")."""

    agencies: list[Sum]
    programmes: list[Sum]
    months: list[Sum]
    until: date  # first day of the month that is not counted yet


def public_sums(*, today: date) -> Sums:
    """Sums of the months that are over on ``today``."""
    first = today.replace(day=1)
    rows = [
        (row["agency"], row["programme_code"], row["month"].strftime("%Y-%m"), row["grade"], row["n"])
        for row in Rating.objects.filter(rated_on__lt=first)
        .order_by()
        .annotate(month=TruncMonth("rated_on"))
        .values("agency", "programme_code", "month", "grade")
        .annotate(n=Count("pk"))
    ]
    by_agency = _counted(rows, lambda row: row[0])
    programmes: list[Sum] = []
    for agency in sorted(by_agency):
        programmes += shown(_counted([row for row in rows if row[0] == agency], lambda row: row[1]))
    months = shown(_counted(rows, lambda row: row[2]))
    return Sums(shown(by_agency), programmes, months[::-1], first)


Row = tuple[str, str, str, int, int]  # agency, programme, month, grade, how many


def _counted(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        found[key(row)][row[3]] += row[4]
    return found


def shown(found: dict[str, Counter[int]]) -> list[Sum]:
    """Each group, by its key; without counts where they are too few, or where one could subtract to them.

    All that is hidden comes to nothing or to at least five: else the smallest that would be shown is hidden too.
    """
    size = {key: sum(counts.values()) for key, counts in found.items()}
    hidden = {key for key in found if size[key] < FEWEST}
    for key in sorted(found, key=lambda one: (size[one], one)):
        if not 0 < sum(size[one] for one in hidden) < FEWEST:
            break
        hidden.add(key)
    return [
        Sum(key, None if key in hidden else {int(grade): found[key][grade] for grade in Grade})
        for key in sorted(found)
    ]


def in_sum(ratings: QuerySet[Rating]) -> dict[int, int]:
    """Grade → number, every grade: for officers, of what they see."""
    rows = ratings.order_by().values_list("grade").annotate(Count("pk"))
    counts = dict(rows)
    return {int(grade): counts.get(grade, 0) for grade in Grade}


def by_month(ratings: QuerySet[Rating]) -> list[tuple[str, dict[int, int]]]:
    """("2025-05", grade → number) of what officers see, the oldest month first."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    rows = ratings.order_by().annotate(month=TruncMonth("rated_on")).values_list("month", "grade")
    for month, grade, number in rows.annotate(Count("pk")):
        found[f"{month:%Y-%m}"][grade] += number
    return [(month, {int(grade): found[month][grade] for grade in Grade}) for month in sorted(found)]
