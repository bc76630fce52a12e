"""The first version of a programme file: what the text says in so many words is written, the rest is asked.

Comments begin with 待定 (to be decided) and stand where the author chooses; a blank ``when`` is refused by the
check, so nothing that was not decided can decide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from jiangli.rules.document import Clause
from jiangli.rules.drafting import ceilings, steps
from jiangli.rules.drafting.finding import (
    Sentence,
    below,
    likely_facts,
    payable_sentences,
    plain_title,
    sentences,
)
from jiangli.rules.drafting.steps import short
from jiangli.rules.facts import APPLIED_ON, Dictionary, Enum

_CONDITIONS = ("条件", "对象", "范围")
_ASK_WHO = """[claim.E1]
# 待定：没有找到写条件的句子；谁可以申领，写成 when，引一句原文
title    = "可以申领的人"
when     = ""
inferred = "原文没有单独写条件"
"""
_BODY = re.compile(
    r"(企业|单位|机构)[^，。；;]{0,12}(申报|申请|申领|可享受)|每家|给予[^，。；;]{0,8}(企业|单位|机构)"
)
_NOT_BODY = re.compile(r"(所在|用人|工作|聘用|各|由)(企业|单位)")
_LINE = ("职工", "证书", "人员", "学员", "本人", "毕业生", "取得")
_EACH = ("每人", "按人", "每名", "每位", "人均")


class Asked(NamedTuple):
    """What a draft is made for: the programme's id, who receives claims, the dictionary, all ids of the folder."""

    id: str
    agency: str
    facts: Dictionary
    ids: tuple[str, ...]


def levels_of(sentence: Sentence, facts: Dictionary) -> tuple[str, list[str]] | None:
    """The fact and the values of an ordered enum that a sentence names."""
    for name in facts:
        enum = facts[name].enum
        if enum and enum.ordered and (values := sentence.values(enum)):
            return name, values
    return None


