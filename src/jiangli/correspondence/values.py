"""The values of a text: kept so that it can be told again in another language, and put into words."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jiangli import clock
from jiangli.correspondence.forbidden import LINK, LONGEST_VALUE, without_numbers
from jiangli.rules.errors import Words


def packed(values: Mapping[str, Any]) -> str:
    """JSON of the values, in their order: a day as ``{"day"}``, words in two languages as ``{"zh", "en"}``."""
    return json.dumps({name: _packed(value) for name, value in values.items()}, ensure_ascii=False)


def unpacked(text: str) -> dict[str, Any]:
    """The values as ``tell`` was given them; nothing for a message that keeps none."""
    raw = json.loads(text) if text else {}
    return {name: _unpacked(value) for name, value in raw.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        value = clock.day_of(value)
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    return value if isinstance(value, int) else str(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"]) if "day" in value else Words(value["zh"], value["en"])
    return value


def in_words(name: str, value: Any, *, today: date, language: str) -> str:
    """A value as a text says it. A day has no year if it is this year's, ``…_fen`` is said in yuan.

    From words of others (an officer, a bank) a web address is taken out and a long number cut to its last four
    digits: no message holds a link, a card or an identity number. What runs on is cut.
    """
    if name.endswith("_fen"):
        return _amount(value, language)
    if isinstance(value, datetime):
        value = clock.day_of(value)
    if isinstance(value, date):
        return _day(value, today, language)
    said = value.say(language) if isinstance(value, Words) else str(value)
    said = without_numbers(LINK.sub("…", re.sub(r"\s+", " ", said)))
    most = LONGEST_VALUE[language]
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _amount(fen: int, language: str) -> str:
    yuan, rest = divmod(fen, 100)
    number = f"{yuan:,}" + (f".{rest:02d}" if rest else "")
    return f"{number} 元" if language == "zh" else f"{number} yuan"


def _day(day: date, today: date, language: str) -> str:
    if language == "zh":
        year = "" if day.year == today.year else f"{day.year} 年 "
        return f"{year}{day.month} 月 {day.day} 日"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")
