"""Tables as text to be looked through: what stands side by side, and below each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from jiangli.reviews.publicity.folding import BREAK

COUNTED = re.compile(
    r"序号|金额|补助|补贴|奖励|资助|标准|人数|数量|合计|小计|年龄|分数|成绩|得分|总分|平均|课时|学时|天数|月数|年度|年份"
    r"|日期|时间|元|排名|名次|比例"
)
PLAUSIBLE = re.compile(r"-?\d{1,9}(?:\.\d{1,2})?|(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?")
HEADINGS = 6  # rows at the top in which headings may stand


Table = dict[int, dict[int, str]]  # row → column → text, as the sheet counts


def rows_of(table: Table) -> str:
    """The rows as lines. Sums, counts and days under their heading are no part of a number, if nothing else with
    digits stands beside them."""
    counted = _counted(table)
    return "\n".join("\t".join(_row(row, counted)) for row in table.values())


def _row(row: dict[int, str], counted: set[int]) -> Iterator[str]:
    for has_digits, cells in groupby(sorted(row.items()), key=lambda cell: any(map(str.isnumeric, cell[1]))):
        beside = list(cells)
        alone = has_digits and all(place in counted for place, _text in beside)
        yield from (_or_break(text, alone) for _place, text in beside)


def columns_of(table: Table) -> Iterator[str]:
    """The columns from top to bottom, without what is summed, counted or dated."""
    counted = _counted(table)
    for place in sorted({place for row in table.values() for place in row}):
        yield column([_or_break(row.get(place, ""), place in counted) for row in table.values()])


def column(cells: list[str]) -> str:
    return "\t".join(text for text in cells if text.strip())


def _counted(table: Table) -> set[int]:
    tops = list(table.values())[:HEADINGS]
    return {place for row in tops for place, text in row.items() if len(text) < 20 and COUNTED.search(text)}


def _or_break(text: str, is_counted: bool) -> str:
    return BREAK if is_counted and PLAUSIBLE.fullmatch(text.strip()) else text


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column:
        column, left = divmod(column - 1, 26)
        name = chr(65 + left) + name
    return name
