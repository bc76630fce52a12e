"""The first version of a programme file: what the text says in so many words is written, the rest is asked.

Comments begin with 待定 (to be decided) and stand where the author chooses; a blank ``when`` is refused by the
check, so nothing that was not decided can decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from jiangli.rules.drafting.finding import (
    NUMBERING,
    Sentence,
    below,
    items,
    likely_facts,
    plain_title,
    sentences,
)
from jiangli.rules.facts import APPLIED_ON, Dictionary, Enum
from jiangli.rules.programme import Clause

_STAGES = (
    ("file_before", ("备案",)), ("publish", ("公示",)), ("deliberate", ("审议", "党组会议", "集体研究")),
    ("review", ("审核", "预审", "复审", "审查", "评审")), ("pay", ("兑付", "拨付", "发放", "汇入")),
    ("file", ("申报", "申请", "受理")),
)  # fmt: skip
_CONDITIONS = ("条件", "对象", "范围")
_PROCESS = ("程序", "流程")
_MATERIALS = ("材料",)
_ASK_WHO = """[claim.E1]
# 待定：没有找到写条件的句子；谁可以申领，写成 when，引一句原文
title    = "可以申领的人"
when     = ""
inferred = "原文没有单独写条件"
"""
_NUMBER = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫ 　"


class Skeleton:
    """One section of a text as a programme file; each part takes the sentences it needs."""

    def __init__(
        self, id: str, agency: str, section: Clause, text: tuple[Clause, ...], facts: Dictionary,
        general: list[Sentence],
    ) -> None:  # fmt: skip
        self.id = id
        self.agency = agency
        self.section = section
        self.facts = facts
        self.sentences = sentences(below(section, text))
        self.rest = list(self.sentences)
        self.general = general  # what the document says for all its programmes
        self.text = text
        self.window_day: date | None = None

    def toml(self) -> str:
        """The file. What is sure is taken first; what is left over becomes conditions and a list to decide."""
        window, amount, limits = list(self._window()), list(self._amount()), list(self._limits())
        conditions, process = list(self._conditions()), list(self._process())
        parts = [self._head(), *window, *conditions, *amount, *limits, *process, *self._left()]
        return "\n".join(parts) + "\n"

    def case(self) -> dict[str, Any]:
        """A first case, true of every programme: while nothing is known, nothing is decided."""
        on = (self.window_day or date(2025, 6, 10)).isoformat()
        request = {"programme": self.id, "applied_on": on, "facts": {}}
        expect = {"outcome": "undetermined", "amount": None}
        return {"id": f"{self.id}-01", "note": "什么都还不知道：不能定", "request": request, "expect": expect}

    # --- head and window

    def _head(self) -> str:
        organisation = any(s.has("企业", "单位", "机构") for s in self.sentences if s.amounts)
        claimant = "organisation" if organisation else "person"
        return "\n".join(
            [
                f"id       = {_text(self.id)}",
                f"title    = {_text(plain_title(self.section))}  # 待定：发的是什么，用几个字说",
                f"section  = {_text(self.section.number or self.section.title)}",
                f"agency   = {_text(self.agency)}  # 待定：由哪家受理、审核、发放",
                f'claimant = "{claimant}"  # 待定：钱给谁，person 个人，organisation 单位',
                '# lines  = "person"  # 待定：一次申报许多人（花名册）时打开；按月发的津贴写 month',
                "",
            ]
        )

    def _window(self) -> Iterator[str]:
        for sentence in (*self.rest, *self.general):
            if (
                len(sentence.days) == 2
                and sentence.has("申报", "申请", "受理", "申领")
                and not _issued(sentence)
            ):
                first, last = sentence.days
                self.window_day = first
                self._take(sentence)
                yield _condition(
                    "window", "在受理的日子里申请", _between(APPLIED_ON, first, last), sentence,
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
            yield _condition(f"E{at}", _short(sentence.text), when, sentence, *hints)

    def _guess(self, sentence: Sentence) -> tuple[str, list[str]]:
        """An expression where the words leave no choice, else a blank one with what could stand there."""
        hints = [f"# 说到 {span}：满几个月写 months_after(起算日, n) <= 到哪天" for span in sentence.spans]
        if len(sentence.days) == 2 and _issued(sentence) and "certificate.issue_date" in self.facts:
            first, last = sentence.days
            hints.append(f"# 待定：日子读作 {first} 到 {last}，首尾都算；这句话里别的要求另写一条")
            return _between("certificate.issue_date", first, last), hints
        facts = likely_facts(sentence.text, self.facts)
        hints += [
            f"# 可用的事实：{fact.name}（{fact.label.zh}，{_kind(fact.enum) or fact.kind}）" for fact in facts
        ]
        levels = self._levels(sentence)
        if levels:
            fact, values = levels
            hints.append(f"# 说到等级：{fact} IN ({', '.join(repr(value) for value in values)})")
        return "", ["# 待定：写成 when；空着，检查就不让过", *hints]

    def _levels(self, sentence: Sentence) -> tuple[str, list[str]] | None:
        """The fact and the values of an ordered enum that a sentence names."""
        for name in self.facts:
            enum = self.facts[name].enum
            if enum and enum.ordered and (values := sentence.values(enum)):
                return name, values
        return None

    # --- money

    def _amount(self) -> Iterator[str]:
        paying = [s for s in self.rest if s.amounts and not s.is_ceiling]
        rows = [row for sentence in paying for row in self._rates(sentence)]
        if len(rows) > 1:
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

    def _rates(self, sentence: Sentence) -> Iterator[tuple[str, str, Decimal, Sentence]]:
        """A row per level named, where levels and amounts come in pairs."""
        levels = self._levels(sentence)
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

    # --- limits

    def _limits(self) -> Iterator[str]:
        for sentence in (*self.sentences, *self.general):
            if sentence.is_ceiling:
                yield self._ceiling(sentence)
            elif sentence.is_top_up:
                yield self._limit('less_paid_per = ["person"]', sentence, "补差：减去已经发过的")
            elif sentence.is_once:
                key = "certificate" if sentence.has("证书") and not sentence.has("每人") else "person"
                yield self._limit(
                    f'once_per = ["{key}"]', sentence, "一次：按人 person，还是按证书 certificate"
                )
            else:
                continue
            self._take(sentence)

    def _ceiling(self, sentence: Sentence) -> str:
        whose = "organisation" if sentence.has("企业", "机构", "单位", "家") else "person"
        per = [whose, "period"] if sentence.has("每年", "年度") else [whose]
        hint = '上限：per 写按什么累计；按年要在文件上头写 record = { period = "year_of(application.applied_on)" }'
        body = f"at_most = {_yuan(sentence.amounts[-1])}\nper = {json.dumps(per[:1])}"
        more = '  # 每年：加上 "period"' if len(per) > 1 else ""
        return self._limit(body + more, sentence, hint)

    def _limit(self, body: str, sentence: Sentence, hint: str) -> str:
        return f"[[limits]]\n# 待定：{hint}；和别的项目合起来算，写 across\n{body}\n{self._basis(sentence)}\n"

    # --- process

    def _process(self) -> Iterator[str]:
        steps = [s for s in self.rest if any(word in s.clause.title for word in _PROCESS)]
        places = list(dict.fromkeys(s.clause for s in steps))
        stages = [line for item in items(places) if (line := self._stage(item))]
        papers = [s for s in self.rest if any(word in s.clause.title for word in _MATERIALS)]
        materials = [
            f"  {{ title = {_text(_short(s.text))}, {self._basis(s, inline=True)} }}," for s in papers
        ]
        for sentence in (*steps, *papers):
            self._take(sentence)
        if stages or materials:
            lines = ["[process]", "# 待定：每一步由谁做（agency），公示几天（days、calendar）"]
            lines += ["stages = [", *stages, "]"] if stages else []
            lines += ["materials = [", *materials, "]"] if materials else []
            yield "\n".join([*lines, ""])

    def _stage(self, item: Sentence) -> str:
        """A stage, by the word at the head of its item, else by any word of it."""
        for words in (item.text.split("。")[0], item.text):
            for kind, names in _STAGES:
                if found := next((name for name in names if name in words), None):
                    return (
                        f'  {{ kind = "{kind}", title = {_text(found)}, {self._basis(item, inline=True)} }},'
                    )
        return ""

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


def _condition(id: str, title: str, when: str, sentence: Sentence, *hints: str) -> str:
    lines = [f"[claim.{id}]", *hints, f"title = {_text(title)}", f"when  = {_text(when)}"]
    return "\n".join([*lines, f"quote = {_text(sentence.text)}", ""])


def _issued(sentence: Sentence) -> bool:
    return sentence.has("发证", "取得", "颁发", "获得")


def _between(fact: str, first: date, last: date) -> str:
    return f"{fact} BETWEEN DATE '{first}' AND DATE '{last}'"


def _kind(enum: Enum | None) -> str:
    return " ".join(enum.ranks) if enum and len(enum.ranks) < 9 else ""


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _short(text: str) -> str:
    words = NUMBERING.sub("", text.strip(_NUMBER)).rstrip("。；;，,")
    return words if len(words) <= 30 else words[:29] + "…"


def _text(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)
