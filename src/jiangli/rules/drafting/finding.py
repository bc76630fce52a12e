"""What a sentence of the law says that a rule can be made of: amounts, levels, days, ceilings, once only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jiangli.rules.document import Clause
from jiangli.rules.facts import Dictionary, Enum, Fact

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(万)?元")
_DAY = re.compile(r"(?:(\d{4})\s*年\s*)?(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_AT_MOST = re.compile(r"最高|不超过|不高于|上限|封顶")
_ONCE = re.compile(r"一次性|仅限(?:享受)?一次|不再?重复|只能享受一次|享受一次|就高不重复")
_LUMP_SUM = re.compile("一次性")
_TOP_UP = re.compile(r"补差|差额|扣除已")
_LAPSE = re.compile(r"自动放弃|自动失效|失效|视为放弃|视同放弃|逾期|不予受理|不再受理")
_SPAN = re.compile(r"(\d+|[一二两三四五六七八九十]|十二)\s*(?:个)?(周年|年|月)")
_DIGITS = {word: at for at, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "十二": 12}
_FROM = re.compile(r"日\s*(?:（含[^）]*）)?\s*(?:起|以后|之后|后|以来)")
_BEFORE = re.compile(r"日\s*(?:以前|之前|前)")
_MONTHS = re.compile(r"满?\s*(\d+|[一二三六九]|十二)\s*个月|满?\s*(\d+)\s*周?[年岁]")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_GENERAL = re.compile(r"其他|其它|附则|有关规定|相关规定|有关要求|工作要求|注意事项|监督|管理|说明")
_FACET = re.compile(
    r"政策内容|标准|对象|条件|范围|程序|流程|材料|时限|时间|期限|责任单位|联系|注意事项|方式|渠道"
)
NUMBERING = re.compile(
    r"^(?:附件 ?\d*|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])\s*"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of the law, verbatim, and the clause they stand in."""

    text: str
    clause: Clause

    @property
    def amounts(self) -> list[Decimal]:
        """The sums of money, in yuan."""
        return [Decimal(figure) * (10000 if ten else 1) for figure, ten in _AMOUNT.findall(self.text)]

    @property
    def days(self) -> list[date]:
        """The days; one without a year has that of the day before it."""
        found, year = list[tuple[int, int, int]](), 0
        for written, month, day in _DAY.findall(self.text):
            year = int(written or year)
            found.append((year, int(month), int(day)))
        return [date(*parts) for parts in found if _is_day(*parts)]

    @property
    def regime(self) -> tuple[date | None, date | None] | None:
        """From and to of a sentence that says from when, or until when, something is so; None if it says neither."""
        days = self.days
        if len(days) == 2:
            return days[0], days[1]
        if len(days) != 1:
            return None
        if _FROM.search(self.text):
            return days[0], None
        return None, days[0] - timedelta(days=1) if _BEFORE.search(self.text) else days[0]

    @property
    def percents(self) -> list[str]:
        return _PERCENT.findall(self.text)

    @property
    def spans(self) -> list[str]:
        """Months, years and ages, as written."""
        return [match[0].strip() for match in _MONTHS.finditer(_DAY.sub("", self.text))]

    @property
    def is_ceiling(self) -> bool:
        return bool(self.amounts and _AT_MOST.search(self.text))

    @property
    def is_once(self) -> bool:
        return bool(_ONCE.search(self.text))

    @property
    def is_top_up(self) -> bool:
        return bool(_TOP_UP.search(self.text))

    @property
    def only_lump_sum(self) -> bool:
        """Whether 一次性 is its only word for once."""
        return not _ONCE.search(_LUMP_SUM.sub("", self.text))

    @property
    def lapses(self) -> bool:
        """Whether it says that what is not asked for in time is lost."""
        return bool(_LAPSE.search(self.text))

    @property
    def lengths(self) -> list[tuple[str, int]]:
        """满2年, 12个月 as the function that adds them and how many: (years_after, 2), (months_after, 12)."""
        written = _SPAN.findall(_DAY.sub("", _YEARS.sub("", self.text)))
        return [
            ("months_after" if unit == "月" else "years_after", _number(figure)) for figure, unit in written
        ]

    def has(self, *words: str) -> bool:
        return any(word in self.text for word in words)

    def values(self, enum: Enum) -> list[str]:
        """The values of an enum that are named, in the order of the sentence; the longest name wins."""
        labels = sorted(enum.choices, key=lambda choice: -len(choice.label.zh))
        by_label = {choice.label.zh: choice.id for choice in labels}
        pattern = "|".join(map(re.escape, by_label))
        return list(dict.fromkeys(by_label[name] for name in re.findall(pattern, self.text)))


