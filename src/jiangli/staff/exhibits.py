"""Evidence of a case as tabs and pages; the address says which picture one looks at."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Evidence, EvidenceState, Line
from jiangli.applications.papers import known_materials
from jiangli.applications.queries import current_evidence
from jiangli.applications.sheet import has_roster
from jiangli.staff.words import say


class Page(NamedTuple):
    item: Evidence
    number: int  # of the item's pages, from 1; 0 where there is none to show


class Exhibits(NamedTuple):
    files: list[dict[str, Any]]
    picture: dict[str, str] | None
    missing: str
    pages: list[dict[str, Any]]  # of the material one looks at


def exhibits_of(application: Application, request: HttpRequest, line: Line | None = None) -> Exhibits:
    """A tab for each material; an unknown material or page in the address shows the first.

    With ``line`` the evidence of this line of a roster, without it that of the whole case.
    """
    titles = {id: say(title) for id, title in known_materials(application).items()}
    beside = _not_here(application, line)
    by_material: dict[str, list[Page]] = {id: [] for id in titles if id not in beside}
    for item in current_evidence(application).filter(line=line):
        pages = [Page(item, number) for number in range(1, len(item.previews) + 1)] or [Page(item, 0)]
        by_material.setdefault(item.material, []).extend(pages)
    asked = request.GET.get("material", "")
    filled = [id for id, pages in by_material.items() if pages]
    chosen = asked if asked in by_material else next(iter(filled), next(iter(by_material), ""))
    pages = by_material.get(chosen, [])
    at = _place(request.GET.get("page", "1"), len(pages))
    files = [
        {
            "label": _label(titles.get(id, id), len(found), at if id == chosen else 0),
            "url": f"?material={id}#evidence",
            "current": id == chosen,
        }
        for id, found in by_material.items()
    ]
    turns = [
        {"number": n, "url": f"?material={chosen}&page={n}#evidence", "current": n == at}
        for n in range(1, len(pages) + 1)
    ]
    page = pages[at - 1] if pages else None
    return Exhibits(files, _picture(page, titles.get(chosen, chosen)), _missing(page), turns)


def _not_here(application: Application, line: Line | None) -> set[str]:
    """Materials that are no part of a line's evidence, or that only lines have: nobody misses them here."""
    programme = programme_of(application)
    by_line = {material.id for material in programme.materials if material.per == "line"}
    if line is not None:
        return known_materials(application).keys() - by_line
    return by_line if has_roster(programme) else set()


def _place(asked: str, pages: int) -> int:
    return int(asked) if asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= pages else 1


def _label(title: str, pages: int, at: int) -> str:
    if not pages:
        return _("%(title)s (none)") % {"title": title}
    return f"{title} {at}/{pages}" if at and pages > 1 else title


def _picture(page: Page | None, title: str) -> dict[str, str] | None:
    if page is None or not page.number:
        return None
    return {"src": reverse("staff:evidence", args=[page.item.pk, page.number]), "alt": title}


def _missing(page: Page | None) -> str:
    if page is None:
        return _("Nothing was handed in here.")
    if page.item.state == EvidenceState.UNREADABLE:
        return _("This file cannot be opened. Ask for another one.")
    return _("The picture is being prepared. Look again in a minute.")
