"""What officers lay over the files: the adoption of a draft document, and interpretations of parameters.

Both are laid over what a folder says each time it is published. So a folder whose draft was adopted does not
become a draft again: its status, number, days and title are the adoption's as long as the folder says "draft".
Once the folder itself says that the document is in force, the folder is right and the adoption is silent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from jiangli import rules
from jiangli.programmes.models import Adoption, Interpretation, Reading, Two
from jiangli.rules import toml
from jiangli.rules.library import folders, programme_paths

MARK = "# 采纳："  # the first line of a document.toml that an adoption wrote
_OURS = ".interpretation-"


def amended(library: rules.Library, *, on: date) -> rules.Library:
    """The library with what officers confirmed laid over it; itself where there is nothing."""
    sources = amend(library.sources, on=on)
    return library if sources == dict(library.sources) else rules.build(sources)


def amend(sources: Mapping[str, str], *, on: date) -> dict[str, str]:
    """Sources (path → text) with standing adoptions, and the interpretations in effect on the day.

    Whatever earlier ones wrote is taken out first, so that it can be asked of a published version too.
    """
    result = {path: text for path, text in sources.items() if _OURS not in path}
    for folder in folders(result):
        adoption = adoption_of(folder)
        if adoption is not None and _is_draft(result[f"{folder}/document.toml"]):
            result[f"{folder}/document.toml"] = adopted_text(result[f"{folder}/document.toml"], adoption)
    rows = Interpretation.objects.standing().filter(kind=Reading.PARAMETER, from_on__lte=on)
    return with_interpretations(result, rows.order_by("asked_at", "pk"))


def adoption_of(folder: str) -> Adoption | None:
    """The adoption that stands: the one confirmed last."""
    found = Adoption.objects.filter(document=folder, state=Two.CONFIRMED)
    return found.order_by("settled_at").last()


def _is_draft(text: str) -> bool:
    return text.startswith(MARK) or toml.read(text, "document.toml").text("status") == "draft"


def adopted_text(text: str, adoption: Adoption) -> str:
    """``document.toml`` in force, with the number and the days of the adoption; all else as it is."""
    keys = {"status": '"in_force"', "number": _text(adoption.number), "from": str(adoption.first_day)}
    if adoption.last_day:
        keys["to"] = str(adoption.last_day)
    if adoption.title:
        keys["title"] = _text(adoption.title)
    if adoption.title_en:
        keys["title_en"] = _text(adoption.title_en)
    replaced = {*keys, "to"}
    kept, top = [], True
    for line in text.splitlines():
        top = top and not line.startswith("[")
        if not (top and (line.split("=")[0].strip() in replaced or line.startswith(MARK))):
            kept.append(line)
    head = [
        f"{MARK}{' '.join(adoption.number.split())}",
        *(f"{key} = {value}" for key, value in keys.items()),
    ]
    return "\n".join([*head, *kept]) + "\n"


def with_interpretations(sources: Mapping[str, str], rows: Iterable[Interpretation]) -> dict[str, str]:
    """The sources with an overlay beside each programme file that an interpretation of a parameter is about."""
    result = dict(sources)
    for row in rows:
        for path in list(programme_paths(sources)):
            table = toml.read(sources[path], path)
            wanted = row.programme_id in (None, table.text("id")) and path.startswith(f"{row.document}/")
            if wanted and row.subject in table.table("parameters"):
                now = table.table("parameters").table(row.subject).data["value"]
                name = f"{path.removesuffix('.toml')}{_OURS}{row.pk.hex[:12]}.overlay"
                result[f"{name}.toml"] = _overlay(table.text("id"), row, is_day=isinstance(now, date))
                if row.text_en:
                    result[f"{name}.en.toml"] = f"[parameters.{row.subject}]\nreason = {_text(row.text_en)}\n"
    return result


def _overlay(programme: str, row: Interpretation, *, is_day: bool) -> str:
    """A confirmed overlay: the parameter's value, by the words and the number of the interpretation."""
    value = str(row.value) if is_day else json.dumps(row.value, ensure_ascii=False)
    basis = f"{row.number}（{row.dated.isoformat()}）"
    return (
        f"overlays = {_text(programme)}\n"
        f"id = {_text(f'interpretation-{row.pk.hex[:12]}-{programme}')}\n"
        f'status = "confirmed"\n'
        f"source = {_text(f'政策解答 {basis}')}\n"
        f"legal_basis = {_text(basis)}\n\n"
        f"[parameters.{row.subject}]\nvalue = {value}\nreason = {_text(row.text)}\n"
    )


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "")
