"""A small law of our own, so that each test can change one line of it."""

from __future__ import annotations

import json
from pathlib import Path

from jiangli.rules import Library, build

ROOT = Path(__file__).parents[2]  # of the repository

FACTS = """
[enums.level]
zh = "等级"
en = "level"
ordered = true
values = [
  { id = "low", zh = "低", en = "low" },
  { id = "middle", zh = "中", en = "middle" },
  { id = "high", zh = "高", en = "high" },
]
[enums.former]
zh = "原等级"
ordered = true
values = [
  { id = "none", zh = "无" },
  { id = "low", zh = "低" },
  { id = "middle", zh = "中" },
  { id = "high", zh = "高" },
]
[enums.colour]
zh = "颜色"
ordered = false
values = [{ id = "red", zh = "红" }, { id = "blue", zh = "蓝" }]
"""
NAMES = {
    "application.applied_on": "date",
    "person.id": "text",
    "person.name": "text",
    "certificate.id": "text",
    "organisation.id": "text",
    "a.yes": "bool",
    "b.yes": "bool",
    "c.yes": "bool",
    "a.count": "int",
    "b.count": "int",
    "a.money": "money",
    "b.money": "money",
    "a.day": "date",
    "b.day": "date",
    "a.text": "text",
    "b.text": "text",
    "a.place": "code",
    "a.level": "enum level",
    "b.level": "enum former",
    "a.colour": "enum colour",
}


def _fact(name: str, kind: str) -> str:
    kind, _, values = kind.partition(" ")
    return "\n".join(
        [
            f'[facts."{name}"]',
            f'type = "{kind}"',
            f'values = "{values}"' if values else "",
            f'zh = "{name}"',
            f'en = "{name}"',
            'description = "made up"',
            'source = "applicant"',
            "none = true" if kind == "code" else "",
            'question = "是吗？"' if name.startswith("a.") else "",
        ]
    )


DOCUMENT = """
title = "测试通知"
issuer = "test-agency"
status = "in_force"
series = "test-series"
"""
TEXT = """
# 测试通知

总则第一句。

## 一、条件

甲等应当如此。一个证书只发一次。

## 二、标准

每人一百元。两处都有的话。

### (一)细则

两处都有的话。
"""
PROGRAMME = """
id       = "test-one"
title    = "测试项目"
section  = "一、条件"
agency   = "test-agency"
claimant = "person"

[claim.E1]
title = "甲等"
when  = "a.yes"
quote = "甲等应当如此。"

[amount]
yuan  = 100
quote = "每人一百元。"
"""
SMALL = {
    "facts.toml": FACTS + "\n".join(_fact(name, kind) for name, kind in NAMES.items()),
    "test/document.toml": DOCUMENT,
    "test/text.md": TEXT,
    "test/one.toml": PROGRAMME,
}
#: A case of each small programme that expects nothing, for tests of anything but cases.
TRIED = {
    f"test/{file}.cases.jsonl": json.dumps(
        {"id": file, "note": "x", "request": {"programme": id, "applied_on": "2025-06-10"}, "expect": {}}
    )
    for file, id in (("one", "test-one"), ("two", "test-two"))
}


def changed(**files: str) -> dict[str, str]:
    """The small law with other files: ``one=…`` is test/one.toml."""
    names = {
        "one": "test/one.toml",
        "two": "test/two.toml",
        "english": "test/one.en.toml",
        "text": "test/text.md",
        "document": "test/document.toml",
        "own": "test/facts.toml",
        "facts": "facts.toml",
    }
    return SMALL | {names[key]: text for key, text in files.items()}


def programme(more: str = "", *, was: str = "", now: str = "") -> Library:
    """The small law with a part of its programme replaced, and more added at the end."""
    assert was in PROGRAMME
    return build(changed(one=PROGRAMME.replace(was, now) + more))
