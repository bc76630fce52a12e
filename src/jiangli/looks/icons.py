"""Our own icons on a grid of 24, and the names they go by. The drawings are in static/looks/icons.svg."""

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "looks" / "icons.svg"


@cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text(encoding="utf-8")))
