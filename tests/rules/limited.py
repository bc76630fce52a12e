"""The small law with one more limit, and what was paid under it before."""

from datetime import date

from small_law import programme

from jiangli.rules import PastPayment, assess

DAY = date(2025, 6, 10)
MONEY = {"was": "yuan  = 100", "now": 'yuan = "a.money"'}
ROSTER = {"was": 'claimant = "person"', "now": 'claimant = "person"\nlines = "person"'}

CEILING = 'at_most = 250\nper = ["person"]'


def limited(limit: str, **change: str):
    """The small programme, 100 yuan or a.money, with one more limit."""
    found = programme(f'[[limits]]\ninferred = "试"\n{limit}', **change)
    return found.programmes["test-one"]


def paid(yuan: int, **columns: str) -> PastPayment:
    return PastPayment("test-one", date(2025, 1, 2), yuan * 100, **columns)


def ask(law, facts=None, history=(), **more):
    return assess(law, {"a.yes": True, "person.id": "p", **(facts or {})}, on=DAY, history=history, **more)


def amounts(law, lines, history=(), **facts):
    found = ask(law, facts, history, lines=lines)
    return [None if line.amount_fen is None else line.amount_fen // 100 for line in found.lines]
