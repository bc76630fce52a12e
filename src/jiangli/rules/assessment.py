"""The answer to one question: what is due, who pays, what fails and why, what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from jiangli.rules import changing
from jiangli.rules.errors import Words
from jiangli.rules.facts import Facts, money_text, plain, yuan
from jiangli.rules.programme import Condition, Overlay, Programme

_UNKNOWN = Words("还不知道", "not known yet")
_CHECK = Words("还要查：{}。", "Still to be found out: {}.")
_NO_RATE = Words("这个等级没有写金额。", "The notice gives no amount for this level.")
_UNMET = Words("不符合：{}。", "Not met: {}.")
_EARLIER = Words("以前的项目 {}", "an earlier programme, {}")
_QUOTE = Words("原文：“{}”", " The text says (in Chinese): “{}”")
_CHANGE = Words("要这样才符合：{}。", " It would hold if: {}.")
_PAID = Words(
    "{payment.paid_on} 已经发过 {payment.amount}（{payment.programme}）。",
    "{payment.amount} was paid on {payment.paid_on} ({payment.programme}).",
)
_CUT = Words(
    "{}：原来 {}，已经用去 {}，按所剩发放。", "{}: {} before, {} used already; what is left is paid."
)
_USED_UP = Words("{}：已经用去 {}，没有剩余。", "{}: {} used already, nothing is left.")
_WAIVED = Words("{}（经两人批准不要求）", "{} (not required: approved by two officers)")
_LINE = Words("名单第 {} 行已经算了这一份。", "Line {} of the list already uses this up.")


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class PastPayment:
    """An earlier payment. ``series`` must be given for programmes that the library does not know.

    ``subject``: key of a studio, contest …; ``period``: "2025" or "2026-01", else the year of ``paid_on``
    counts.
    """

    programme: str
    paid_on: date
    amount_fen: int
    series: str | None = None
    person: str | None = None
    organisation: str | None = None
    certificate: str | None = None
    subject: str | None = None
    period: str | None = None

    def column(self, name: str) -> str | None:
        """The value under which this payment is filed."""
        if name == "period" and self.period is None:
            return str(self.paid_on.year)
        value: str | None = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class Payment:
    """What one agency pays, in fen."""

    payer: str
    amount_fen: int


class Due(NamedTuple):
    """What one agency pays for one line (from 1) and part of a claim, in fen."""

    line: int
    part: str | None
    payer: str
    amount_fen: int


class Finding(NamedTuple):
    """What one condition came to. ``state``: True, False or None (unknown).

    ``given`` are the facts that were told. ``asks`` are the absent facts that keep a limit open (those of a rule are
    found when ``unknown`` is read). ``paid`` is the earlier payment that bars, ``line`` the number (from 1) of the
    roster line that does. ``cut_fen`` is the amount before a ceiling or earlier payments cut it (None: not cut),
    ``used_fen`` what was used up before. ``waived``: it counts as met although it is not, by an exception.
    """

    condition: Condition
    state: bool | None
    given: Facts
    programme: Programme
    asks: tuple[str, ...] = ()
    paid: PastPayment | None = None
    line: int | None = None
    cut_fen: int | None = None
    used_fen: int | None = None
    waived: bool = False

    @property
    def id(self) -> str:
        return self.condition.id

    @property
    def unknown(self) -> tuple[str, ...]:
        """The absent facts that keep it open; none where it is settled."""
        rule = self.condition.rule
        return rule.open(self.given) if rule and self.state is None else self.asks

    @property
    def fault(self) -> bool:
        return self.condition.fault

    @property
    def holds(self) -> bool:
        """Whether it holds a case for an officer, who may decide otherwise, rather than refusing it."""
        return self.condition.holds and self.state is not True

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the facts read."""
        return self.condition.facts

    @property
    def quote(self) -> str | None:
        return self.condition.basis.quote

    @property
    def clause(self) -> str | None:
        return self.condition.basis.clause

    def title(self, lang: str = "zh") -> str:
        """The condition in plain words; its id where nobody wrote any."""
        return self.condition.title.say(lang) if self.condition.title else self.id

    def tell(self, lang: str = "zh") -> str:
        """The finding in words, made now: the refusal, what is still to be found out, or the title."""
        if self.waived:
            return _WAIVED.say(lang).format(self.title(lang))
        if self.state is True:
            return self._cut(lang) if self.cut_fen is not None else self.title(lang)
        if self.state is None:
            dictionary = self.programme.dictionary
            labels = [dictionary[name].label.say(lang) for name in self.unknown]
            return _CHECK.say(lang).format((", " if lang.startswith("en") else "、").join(labels))
        return self._refusal(lang)

    def _cut(self, lang: str) -> str:
        before, used = yuan(self.cut_fen or 0, lang), yuan(self.used_fen or 0, lang)
        return _CUT.say(lang).format(self.title(lang), before, used)

    def _refusal(self, lang: str) -> str:
        if self.line is not None:
            return _LINE.say(lang).format(self.line)
        if self.condition.tell:
            return self.condition.tell.fill(lang, lambda name: self.value(name, lang))
        if self.used_fen is not None:
            return _USED_UP.say(lang).format(self.title(lang), yuan(self.used_fen, lang))
        if self.paid:
            return _PAID.fill(lang, lambda name: self.value(name, lang))
        if self.condition.rule is None:
            return _NO_RATE.say(lang)
        return self._default(lang)

    def _default(self, lang: str) -> str:
        """Title, the facts read, the quote, and what would change it: for a condition without own words."""
        stop = "; " if lang.startswith("en") else "；"
        said = _UNMET.say(lang).format(stop.join([self.title(lang), *self.read(lang)]))
        if self.quote:
            said += _QUOTE.say(lang).format(self.quote)
        if change := self.change(lang):
            said += _CHANGE.say(lang).format(change)
        return said

    def read(self, lang: str = "zh") -> list[str]:
        """The facts read, each with its label and value."""
        facts, colon = self.programme.dictionary, ": " if lang.startswith("en") else "："
        return [f"{facts[name].label.say(lang)}{colon}{self.value(name, lang)}" for name in self.facts]

    def change(self, lang: str = "zh") -> str:
        """What would have to be otherwise for a false condition to hold; empty if nothing is known to help."""
        if self.state is not False:
            return ""
        return changing.say(changing.ways_of(self.condition, self.given, self.programme), lang)

    def value(self, name: str, lang: str = "zh") -> str:
        """A fact that was given, or a column of the barring payment (``payment.paid_on``), in words."""
        if name.startswith("payment."):
            return self._payment(name.removeprefix("payment."), lang)
        value = self.given.get(name)
        if value is None:
            return _UNKNOWN.say(lang)
        return self.programme.dictionary[name].value_label(value, lang)

    def _payment(self, column: str, lang: str) -> str:
        paid = self.paid
        assert paid is not None
        if column == "paid_on":
            return plain(paid.paid_on, lang)
        if column == "programme":
            return self._paid_from(paid.programme, lang)
        return yuan(paid.amount_fen, lang) if column == "amount" else paid.column(column) or ""

    def _paid_from(self, programme: str, lang: str) -> str:
        """The title of this programme; any other is known by its id only."""
        own = programme == self.programme.id
        return self.programme.title.say(lang) if own else _EARLIER.say(lang).format(programme)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The finding for machines, with its words."""
        paid = self.paid
        found: dict[str, Any] = {
            "id": self.id, "title": self.title(lang), "state": self.state, "fault": self.fault,
            "holds": self.holds,
            "quote": self.quote, "clause": self.clause, "inferred": self.condition.basis.inferred,
            "facts": list(self.facts), "unknown": list(self.unknown), "tell": self.tell(lang),
        }  # fmt: skip
        if paid:
            day, fen = paid.paid_on.isoformat(), money_text(paid.amount_fen)
            found["paid"] = {
                "programme": paid.programme,
                "paid_on": day,
                "amount": fen,
                "period": paid.column("period"),
            }
        sums = (("cut_from", self.cut_fen), ("used", self.used_fen))
        found |= {name: money_text(sum) for name, sum in sums if sum is not None}
        if self.waived:
            found["waived"] = True
        return found if self.line is None else {**found, "line": self.line}


@dataclass(frozen=True, slots=True, eq=False)
class LineResult:
    """One line of a roster; ``amount_fen`` is None while undetermined, 0 if ineligible."""

    outcome: Outcome
    amount_fen: int | None
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]
    told: tuple[Finding, ...] = ()

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {
            **_result(self),
            "findings": [finding.as_json(lang) for finding in self.findings],
            "warnings": [finding.as_json(lang) for finding in self.told],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The whole answer. ``lines`` is None where none were sent; ``warnings`` never decide.

    ``status`` is the document's (a draft pays nothing). With a proposed one among the ``overlays`` applied, or with
    parameters ``turned``, the figures are an estimate. ``dues`` are ``payments`` line by line, of a claim that stands.
    """

    programme: str
    hash: str
    outcome: Outcome
    amount_fen: int | None
    payments: tuple[Payment, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    lines: tuple[LineResult, ...] | None
    status: str
    overlays: tuple[Overlay, ...]
    turned: tuple[str, ...]
    dues: tuple[Due, ...] = ()

    @property
    def estimate(self) -> bool:
        """Whether a proposed overlay or another reading was applied: figures to show, never to pay."""
        return bool(self.turned) or any(overlay.proposed for overlay in self.overlays)

    @property
    def holds(self) -> tuple[Finding, ...]:
        """What an officer must look at before the case is decided."""
        lines = [finding for line in self.lines or () for finding in (*line.findings, *line.told)]
        return tuple(f for f in (*self.findings, *self.warnings, *lines) if f.holds)

    @property
    def only_faults(self) -> bool:
        """Whether it fails, but on nothing that cannot be corrected."""
        false = [finding for finding in self.findings if finding.state is False]
        return bool(false) and all(finding.fault for finding in false)

    def finding(self, id: str) -> Finding:
        """The finding with this id. Raises KeyError."""
        for finding in self.findings:
            if finding.id == id:
                return finding
        raise KeyError(id)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The response of the assessment contract, with reasons and the hash besides."""
        payments = [{"payer": p.payer, "amount": money_text(p.amount_fen)} for p in self.payments]
        lines = {} if self.lines is None else {"lines": [line.as_json(lang) for line in self.lines]}
        overlays = [{"id": one.id, "status": one.status} for one in self.overlays]
        changed = bool(overlays or self.turned)
        extra = (
            {"overlays": overlays, "turned": list(self.turned), "estimate": self.estimate} if changed else {}
        )
        return {
            **_result(self), "payments": payments, **lines, "programme": self.programme, "hash": self.hash,
            "status": self.status, **extra,
            "findings": [finding.as_json(lang) for finding in self.findings],
            "warnings": [finding.as_json(lang) for finding in self.warnings],
        }  # fmt: skip


def _result(answer: Assessment | LineResult) -> dict[str, Any]:
    amount = None if answer.amount_fen is None else money_text(answer.amount_fen)
    failed, unknown = list(answer.failed), list(answer.unknown)
    return {"outcome": answer.outcome.value, "amount": amount, "failed": failed, "unknown": unknown}
