"""``jiangli offers``: what one person or organisation can get, ranked, and the question to ask next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiangli.rules import changing
from jiangli.rules.assessment import Finding
from jiangli.rules.commands.amounts import range_words
from jiangli.rules.contract import invalid
from jiangli.rules.errors import Words
from jiangli.rules.facts import Dictionary, money_text, plain, yuan
from jiangli.rules.offers import Offer, Offers, next_question

_DUE = Words("现在可以领", "Due now")
_POSSIBLE = Words("可能可以领", "Possible")
_NEAR = Words("差一点", "Near misses")
_REST = Words("其余 {} 项不符合", "{} others do not apply")
_LEFT_OUT = Words(
    "{} 项还没开始或已经截止，没有看（--out-of-force）",
    "{} are over or to come and were not looked at (--out-of-force)",
)
_OTHERS = {
    "person": Words("{} 项是给个人的，没有看（--claimant person）", "{} are for persons (--claimant person)"),
    "organisation": Words(
        "{} 项是给单位的，没有看（--claimant organisation）",
        "{} are for organisations (--claimant organisation)",
    ),
}
_UNMET = Words("不符合：{}", "Not met: {}")
_NOTHING = Words("没有这样的项目", "There is no such programme")
_NEXT = Words("先问：{}", "Ask first: {}")
_ASKS = Words("要问：{}", "To ask: {}")
_CHECKS = Words("由经办人查：{}", "Checked by officers: {}")
_FROM = Words("{} 起可以", "from {}")
_MARKS = {
    "draft": Words("草案", "draft"),
    "ended": Words("已经到期，到期前的还能领", "ended; still payable for what came before"),
    "reference": Words("仅供参考", "for reference"),
    "elsewhere": Words("在别处办", "filed elsewhere"),
    "by_line": Words("按名单每一行", "for each line of a list"),
}


def marks(offer: Offer) -> list[str]:
    """What has to be said beside an offer: draft, ended, reference, elsewhere, by_line."""
    return [name for name in _MARKS if getattr(offer, name)]


def text(found: Offers, facts: Dictionary, lang: str = "zh", *, rest: bool = False) -> str:
    """The offers for people; ``rest`` lists the others too, instead of counting them."""
    groups = [(_DUE, found.due), (_POSSIBLE, found.possible), (_NEAR, found.near)]
    parts = [[title.say(lang), *_offers(offers, lang)] for title, offers in groups if offers]
    if (name := next_question(found)) is not None:
        parts.append([_NEXT.say(lang).format(facts[name].label.say(lang))])
    if found.rest:
        others = _REST.say(lang).format(len(found.rest))
        parts.append([others, *(_offers(found.rest, lang) if rest else ())])
    if left := list(_left_out(found, lang)):
        parts.append(left)
    parts += [[f"! {programme.id}  {error}"] for programme, error in found.invalid]
    return "\n\n".join("\n".join(part) for part in parts) or _NOTHING.say(lang)


def _left_out(found: Offers, lang: str) -> Iterator[str]:
    """What was not looked at, and how to look at it."""
    if found.left_out:
        yield _LEFT_OUT.say(lang).format(len(found.left_out))
    for claimant, words in _OTHERS.items():
        if count := sum(programme.claimant == claimant for programme in found.others):
            yield words.say(lang).format(count)


def _offers(offers: tuple[Offer, ...], lang: str) -> Iterator[str]:
    for offer in offers:
        said = [_MARKS[name].say(lang) for name in marks(offer)]
        remark = f"  [{'; '.join(said)}]" if said else ""
        yield f"  {amount(offer, lang)}  {offer.programme.title.say(lang)}  {offer.programme.id}{remark}".rstrip()
        yield from ("      " + line for line in _reasons(offer, lang))


def amount(offer: Offer, lang: str = "zh") -> str:
    """What is due, or what can still come of it; for a near miss, what it would come to."""
    if offer.amount_fen:
        return yuan(offer.amount_fen, lang)
    if offer.bounds.most == 0:
        fixed = offer.programme.amount_range_fen()
        return range_words(*fixed, lang) if fixed else ""
    return range_words(*offer.bounds, lang)


def _reasons(offer: Offer, lang: str) -> Iterator[str]:
    """What is to be asked and checked, or what stands against it and would change it."""
    for words, names in ((_ASKS, offer.asks), (_CHECKS, offer.checks)):
        if names:
            yield words.say(lang).format(_labels(offer, names, lang))
    for finding in offer.failed:
        yield f"✗ {_unmet(finding, lang)}"
        if change := changing.say(offer.ways(finding), lang):
            yield f"  {change}"
    if offer.failed and (first := offer.opening.first):
        yield _FROM.say(lang).format(plain(first, lang))


def _unmet(finding: Finding, lang: str) -> str:
    """Why not, in the condition's own words; else its title."""
    own = finding.condition.tell or finding.condition.rule is None
    return finding.tell(lang) if own else _UNMET.say(lang).format(finding.title(lang))


def _labels(offer: Offer, names: tuple[str, ...], lang: str) -> str:
    facts = offer.programme.dictionary
    return (", " if lang == "en" else "、").join(facts[name].label.say(lang) for name in names)


def as_json(found: Offers, lang: str = "zh", *, rest: bool = False) -> dict[str, Any]:
    """The offers for machines."""
    others = {"rest": [_json(offer, lang) for offer in found.rest]} if rest else {"rest": len(found.rest)}
    return {
        "due": [_json(offer, lang) for offer in found.due],
        "possible": [_json(offer, lang) for offer in found.possible],
        "near": [{**_json(offer, lang), **_against(offer, lang)} for offer in found.near],
        **others, "left_out": [programme.id for programme in found.left_out], "others": len(found.others),
        "invalid": [{"programme": programme.id, **invalid(error)} for programme, error in found.invalid],
        "next_question": next_question(found),
    }  # fmt: skip


def _json(offer: Offer, lang: str) -> dict[str, Any]:
    least, most = offer.bounds
    return {
        "programme": offer.programme.id, "title": offer.programme.title.say(lang), "marks": marks(offer),
        "outcome": offer.assessment.outcome.value,
        "amount": None if offer.amount_fen is None else money_text(offer.amount_fen),
        "least": money_text(least), "most": None if most is None else money_text(most),
        "asks": list(offer.asks), "checks": list(offer.checks), "failed": list(offer.assessment.failed),
    }  # fmt: skip


def _against(offer: Offer, lang: str) -> dict[str, Any]:
    first = offer.opening.first
    changes = {finding.id: changing.say(offer.ways(finding), lang) for finding in offer.failed}
    return {"changes": changes, "from": first and first.isoformat()}
