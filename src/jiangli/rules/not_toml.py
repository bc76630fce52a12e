"""Why a line is not TOML, in the words of someone who wrote it: full-width signs, units, commas in numbers, quotes."""

from __future__ import annotations

import re

from jiangli.rules.errors import Words

_HALF = str.maketrans("“”＂‘’＝（）［］｛｝，：＃．", '"""\'\'=()[]{},:#.')
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_UNIT = re.compile(r"=\s*(\d[\d.,]*)\s*(万元|万|元|%|％|人|个|年|月|天)")
_COMMAS = re.compile(r"=\s*(\d{1,3}(?:,\d{3})+)(?!\d)")
_CHINESE_DAY = re.compile(r"=\s*(\d{4})年(\d{1,2})月(\d{1,2})日")
_SAID = {
    "Cannot overwrite a value": Words("这个键写了两遍", "this key stands twice"),
    "Cannot declare": Words("这个表写了两遍", "this table stands twice"),
    "Unterminated": Words("文字没有写完，少了引号", "a text is not closed"),
    "Illegal character": Words("文字没有写完：这一行少了引号", "a text is not closed on this line"),
    "Expected '='": Words("键后面少了等号", "there is no = after the key"),
    "Unclosed": Words("括号没有写完", "a bracket is not closed"),
    "Invalid value": Words("这个值写得不对", "this value is not written as TOML writes one"),
    "Expected newline": Words("值的后面多了东西", "something stands after the value"),
}
_CHECK = Words("检查引号、括号，以及键是否写了两遍。", "Check quotes, brackets, and keys that stand twice.")


def cause(said: str, line: str) -> tuple[Words, Words]:
    """What is wrong, and what to write instead, from the words of the parser and the line it stopped at."""
    bare = _STRING.sub('""', line)
    if day := _CHINESE_DAY.search(bare):
        right = f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}"
        return Words(f"日期写成了“{day[0].lstrip('= ')}”", "this is not how a day is written"), _write(right)
    if unit := _UNIT.search(bare):
        right = _number(unit[1], unit[2])
        return Words(f"数后面不能写“{unit[2]}”", f"a number has no unit ({unit[2]})"), _write(right)
    if comma := _COMMAS.search(bare):
        return Words("数里不能有逗号", "a number has no commas"), _write(comma[1].replace(",", ""))
    if said.startswith(("Unterminated", "Illegal")):
        bare = ""
    if wide := "".join(dict.fromkeys(letter for letter in bare if letter.translate(_HALF) != letter)):
        return (
            Words(f"有全角的 {wide}", f"full-width {wide}"),
            Words(f"改成半角：{wide.translate(_HALF)} 。", f"Write {wide.translate(_HALF)} instead."),
        )
    known = (words for start, words in _SAID.items() if said.startswith(start))
    return next(known, Words(said, said)), _CHECK


def _number(digits: str, unit: str) -> str:
    """20万 as 200000."""
    plain = digits.replace(",", "")
    return f"{float(plain) * 10_000:.0f}" if unit.startswith("万") else plain


def _write(right: str) -> Words:
    return Words(f"写成 {right}。", f"Write {right}.")
