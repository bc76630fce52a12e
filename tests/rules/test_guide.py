"""The guide for authors is true: its files are written, its commands run, and they say what it shows."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shlex
from pathlib import Path

import pytest
from small_law import ROOT

from jiangli.__main__ import main

FENCE = re.compile(r"^```(\w+)(?: (\S+))?( \+)?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
PAGES = ("write-a-policy.md", "write-a-policy.zh-CN.md")


def blocks(page: str) -> list[tuple[str, str, bool, str]]:
    """(language, file, added to it, text) of every code block of a guide."""
    text = (ROOT / "docs" / "how-to" / page).read_text("utf-8")
    return [(kind, file, bool(more), body) for kind, file, more, body in FENCE.findall(text)]


def run(line: str) -> str:
    """What a command of the guide prints."""
    out = io.StringIO()
    words = shlex.split(line)
    with contextlib.redirect_stdout(out):
        if words[0] == "make":
            importlib.import_module("mutate").main([words[2].removeprefix("ARGS="), "--jobs", "1"])
        else:
            main(words[1:])
    return out.getvalue().strip()


def shows(expected: str, found: str) -> bool:
    """Whether the lines shown are those printed; a line … stands for any number of lines."""
    parts = [re.escape(part.strip("\n")) for part in re.split(r"^…$", expected, flags=re.MULTILINE)]
    return re.fullmatch("(?s:.*)".join(parts), found) is not None


@pytest.mark.parametrize("page", PAGES)
def test_the_guide_does_what_it_says(page, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    for name in ("facts.toml", "names.toml"):
        Path("policies", name).write_text((ROOT / "policies" / name).read_text("utf-8"), "utf-8")
    for kind, file, more, body in blocks(page):
        if kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, _, expected = part.strip().partition("\n")
                found = run(line)
                assert shows(expected, found), f"$ {line}\n{found}"
        elif file:
            before = Path(file).read_text("utf-8") if more else ""
            Path(file).write_text(f"{before}{body}\n", "utf-8")


def test_both_languages_show_the_same_code():
    assert [block[3] for block in blocks(PAGES[0])] == [block[3] for block in blocks(PAGES[1])]


def test_every_key_and_function_is_in_the_reference():
    from jiangli.rules.grammar import FUNCTIONS
    from jiangli.rules.reading.limits import _KEYS
    from jiangli.rules.reading.programme import _ROOT

    page = (ROOT / "docs" / "reference" / "programme-format.md").read_text("utf-8")
    for name in (*FUNCTIONS, *_KEYS, *_ROOT):
        assert name in page or name.upper() in page, name