_YEARS = re.compile(r"\d{4}\s*年")


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else _DIGITS[written]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def sentences(clauses: Iterable[Clause]) -> list[Sentence]:
    """All sentences, with the stop that ends them."""
    return [
        Sentence(match[0].strip(), clause)
        for clause in clauses
        for match in _SENTENCE.finditer(clause.text)
        if match[0].strip()
    ]


def items(clauses: Iterable[Clause]) -> list[Sentence]:
    """The items of a list: what stands between semicolons or line ends, full stops included."""
    return [
        Sentence(part.strip(), clause)
        for clause in clauses
        for part in re.findall(r"[^；;\n]+[；;]?", clause.text)
        if part.strip()
    ]


def payable_sections(clauses: tuple[Clause, ...]) -> list[Clause]:
    """The clauses that look like one payable programme each: where money is named, headings such as 标准
    belong to the clause above.
    """
    by_path = {clause.path: clause for clause in clauses}
    found: dict[tuple[str, ...], Clause] = {}
    for clause in clauses:
        if _AMOUNT.search(clause.text + clause.title) and clause.level > 1:
            while clause.level > 2 and _FACET.search(clause.title) and clause.path[:-1] in by_path:
                clause = by_path[clause.path[:-1]]
            found[clause.path] = clause
    found = {path: clause for path, clause in found.items() if not _only_ceilings(clause, clauses)} or found
    inner = [path for path in found if any(path != other and path[: len(other)] == other for other in found)]
    return [clause for path, clause in found.items() if path not in inner] or list(clauses[:1])


def _only_ceilings(section: Clause, clauses: Iterable[Clause]) -> bool:
    """Whether a closing section names money only to limit what the others pay."""
    sums = [sentence for sentence in sentences(below(section, clauses)) if sentence.amounts]
    return bool(_GENERAL.search(section.title)) and all(sentence.is_ceiling for sentence in sums)


def payable_sentences(section: Clause, clauses: Iterable[Clause]) -> list[Sentence]:
    """The sentences of a section that each pay something: a sum that is no ceiling, no more to another (另, 提高), no
    row of a regime; where there is none, the sums that are given up to a ceiling (给予最高 …).
    """
    sums = {
        s.text: s
        for s in sentences(below(section, clauses))
        if s.amounts and not s.regime and not s.has(*_MORE)
    }
    plain = [sentence for sentence in sums.values() if not sentence.is_ceiling]
    return plain or [sentence for sentence in sums.values() if _UP_TO.search(sentence.text)]


_MORE = ("另", "再给予", "额外", "提高", "上浮", "增加", "叠加", "其中", "补差", "差额", "累计", "合计")
_UP_TO = re.compile(r"给予[^。；]{0,20}(?:最高|不超过)")


def below(section: Clause, clauses: Iterable[Clause]) -> list[Clause]:
    """The clause and all that stand under it."""
    return [clause for clause in clauses if clause.path[: len(section.path)] == section.path]


def plain_title(clause: Clause) -> str:
    """The heading without its number."""
    return NUMBERING.sub("", clause.title).rstrip("。")


def likely_facts(text: str, facts: Dictionary, most: int = 3) -> list[Fact]:
    """The facts whose Chinese names share most with a sentence."""
    scored = [(_shared(facts[name].label.zh, text), name) for name in facts]
    best = sorted((pair for pair in scored if pair[0] >= 0.5), key=lambda pair: (-pair[0], pair[1]))
    return [facts[name] for _, name in best[:most]]


def _shared(label: str, text: str) -> float:
    """The part of the pairs of characters of a label that stand in the text too."""
    pairs = list(_pairs(label))
    return sum(pair in text for pair in pairs) / len(pairs) if len(pairs) > 1 else 0.0


def _pairs(text: str) -> Iterator[str]:
    words = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return (words[at : at + 2] for at in range(len(words) - 1))
