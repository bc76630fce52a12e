"""Reads of the consultation: who hears of a question, the FAQ searched, suggestions before one asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from jiangli.correspondence.consultation.models import Entry, Question
from jiangli.registers.models import Person

MOST_SUGGESTED = 5


def readers_of(question: Question) -> list[Person]:
    """The person who asked; of an organisation all who act for it now."""
    if question.organisation:
        return list(Person.objects.filter(clerkships__in=question.organisation.clerks.active()).distinct())
    return [question.person] if question.person else []


def faq(*, programme: str = "", agency: str = "") -> list[Entry]:
    """What is shown, in its order; those of a programme before those for all."""
    rows = Entry.objects.shown().select_related("programme__version", "agency")
    if programme:
        rows = rows.filter(programme=programme)
    if agency:
        rows = rows.filter(agency=agency)
    return list(rows.order_by("programme__position", "position", "published_at", "pk"))


def found(entries: Iterable[Entry], words: str) -> list[Entry]:
    """Those that hold every word, in either language."""
    asked = _plain(words).split()
    return [entry for entry in entries if all(word in _whole(entry) for word in asked)]


def suggested(entries: Iterable[Entry], words: str) -> list[Entry]:
    """Those most like a question: by the pairs of characters (in English the words) they share, the best first."""
    asked = _parts(_plain(words))
    if not asked:
        return []
    scored = []
    for place, entry in enumerate(entries):
        shared = len(asked & _parts(_plain(f"{entry.question_zh} {entry.question_en}")))
        shared = 2 * shared + len(asked & _parts(_plain(f"{entry.answer_zh} {entry.answer_en}")))
        if shared:
            scored.append((-shared, place, entry))
    return [entry for _score, _place, entry in sorted(scored, key=lambda one: one[:2])[:MOST_SUGGESTED]]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _whole(entry: Entry) -> str:
    return _plain(" ".join((entry.question_zh, entry.answer_zh, entry.question_en, entry.answer_en)))


COMMON = {
    "什么",
    "怎么",
    "可以",
    "我的",
    "请问",
    "一下",
    "是否",
    "能不",
    "不能",
    "the",
    "how",
    "what",
    "can",
    "you",
}


def _parts(text: str) -> set[str]:
    chinese = re.findall(r"[\u4e00-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in chinese for at in range(len(run) - 1)}
    return (pairs | set(re.findall(r"[a-z0-9]{3,}", text))) - COMMON
