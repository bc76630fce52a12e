"""How a question comes in from the command line: a file of facts, or lines of requests."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jiangli.rules.assessment import PastPayment
from jiangli.rules.contract import Request, read_claimant, read_request
from jiangli.rules.errors import FactError, Words
from jiangli.rules.facts import Facts
from jiangli.rules.library import Library

_UNREADABLE = Words(
    "读不了这个文件。请给一个 UTF-8 的 JSON 文件，或 -。",
    "This file cannot be read. Name a JSON file in UTF-8, or -.",
)


def read_text(file: str) -> str:
    """The text of a file, or of standard input for "-". Raises FactError if it cannot be read."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FactError(file, _UNREADABLE) from error


def read_facts(file: str | None) -> dict[str, Any]:
    """The parts of a request that a file gives: a flat object of facts, or one with facts, lines, history.

    No file is no fact. Raises FactError.
    """
    if file is None:
        return {}
    try:
        raw = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        raise FactError(file, _not_json(error)) from error
    if not isinstance(raw, dict):
        raise FactError(file, Words("要一个对象：{事实: 值}。", "Send one object: {fact: value}."))
    return raw if "facts" in raw else {"facts": raw}


def _not_json(error: Exception) -> Words:
    return Words(f"这不是 JSON：{error}。", f"This is not JSON: {error}.")


def one_request(library: Library, programme: str, on: str | None, file: str | None, **more: Any) -> Request:
    """The request that the options of a command make; ``more`` are keys of it that may be None. Raises FactError."""
    given = {key: value for key, value in more.items() if value is not None}
    return read_request(library, {"programme": programme, "applied_on": on, **given, **read_facts(file)})


def read_parameters(texts: list[str] | None) -> dict[str, Any] | None:
    """``name=value`` as the parameters of a request: numbers, true and false as such, all else as text.

    Raises FactError.
    """
    if texts is None:
        return None
    pairs = [text.partition("=") for text in texts]
    for name, sign, _ in pairs:
        if not sign:
            raise FactError("--parameters", Words(f"{name} 要写成 名字=值。", f"Write {name} as name=value."))
    return {name: _constant(value) for name, _, value in pairs}


def _constant(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def one_claimant(library: Library, on: str, file: str | None) -> tuple[Facts, date, tuple[PastPayment, ...]]:
    """Facts, day and earlier payments of one claimant. Raises FactError."""
    return read_claimant(library, {"applied_on": on, **read_facts(file)})


def requests(library: Library, lines: Iterable[str]) -> Iterator[Request | FactError]:
    """The requests of JSON Lines (or of cases, whose request is taken), each read or the error that it is."""
    for line in lines:
        if line.strip():
            yield _request(library, line)


def _request(library: Library, line: str) -> Request | FactError:
    try:
        raw = json.loads(line)
        return read_request(library, raw["request"] if isinstance(raw, dict) and "request" in raw else raw)
    except FactError as error:
        return error
    except (ValueError, RecursionError) as error:
        return FactError("line", _not_json(error))
