"""A small invented law with every kind of stage: two reviews, publicity, a meeting, and money of two payers."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import guard_law
from jiangli import rules
from jiangli.programmes import actions as programmes
from stories import agencies, library

CODE, AGENCY, SECOND_PAYER = "try-whole", "qiantang-hrss", "hangzhou-union"

_DOCUMENT = """
title  = "测试办法"
issuer = "qiantang-hrss"
status = "in_force"
from   = 2025-01-01
[ban]
quote = "弄虚作假的不得再申请。"
who   = "claimant"
until = "document_end"
scope = "document"
"""
_TEXT = """
# 测试办法

注册在本区。持有证书。按等级发放。一本证书只发一次。弄虚作假的不得再申请。
"""
_PROGRAMME = """
id       = "try-whole"
title    = "测试全程"
section  = "测试办法"
agency   = "qiantang-hrss"
claimant = "organisation"
record   = { period = "year_of(application.applied_on)" }
lines    = "person"
[claim.C1]
title = "注册在本区"
when  = "in_area(organisation.area, '330114')"
quote = "注册在本区。"
[line.E1]
title = "持有证书"
when  = "certificate.level >= 'senior'"
quote = "持有证书。"
[amount]
by     = "certificate.level"
quote  = "按等级发放。"
rates  = [
  { is = "senior",            yuan = 400 },
  { is = "technician",        yuan = 600 },
  { is = "senior_technician", yuan = 1000 },
]
payers = [
  { payer = "qiantang-hrss" },
  { payer = "hangzhou-union", ratio = 1 },
]
[[limits]]
id       = "once"
once_per = ["certificate"]
quote    = "一本证书只发一次。"
[process]
stages = [
  { kind = "file",       title = "申报", agency = "claimant", inferred = "试" },
  { kind = "review",     title = "初审", inferred = "试" },
  { kind = "review",     title = "复审", inferred = "试" },
  { kind = "publish",    title = "公示", days = 5, calendar = "working", list = "approved", inferred = "试" },
  { kind = "deliberate", title = "审议", inferred = "试" },
  { kind = "pay",        title = "发放", inferred = "试" },
]
"""


@cache
def law() -> rules.Library:
    """The invented programme with the dictionary of the repository."""
    sources = {name: text for name, text in library().sources.items() if "/" not in name}
    sources |= {"try/document.toml": _DOCUMENT, "try/text.md": _TEXT, f"try/{CODE}.toml": _PROGRAMME}
    return rules.build(sources)


def publish(at: datetime) -> None:
    """The agencies, and the invented law in force."""
    agencies()
    programmes.publish(law(), by=None, at=at)


firm, roster, submit = guard_law.firm, guard_law.roster, guard_law.submit
