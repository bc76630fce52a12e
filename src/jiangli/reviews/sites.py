"""Sites where officers look things up, as this installation has them: title and address."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Site(NamedTuple):
    title: str
    url: str


@cache
def sites() -> tuple[Site, ...]:
    """In the order of the file that ``JIANGLI_SITES`` names, else of ours. ValueError if a site is not whole."""
    path = Path(os.environ.get("JIANGLI_SITES") or Path(__file__).with_name("sites.toml"))
    rows = tomllib.loads(path.read_text("utf-8")).get("sites", [])
    found = tuple(Site(str(row.get("title", "")), str(row.get("url", ""))) for row in rows)
    wrong = [
        site
        for site in found
        if not 0 < len(site.title) <= 120
        or not site.url.startswith(("http://", "https://"))
        or len(site.url) > 200
    ]
    if wrong:
        raise ValueError(f"{path}: a site needs a title (120 characters) and an http address: {wrong[0]}")
    return found
