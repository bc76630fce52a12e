"""Rules in words: what an expression, an amount, a limit or a stage says, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiangli.rules.brackets import Slice, brackets_of
from jiangli.rules.closures import Expression
from jiangli.rules.errors import Words
from jiangli.rules.facts import Dictionary, plain, yuan
from jiangli.rules.nodes import (
    And,
    Arithmetic,
    ByDate,
    Call,
    Compare,
    FactRef,
    In,
    Literal,
    Node,
    Not,
    Or,
    children,
    walk,
)
from jiangli.rules.programme import Again, Limit, Payer, Programme, Rate, Stage, Supplement

_COMPARE = {"=": Words("＝", "is"), "<>": Words("≠", "is not"), "<": Words("＜", "<"), "<=": Words("≤", "≤"),
            ">": Words("＞", ">"), ">=": Words("≥", "≥")}  # fmt: skip
_CALLS = {
    "same": Words("完全一致", "are the same"),
    "first_known": Words("先知道的一个", "the first known"),
    "months_after": Words("{0} 起 {1} 个月后", "{1} months after {0}"),
    "years_after": Words("{0} 起 {1} 年后", "{1} years after {0}"),
    "days_after": Words("{0} 起 {1} 天后", "{1} days after {0}"),
    "month_end": Words("{0} 的月底", "the end of the month of {0}"),
    "year_of": Words("{0} 的年份", "the year of {0}"),
    "calendar_months": Words("从 {0} 到 {1} 的月数", "the calendar months from {0} to {1}"),
    "percent_of": Words("{0} 的 {1}%", "{1}% of {0}"),
    "least": Words("较小的一个", "the least of "),
    "greatest": Words("较大的一个", "the greatest of "),
    "raised_to": Words("{0}，至少 {1}", "{0}, at least {1}"),
    "in_area": Words("{0} 在 {1}", "{0} is in {1}"),
}
KINDS = {
    "once_per": Words("只发一次", "paid once"),
    "less_paid_per": Words("减去已经发过的", "less what was paid"),
    "at_most": Words("合计不超过", "at most"),
}
COLUMNS = {
    "person": Words("每人", "each person"), "organisation": Words("每家单位", "each organisation"),
    "certificate": Words("每本证书", "each certificate"), "subject": Words("每个标的", "each subject"),
    "period": Words("每期", "each period"), "claim": Words("每次申请", "each claim"),
}  # fmt: skip
EFFECTS = {
    "refuse": Words("", ""),
    "hold": Words("（交经办人决定）", " (an officer decides)"),
    "warn": Words("（只提示）", " (only told)"),
}
STAGES = {
    "file_before": Words("事前备案", "filed beforehand"), "file": Words("申报", "filed"),
    "review": Words("审核", "reviewed"), "publish": Words("公示", "published"),
    "deliberate": Words("审议", "deliberated"), "pay": Words("发放", "paid"),
}  # fmt: skip
#: sign -> the signs that need brackets before it, and after it
_LOOSE = {"+": ("", ""), "-": ("", "+-"), "*": ("+-", "+-")}
_SPAN = Words("{0}从 {1} 到 {2}", "{0} from {1} to {2}")
_YUAN = Words("元", "yuan")
_WHOLE = Words("整个项目", "the whole programme")
_OFFICER = Words("由经办人填写", "entered by an officer")
_NOTHING = Words("没有标准", "no rate")
_ANY = Words("所有情形", "every case")


def joined(parts: list[str], lang: str) -> str:
    return (", " if lang.startswith("en") else "、").join(parts)


def expression(found: Expression | None, facts: Dictionary, lang: str = "zh") -> str:
    """An expression in words; blank for none."""
    return say(found.node, facts, lang) if found else ""


def say(node: Node, facts: Dictionary, lang: str = "zh") -> str:
    """A tree in words, brackets where AND and OR meet."""
    match node:
        case Literal(value, kind):
            return yuan(int(value), lang) if kind == "money" else plain(value, lang)  # type: ignore[arg-type]
        case FactRef(name):
            return facts[name].label.say(lang)
        case Not(part):
            return Words("不是（{}）", "not ({})").say(lang).format(say(part, facts, lang))
        case And(parts) | Or(parts):
            return _joined(node, parts, facts, lang)
        case Compare(op, left, right):
            return f"{say(left, facts, lang)} {_COMPARE[op].say(lang)} {_beside(right, left, facts, lang)}"
        case In(part, values):
            listed = joined([_beside(value, part, facts, lang) for value in values], lang)
            return Words("{}是{}", "{} is one of {}").say(lang).format(say(part, facts, lang), listed)
        case Arithmetic("*", left, Literal(100, "int")) if _is_count(left, facts):
            return f"{_bracketed(left, facts, lang)} {_YUAN.say(lang)}"
        case Arithmetic(op, left, right):
            sign, (before, after) = {"*": "×", "-": "−"}.get(op, op), _LOOSE[op]
            return f"{_bracketed(left, facts, lang, before)} {sign} {_bracketed(right, facts, lang, after)}"
        case ByDate(day, rows):
            return _regimes(day, rows, facts, lang)
    assert isinstance(node, Call)
    return _call(node, facts, lang)


def _joined(node: Node, parts: tuple[Node, ...], facts: Dictionary, lang: str) -> str:
    word = Words("，并且", " and ") if isinstance(node, And) else Words("，或者", " or ")
    inner = (And, Or)
    bracket = "({})" if lang.startswith("en") else "（{}）"
    if isinstance(node, And):
        spoken = list(_spans(parts, facts, lang))
    else:
        spoken = [(part, say(part, facts, lang)) for part in parts]
    said = [
        (bracket if isinstance(part, inner) and len(spoken) > 1 else "{}").format(words)
        for part, words in spoken
    ]
    return word.say(lang).join(said)


def _spans(parts: tuple[Node, ...], facts: Dictionary, lang: str) -> Iterator[tuple[Node, str]]:
    """The parts of an AND in words; two bounds of one thing are said as one span."""
    left = list(parts)
    while left:
        match left:
            case [Compare(">=", first, low), Compare("<=", second, high), *left] if first == second:
                ends = [
                    say(first, facts, lang),
                    _beside(low, first, facts, lang),
                    _beside(high, first, facts, lang),
                ]
                yield parts[0], _SPAN.say(lang).format(*ends)
            case _:
                part = left.pop(0)
                yield part, say(part, facts, lang)


def _is_count(node: Node, facts: Dictionary) -> bool:
    """Whether a tree has no money in it: times 100 it is so many yuan, in fen."""
    kinds = {facts[part.name].kind for part in walk(node) if isinstance(part, FactRef)}
    return "money" not in kinds | {part.kind for part in walk(node) if isinstance(part, Literal)}


def _bracketed(node: Node, facts: Dictionary, lang: str, loose: str = "+-*") -> str:
    """A part in brackets where it is a sum of one of the ``loose`` signs, or a share, whose words run on."""
    words, share = say(node, facts, lang), isinstance(node, Call) and node.name == "percent_of"
    return f"({words})" if share or (isinstance(node, Arithmetic) and node.op in loose) else words


def _beside(node: Node, other: Node, facts: Dictionary, lang: str) -> str:
    """A value with the name it has as a value of the fact beside it: 技师, not technician."""
    if isinstance(node, Literal) and isinstance(other, FactRef):
        return facts[other.name].value_label(node.value, lang)
    return say(node, facts, lang)


def _call(node: Call, facts: Dictionary, lang: str) -> str:
    words = _CALLS[node.name].say(lang)
    bracketed = "{0}" in words
    said = [(_bracketed if bracketed else say)(part, facts, lang) for part in node.arguments]
    if node.name == "in_area":
        said[1] = _area(node, facts, lang)
    if bracketed:
        return words.format(*said)
    listed = joined(said, lang)
    space = " " if lang.startswith("en") else ""
    return f"{listed}{space}{words}" if node.name == "same" else f"{words}({listed})"


def _area(node: Call, facts: Dictionary, lang: str) -> str:
    """The area by its name, where the dictionary knows it; its code without the closing 00 pairs else."""
    place, prefix = node.arguments[0], node.arguments[1]
    assert isinstance(prefix, Literal)
    code = str(prefix.value).ljust(6, "0")
    name = facts[place.name].value_label(code, lang) if isinstance(place, FactRef) else code
    return re.split(r"[，,（]| \(", name)[0]


def _regimes(
    day: FactRef, rows: tuple[tuple[object, object, Node], ...], facts: Dictionary, lang: str
) -> str:
    label = facts[day.name].label.say(lang)
    said = []
    for first, last, part in rows:
        span = (
            Words("{0} 从 {1} 到 {2}", "{0} from {1} to {2}")
            .say(lang)
            .format(label, first or "…", last or "…")
        )
        said.append(f"{span}: {say(part, facts, lang)}")
    return "; ".join(said)


# --- parts of a programme


def rate_case(rate: Rate, programme: Programme, lang: str = "zh") -> str:
    """For whom a row stands: 技师, or a condition."""
    by, facts = programme.amount.by, programme.dictionary
    said = []
    if by and rate.values is not None:
        enum = facts[by].enum
        ranked = sorted(rate.values, key=lambda value: enum.ranks[value] if enum else 0)
        said.append(joined([facts[by].value_label(value, lang) for value in ranked], lang))
    if rate.when:
        said.append(expression(rate.when, facts, lang))
    return "; ".join(said) or _ANY.say(lang)


def rate_amount(rate: Rate, programme: Programme, lang: str = "zh") -> str:
    """What a row pays."""
    if rate.amount is None:
        return _NOTHING.say(lang)
    facts = programme.dictionary
    paid = _OFFICER.say(lang) if rate.by_officer else sum_of(rate.amount.node, facts, lang)
    needed = joined([facts[name].label.say(lang) for name in rate.needs], lang)
    return paid + (Words("（要先有{}）", " (needs {})").say(lang).format(needed) if needed else "")


def sum_of(node: Node, facts: Dictionary, lang: str = "zh") -> str:
    """An amount in words; one of brackets by its slices."""
    found = brackets_of(node)
    if found is None:
        return say(node, facts, lang)
    stop = "; " if lang.startswith("en") else "；"
    said = [f"{slice_of(part, lang)} {part.percent}%" for part in found.slices]
    if found.floor_fen is not None:
        said.append(Words("至少 {}", "at least {}").say(lang).format(yuan(found.floor_fen, lang)))
    colon = ": " if lang.startswith("en") else "："
    return say(found.whole, facts, lang) + colon + stop.join(said)


def slice_of(part: Slice, lang: str = "zh") -> str:
    """Which part of a sum a slice is: 不超过 2,000 元的部分."""
    low = yuan(part.low_fen, lang)
    if part.high_fen is None:
        return Words("超过 {}的部分", "what is above {}").say(lang).format(low)
    high = yuan(part.high_fen, lang)
    if not part.low_fen:
        return Words("不超过 {}的部分", "what is up to {}").say(lang).format(high)
    return Words("{} 到 {}的部分", "what is from {} to {}").say(lang).format(low, high)


def supplement(extra: Supplement, programme: Programme, lang: str = "zh") -> str:
    """When something is added, and how much."""
    facts = programme.dictionary
    added = f"+{extra.percent}%" if extra.amount is None else f"+{expression(extra.amount, facts, lang)}"
    return f"{expression(extra.when, facts, lang) or _ANY.say(lang)}: {added}"


def payer(one: Payer, programme: Programme, lang: str = "zh") -> str:
    """Who pays, and which part."""
    part = f"{one.percent}%" if one.percent is not None else f"× {one.ratio}"
    when = expression(one.when, programme.dictionary, lang)
    return f"{agency(one.agency, programme, lang)} {part}{f' ({when})' if when else ''}"


def agency(id: str, programme: Programme, lang: str = "zh") -> str:
    """The name of an agency, or of who else acts in a stage."""
    others = {"claimant": Words("申请人", "the claimant"), "employer": Words("所在单位", "the employer")}
    enum = programme.dictionary.enums.get("agency")
    named = {choice.id: choice.label for choice in enum.choices} if enum else {}
    return {**others, **named}.get(id, Words(id, id)).say(lang)


def limit(found: Limit, programme: Programme, lang: str = "zh") -> str:
    """A limit in one sentence."""
    facts = programme.dictionary
    whose = joined([COLUMNS[column].say(lang) for column in found.per], lang) or _WHOLE.say(lang)
    ceiling = f" {expression(found.ceiling, facts, lang)}" if found.ceiling else ""
    space = " " if lang.startswith("en") else ""
    return f"{whose}{space}{KINDS[found.kind].say(lang)}{ceiling}{''.join(_asides(found, programme, lang))}"


def _asides(found: Limit, programme: Programme, lang: str) -> Iterator[str]:
    """What else a limit says: which line counts, what it looks at, when it holds, whether it decides."""
    facts = programme.dictionary
    if found.keep_highest:
        label = facts[found.keep_highest].label.say(lang)
        yield Words("（取{}最高的一行）", " (the line with the highest {})").say(lang).format(label)
    if found.roster_only:
        yield Words("（只看这份名册）", " (within the roster)").say(lang)
    if found.across != (programme.id,):
        yield Words("（和 {} 一起算）", " (together with {})").say(lang).format(joined([*found.across], lang))
    if found.when:
        yield Words("（{}）", " ({})").say(lang).format(expression(found.when, facts, lang))
    yield EFFECTS[found.effect].say(lang)


def stage(found: Stage, programme: Programme, lang: str = "zh") -> str:
    """A step of the process: what, by whom, how long."""
    said = [found.title.say(lang), agency(found.agency, programme, lang)]
    if found.days:
        unit = (
            Words("{} 个工作日", "{} working days")
            if found.calendar == "working"
            else Words("{} 天", "{} days")
        )
        said.append(unit.say(lang).format(found.days))
    if found.outside:
        said.append(Words("在别的系统里", "outside").say(lang))
    return joined(said, lang)


def constants(
    node: Node, facts: Dictionary, lang: str = "zh", other: Node | None = None
) -> list[frozenset[str]]:
    """What stands at each constant of a tree, in words; two trees of one `outline` give lists of one length."""
    if isinstance(node, Literal):
        return [frozenset([_beside(node, other or node, facts, lang)])]
    if isinstance(node, In):
        return [frozenset(_beside(value, node.part, facts, lang) for value in node.values)]
    if isinstance(node, Call) and node.name == "in_area":
        return [frozenset([_area(node, facts, lang)])]
    if isinstance(node, ByDate):
        return [
            part
            for first, last, rule in node.rows
            for part in (frozenset([f"{first or '…'}–{last or '…'}"]), *constants(rule, facts, lang))
        ]
    below = children(node)
    pairs = zip(below, reversed(below), strict=True)
    return [part for child, beside in pairs for part in constants(child, facts, lang, beside)]


def outline(node: Node) -> tuple[object, ...]:
    """A tree without its constants."""
    head = getattr(node, "op", "") or ("" if isinstance(node, Literal) else getattr(node, "name", ""))
    return (type(node).__name__, head, *(outline(child) for child in children(node)))


def again(found: Again | None, programme: Programme, lang: str) -> str:
    """Which claim follows a decided one, and when; empty where none does."""
    if found is None:
        return ""
    days = (("due", found.due), ("until", found.until), ("last_day", found.last_day))
    said = [f"{name} {expression(one, programme.dictionary, lang)}" for name, one in days if one]
    return ", ".join([str(found.part or found.months), *said, *found.ask_again])
