"""Acts on the law: a draft adopted, an interpretation published, by two approvers of the agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.programmes import adoption, interpretations
from jiangli.programmes.models import Adoption, Answer, Interpretation, Reading
from stories import officer

QIANTANG = "qiantang"
ORDER = {"number": "钱塘人社〔2025〕7号", "address": "https://www.example.cn/7"}


def two_approvers(agency: str = "qiantang-hrss") -> tuple[User, User]:
    return officer(agency, Role.APPROVER), officer(agency, Role.APPROVER)


def adopt(
    *, first_day: date = date(2025, 4, 1), at: datetime, document: str = QIANTANG, **said: Any
) -> Adoption:
    """A draft document adopted by two."""
    first, second = two_approvers()
    asked = adoption.ask(document, **ORDER, first_day=first_day, by=first, at=at, **said)
    return adoption.confirm(asked, by=second, at=at)


def interpretation(
    subject: str, *, at: datetime, document: str = QIANTANG, by: User, **said: Any
) -> Interpretation:
    """Asked by one officer: that what holds cases goes on, unless ``said`` says otherwise."""
    words: dict[str, Any] = {
        "kind": Reading.LIMIT, "decision": Answer.GO_ON, "number": "钱塘人社答〔2025〕1号", "dated": at.date(),
        "from_on": date(2025, 1, 1), "text": "两个称号的津贴可以同时享受。", "text_en": "Both may be had.",
    }  # fmt: skip
    if said.get("kind") == Reading.PARAMETER:
        words["decision"] = ""
    return interpretations.ask(document, subject=subject, by=by, at=at, **{**words, **said})