class Skeleton:
    """One section of a text as a programme file; each part takes the sentences it needs."""

    def __init__(
        self, asked: Asked, section: Clause, text: tuple[Clause, ...], general: list[Sentence],
        only: tuple[Sentence, ...] = (),
    ) -> None:  # fmt: skip
        self.asked = asked
        self.section = section
        self.facts = asked.facts
        found = sentences(below(section, text))
        others = payable_sentences(section, text) if only else []
        self.only = only
        self.sentences = [s for s in found if s in only or all(s.text != other.text for other in others)]
        self.rest = list(self.sentences)
        self.general = general  # what the document says for all its programmes
        self.text = text
        self.window_day: date | None = None
        paying = [s for s in self.sentences if s.amounts]
        words = " ".join(_NOT_BODY.sub("", s.text) for s in self.sentences)
        named = any(word in _NOT_BODY.sub("", s.text) for s in paying for word in ("企业", "单位", "机构"))
        self.organisation = named or bool(_BODY.search(words))
        self.roster = self.organisation and any(s.has(*_EACH) for s in paying)
        self.dated = [s for s in paying if s.regime and not s.is_ceiling]

    def toml(self) -> str:
        """The file. What is sure is taken first; what is left over becomes conditions and a list to decide."""
        window, amount, limits = list(self._window()), list(self._amount()), list(self._limits())
        conditions, process, lapses = list(self._conditions()), self._process(), list(self._lapses())
        parts = [
            self._head("\n".join(limits)),
            *window,
            *conditions,
            *lapses,
            *amount,
            *limits,
            *process,
            *self._left(),
        ]
        return "\n".join(parts) + "\n"

    def case(self) -> dict[str, Any]:
        """A first case, true of every programme: while nothing is known, nothing is decided."""
        on = (self.window_day or date(2025, 6, 10)).isoformat()
        request: dict[str, Any] = {"programme": self.asked.id, "applied_on": on, "facts": {}}
        if self.roster:
            request["lines"] = [{"facts": {}}]
        expect = {"outcome": "undetermined", "amount": None}
        return {
            "id": f"{self.asked.id}-01",
            "note": "什么都还不知道：不能定",
            "request": request,
            "expect": expect,
        }

    # --- head and window

    def _head(self, limits: str) -> str:
        title = short(self.only[0].text) if len(self.only) == 1 else plain_title(self.section)
        lines = [
            f"id       = {_text(self.asked.id)}",
            f"title    = {_text(title)}  # 待定：发的是什么，用几个字说",
            f"section  = {_text(self.section.number or self.section.title)}",
            f"agency   = {_text(self.asked.agency)}  # 待定：由哪家受理、审核、发放",
            f'claimant = "{"organisation" if self.organisation else "person"}"'
            "  # 待定：钱给谁，person 个人，organisation 单位",
            ("" if self.roster else "# ")
            + 'lines  = "person"  # 待定：一次申报许多人（花名册）时打开；按月发的津贴写 month',
        ]
        if '"period"' in limits:
            lines.append(f'record   = {{ period = "year_of({APPLIED_ON})" }}  # 待定：“每年”算哪一年')
        if len(self.dated) > 1:
            issued = any(_issued(s) for s in self.dated) and "certificate.issue_date" in self.facts
            day = "certificate.issue_date" if issued else APPLIED_ON
            lines.append(f'decided_by = "{day}"  # 待定：标准按哪个日子分段，发证日还是申请日')
        return "\n".join([*lines, ""])

    def _window(self) -> Iterator[str]:
        for sentence in (*self.rest, *self.general):
            if (
                len(sentence.days) == 2
                and sentence.has("申报", "申请", "受理", "申领")
                and not _issued(sentence)
                and not sentence.amounts
            ):
                first, last = sentence.days
                self.window_day = first
                self._take(sentence)
                yield _condition(
                    "claim.window", "在受理的日子里申请", _between(APPLIED_ON, first, last), sentence,
                    f"# 首尾两天都算在内：{first} 到 {last}",
                )  # fmt: skip
                return

    def _take(self, sentence: Sentence) -> None:
        self.rest = [other for other in self.rest if other is not sentence]

    # --- conditions

    def _conditions(self) -> Iterator[str]:
        found = [
            s for s in self.rest if any(word in s.clause.title for word in _CONDITIONS) and not s.amounts
        ]
        said = [s for s in found if len(s.text) > 8 and s.text[-1] not in "：:"]
        if not said:
            yield _ASK_WHO
        for at, sentence in enumerate(said, 1):
            self._take(sentence)
            when, hints = self._guess(sentence)
            yield _condition(f"{self._part(sentence)}.E{at}", short(sentence.text), when, sentence, *hints)

    def _part(self, sentence: Sentence) -> str:
        """Whether a condition is judged once, or for every line of a roster."""
        return "line" if self.roster and sentence.has(*_LINE) else "claim"

    def _guess(self, sentence: Sentence) -> tuple[str, list[str]]:
        """An expression where the words leave no choice, else a blank one with what could stand there."""
        hints = [f"# 说到 {span}：满几个月写 months_after(起算日, n) <= 到哪天" for span in sentence.spans]
        if len(sentence.days) == 2 and _issued(sentence) and "certificate.issue_date" in self.facts:
            first, last = sentence.days
            hints.append(f"# 待定：日子读作 {first} 到 {last}，首尾都算；这句话里别的要求另写一条")
            return _between("certificate.issue_date", first, last), hints
        hints += self._deadline(sentence)
        facts = likely_facts(sentence.text, self.facts)
        hints += [
            f"# 可用的事实：{fact.name}（{fact.label.zh}，{_kind(fact.enum) or fact.kind}）" for fact in facts
        ]
        levels = levels_of(sentence, self.facts)
        if levels:
            fact, values = levels
            hints.append(f"# 说到等级：{fact} IN ({', '.join(repr(value) for value in values)})")
        return "", ["# 待定：写成 when；空着，检查就不让过", *hints]

    def _deadline(self, sentence: Sentence) -> list[str]:
        """A draft of 满N年, or of N个月内 with what is lost after it, from the day the sentence speaks of."""
        dates = [fact.name for fact in likely_facts(sentence.text, self.facts, 9) if fact.kind == "date"]
        start = dates[0] if dates else "certificate.issue_date" if _issued(sentence) else "起算日"
        within = sentence.lapses or sentence.has("内")
        drafts = [
            f"{APPLIED_ON} <= {name}({start}, {number})"
            if within
            else f"{name}({start}, {number}) <= {APPLIED_ON}"
            for name, number in sentence.lengths
        ]
        return [f'# 草稿：when = "{draft}"' for draft in drafts]

    def _lapses(self) -> Iterator[str]:
        """What is lost when it is asked for too late: a condition where the time is said, else the window's matter."""
        for at, sentence in enumerate([s for s in self.rest if s.lapses and not s.amounts], 1):
            self._take(sentence)
            if sentence.lengths:
                hints = ["# 待定：写成 when；空着，检查就不让过", *self._deadline(sentence)]
                yield _condition(
                    f"{self._part(sentence)}.deadline{at if at > 1 else ''}",
                    short(sentence.text),
                    "",
                    sentence,
                    *hints,
                )
            else:
                yield (
                    f"[[not_modelled]]  # 待定：没有写期限的，由受理的日子（window）管；另有期限的，写成条件\n"
                    f'{self._basis(sentence)}\nreason = "过了受理的日子不再受理：由 window 管"\n'
                )

    # --- money

    def _amount(self) -> Iterator[str]:
        paying = [s for s in self.rest if s.amounts and not s.is_ceiling]
        rows = [row for sentence in paying for row in self._rates(sentence)]
        if len(self.dated) > 1 and len(rows) < 2:
            yield self._regimes()
        elif len(rows) > 1:
            for _, _, _, sentence in rows:
                self._take(sentence)
            yield self._rows(rows)
        elif paying:
            first = paying[0]
            self._take(first)
            hint = "# 待定：按每人、每月还是每家，看原文"
            yield f"[amount]\n{hint}\nyuan  = {_yuan(first.amounts[0])}\n{self._basis(first)}\n"
        else:
            yield self._officer()

    def _regimes(self) -> str:
        """A row per sentence that says from when or until when its sum holds."""
        lines = []
        for sentence in self.dated:
            self._take(sentence)
            spans = zip(("from", "to"), sentence.regime or (), strict=False)
            days = "".join(f"{key} = {day}, " for key, day in spans if day)
            lines.append(
                f"  {{ {days}yuan = {_yuan(sentence.amounts[0])}, {self._basis(sentence, inline=True)} }},"
            )
        hint = "# 待定：首尾两天都算；几段之间不留空、不重叠；按哪个日子分段，写在上头的 decided_by"
        return "\n".join(["[amount]", hint, "rates = [", *lines, "]", ""])

    def _rates(self, sentence: Sentence) -> Iterator[tuple[str, str, Decimal, Sentence]]:
        """A row per level named, where levels and amounts come in pairs."""
        levels = levels_of(sentence, self.facts)
        if levels and len(levels[1]) == len(sentence.amounts):
            for value, yuan in zip(levels[1], sentence.amounts, strict=True):
                yield levels[0], value, yuan, sentence

    def _rows(self, rows: list[tuple[str, str, Decimal, Sentence]]) -> str:
        once = {value: (yuan, sentence) for _, value, yuan, sentence in reversed(rows)}
        lines = [
            f"  {{ is = {_text(value)}, yuan = {_yuan(yuan)}, {self._basis(sentence, inline=True)} }},"
            for value, (yuan, sentence) in reversed(once.items())
        ]
        hints = [
            "# 待定：原文没有标准的等级，由条件排除，或写 { is = [ … ], no_rate = true }",
            "# 待定：两家都发写 payers；一家按另一家的几倍写 ratio，按比例分担写 percent",
        ]
        return "\n".join(["[amount]", *hints, f"by    = {_text(rows[0][0])}", "rates = [", *lines, "]", ""])

    def _officer(self) -> str:
        """No scale: an officer enters the amount, under the ceiling if the text names one."""
        ceiling = next((sentence for sentence in self.rest if sentence.is_ceiling), None)
        basis = self._basis(ceiling) if ceiling else 'inferred = "原文没有写标准"'
        hint = "# 待定：原文没有标准：由经办人填金额，超过上限的算填错；标准在别的文件里的，加 needs"
        return f'[amount]\n{hint}\nyuan  = "officer.approved_amount"\n{basis}\n'

    # --- limits and process

    def _limits(self) -> Iterator[str]:
        for sentence, table in ceilings.limits(self.sentences, self.general, self.asked.ids, self._basis):
            self._take(sentence)
            yield table

    def _process(self) -> list[str]:
        table, taken = steps.process(self.rest, self._basis)
        for sentence in taken:
            self._take(sentence)
        return [table] if table else []

    # --- what is left

    def _left(self) -> Iterator[str]:
        if self.rest:
            yield "# 下面的句子还没有用到：写成规则；不写规则的，写明理由，见下（打开一段，删一行）"
            yield '# [[not_modelled]]\n# quote  = "…"\n# reason = "为什么不写成规则"'
            yield "\n".join(line for sentence in self.rest for line in _remaining(sentence))

    def _basis(self, sentence: Sentence, inline: bool = False) -> str:
        """The quote, with ``at`` where the same words stand in another clause of the section too."""
        inside = below(self.section, self.text)
        where = inside if sentence.clause in inside else self.text
        same = [clause for clause in where if sentence.text in clause.text]
        parts = [f"quote = {_text(sentence.text)}"]
        if len(same) > 1:
            parts.append(f"at = {_text(sentence.clause.number or sentence.clause.title)}")
        return ", ".join(parts) if inline else "\n".join(parts)


def _remaining(sentence: Sentence) -> Iterator[str]:
    """A sentence that became no rule, with what its figures could be."""
    if sentence.percents:
        listed = "、".join(f"{percent}%" for percent in sentence.percents)
        yield f"# 说到 {listed}：提高标准写 supplements，几家分担写 payers，分段写 brackets，都用 percent"
    yield f"# quote = {_text(sentence.text)}"


def _condition(at: str, title: str, when: str, sentence: Sentence, *hints: str) -> str:
    lines = [f"[{at}]", *hints, f"title = {_text(title)}", f"when  = {_text(when)}"]
    return "\n".join([*lines, f"quote = {_text(sentence.text)}", ""])


def _issued(sentence: Sentence) -> bool:
    return sentence.has("发证", "取得", "颁发", "获得")


def _between(fact: str, first: date, last: date) -> str:
    return f"{fact} BETWEEN DATE '{first}' AND DATE '{last}'"


def _kind(enum: Enum | None) -> str:
    return " ".join(enum.ranks) if enum and len(enum.ranks) < 9 else ""


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _text(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)
