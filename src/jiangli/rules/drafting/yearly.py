"""What a new year moves: ids and names of files, and the days and periods of cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from jiangli.rules import toml
from jiangli.rules.facts import parse_day
from jiangli.rules.library import programme_paths

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PERIOD = re.compile(r"(20\d\d)(-\d\d)?")
_SAID = re.compile(r"(?<!\d)(20\d\d)(?=[-年./]|\s+年)")


def year_of(name: str) -> int | None:
    """The year in a name."""
    found = _YEAR.search(name)
    return int(found[0]) if found else None


def renamer(old: str, new: str, sources: Mapping[str, str]) -> Callable[[str], str]:
    """Renews the ids of a folder wherever they stand as words of their own: its name, programmes, overlays."""
    ids = {old: new} | {id: _renewed(id, old, new) for id in old_ids(old, sources)}
    listed = "|".join(re.escape(id) for id in sorted(ids, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{listed})(?=\W|$)")
    return lambda text: pattern.sub(lambda found: ids[found[0]], text)


def old_ids(old: str, sources: Mapping[str, str]) -> list[str]:
    """The ids of the programmes and overlays of a folder."""
    own = {path: text for path, text in sources.items() if path.startswith(f"{old}/")}
    files = [*programme_paths(own), *(path for path in own if path.endswith(".overlay.toml"))]
    return [str(id) for path in files if (id := toml.read(own[path], path).data.get("id"))]


def _renewed(id: str, old: str, new: str) -> str:
    """An id with the new folder's name or the new year in it; where it has neither, the year behind it."""
    if old in id:
        return id.replace(old, new)
    before, after = year_of(old), year_of(new)
    if before and after:
        return id.replace(str(before), str(after)) if str(before) in id else f"{id}-{after}"
    return f"{id}-{new}"


def renamed_file(name: str, old: str, new: str) -> str:
    """The name of a file with the new year, where it has the old one."""
    before, after = year_of(old), year_of(new)
    return name.replace(str(before), str(after)) if before and after else name


# --- cases


def moved_cases(text: str, years: int) -> str:
    """A file of cases with all its days and periods so many years later, those in its notes and ids too."""
    return "".join(f"{_moved_case(line, years)}\n" for line in _lines(text))


def _moved_case(line: str, years: int) -> str:
    raw = json.loads(line)
    note = _SAID.sub(lambda found: str(int(found[1]) + years), raw.get("note", ""))
    kept = {"note": note} if note else {}
    return json.dumps({**moved(raw, years), **kept}, ensure_ascii=False)


def moved(value: Any, years: int, key: str = "") -> Any:
    """A value of a case with its days, and under ``period`` its years and months, so many years later."""
    if isinstance(value, Mapping):
        return {name: moved(inner, years, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, years, key) for inner in value]
    if not isinstance(value, str):
        return value
    if day := parse_day(value):
        return later(day, years).isoformat()
    period = _PERIOD.fullmatch(value) if key == "period" else None
    return f"{int(period[1]) + years}{period[2] or ''}" if period else value


def later(day: date, years: int) -> date:
    """The same day so many years later; 28 February for a 29th that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def renewed_case_ids(text: str, old: str, new: str) -> str:
    """A file of cases whose ids, and those they are like, have the new year."""
    before, after = year_of(old), year_of(new)
    if not before or not after:
        return text
    return "".join(f"{_with_ids(json.loads(line), str(before), str(after))}\n" for line in _lines(text))


def _with_ids(raw: dict[str, Any], before: str, after: str) -> str:
    named = {key: raw[key].replace(before, after) for key in ("id", "like") if key in raw}
    return json.dumps({**raw, **named}, ensure_ascii=False)


def _lines(text: str) -> Iterable[str]:
    return (line for line in text.splitlines() if line.strip())
