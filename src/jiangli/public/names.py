"""Two spellings of a name, compared character by character."""

import unicodedata
from typing import Any

from django.utils.translation import gettext as _

DOTS = "·•.．・‧∙。"
WORDS = {
    "·": "间隔号 ·",
    "•": "圆点 •",
    ".": "英文句点 .",
    "．": "全角句点 ．",
    "・": "日文中点 ・",
    "‧": "连字点 ‧",
    "∙": "点 ∙",
    "。": "句号 。",
}


def folded(name: str) -> str:
    """A name without what only looks different: dots, blanks, width."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if not c.isspace() and c not in DOTS)


def differ_in_looks_only(one: str, other: str) -> bool:
    return one != other and folded(one) == folded(other)


def spelled(char: str) -> str:
    if char.isspace():
        return _("a blank")
    return WORDS.get(char, f"“{char}”")


def first_difference(one: str, other: str) -> str:
    """Where two names part, in words; empty where they are the same."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False), 1):
        if mine != theirs:
            return _("Character %(at)s: here %(mine)s, there %(theirs)s.") % {
                "at": at,
                "mine": spelled(mine),
                "theirs": spelled(theirs),
            }
    if len(one) != len(other):
        longer = one if len(one) > len(other) else other
        extra = longer[min(len(one), len(other)) :]
        return _("One of them has more at the end: %(extra)s.") % {
            "extra": "".join(spelled(c) for c in extra)
        }
    return ""


def comparison(names: dict[str, str]) -> dict[str, Any]:
    """Names by where they stand, and how each later one differs from the first."""
    rows: list[dict[str, Any]] = [{"where": where, "name": name} for where, name in names.items() if name]
    remarks = []
    first = rows[0]
    for row in rows[1:]:
        if row["name"] != first["name"]:
            row["differs"] = True
            remark = first_difference(first["name"], row["name"])
            if differ_in_looks_only(first["name"], row["name"]):
                remark += _(" Only dots, blanks or width differ; an officer can settle that.")
            remarks.append({"where": row["where"], "remark": remark})
    return {"rows": rows, "remarks": remarks}
