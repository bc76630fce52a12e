"""Two spellings of a name side by side, and in words where they part."""

from typing import Any

from django.utils.translation import gettext as _

from jiangli.registers.names import differences, same_name

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


def spelled(text: str) -> str:
    """Characters so that one can tell them apart."""
    return "".join(_("a blank") if c.isspace() else WORDS.get(c, f"“{c}”") for c in text)


def first_difference(one: str, other: str) -> str:
    """Where two names part, in words; empty where they are the same."""
    at = 1
    for piece in differences(one, other):
        if piece.same:
            at += len(piece.a)
        elif piece.a and piece.b:
            return _("Character %(at)s: here %(mine)s, there %(theirs)s.") % {
                "at": at,
                "mine": spelled(piece.a),
                "theirs": spelled(piece.b),
            }
        else:
            return _("Character %(at)s: only one of them has %(extra)s here.") % {
                "at": at,
                "extra": spelled(piece.a or piece.b),
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
            if same_name(first["name"], row["name"]):
                remark += _(" Only dots, blanks or width differ; an officer can settle that.")
            remarks.append({"where": row["where"], "remark": remark})
    return {"rows": rows, "remarks": remarks}
