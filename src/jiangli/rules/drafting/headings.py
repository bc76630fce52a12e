"""An official text as it is copied from a page or a paper: its headings recognised by their numbering."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"附件 ?\d*|(?![（(\d]|第.+章|[一二三四五六七八九十]+、).{2,24}(?:政策|办法|措施|方案)$",
        r"第[一二三四五六七八九十百]+章",
        r"[一二三四五六七八九十]+、",
        r"[（(][一二三四五六七八九十]+[）)]",
        r"\d+[.．、](?!\d)",
        r"[（(]\d+[）)]",
    )
)
_TITLE = re.compile(r"(通知|意见|办法|细则|措施|政策|方案|规定|公告|条例)(（.{1,20}）)?$")
_SENTENCE_END = "。；;：:，,、"
_LONGEST = 40  # of a heading
_ITEMS = (4, 5)  # kinds that number the items of a list as well as headings


def markdown(text: str) -> str:
    """The text with Markdown headings: a title, then clauses by their numbering. A text that has them stays."""
    if re.search(r"^# ", text, re.MULTILINE):
        return text.strip() + "\n"
    lines = [line.strip().strip("\u3000") for line in text.lstrip("\ufeff").splitlines()]
    title, rest = _title([line for line in lines if line])
    return "\n\n".join([f"# {title}", *_body(rest)]) + "\n"


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The title, which may run over two lines, and all other lines in their order."""
    for at, line in enumerate(lines[:10]):
        if _TITLE.search(line) and len(line) <= 80:
            first = at - 1 if at and lines[at - 1].startswith("关于") else at
            return "".join(lines[first : at + 1]), lines[:first] + lines[at + 1 :]
    return lines[0], lines[1:]


def _body(lines: list[str]) -> Iterator[str]:
    above: list[int] = []
    kinds = [next((at for at, pattern in enumerate(_KINDS) if pattern.match(line)), None) for line in lines]
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        heading, words = _split(line, kind)
        if kind is None or not heading or (kind in _ITEMS and not _has_body(kind, kinds[at + 1 :])):
            yield line
            continue
        above = [other for other in above if other < kind] + [kind]
        yield f"{'#' * (len(above) + 1)} {heading}"
        if words:
            yield words


def _has_body(kind: int, after: list[int | None]) -> bool:
    """Whether something stands under a line: else it is an item of a list, to be quoted as a whole."""
    return bool(after) and (after[0] is None or after[0] > kind)


def _split(line: str, kind: int | None) -> tuple[str, str]:
    """Heading and the words that run on behind it; no heading where the line is a sentence."""
    if len(line) <= _LONGEST and line[-1] not in _SENTENCE_END:
        return line, ""
    head, stop, words = line.partition("。")
    if kind in (2, 3) and stop and len(head) <= _LONGEST / 2 and words:
        return head + stop, words
    return "", line
