"""What documents must be: links lead somewhere, rooms are on the map, words of facts in the glossary, and what is
made from other files is fresh. With the word ``write``, make it again.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from process_page import process_page
from stamps import ROOT

from jiangli.rules import load
from jiangli.rules.reference import reference

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SKIPPED = {".venv", "node_modules", "var"}


def pages() -> list[Path]:
    return [file for file in sorted(ROOT.rglob("*.md")) if not SKIPPED & set(file.relative_to(ROOT).parts)]


def anchors(page: Path) -> set[str]:
    """The places of a page as GitHub names them."""
    titles = re.findall(r"^#+\s+(.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def links() -> Iterator[str]:
    for page in pages():
        for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, place = unquote(target).partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists():
                yield f"{page.relative_to(ROOT)}: the link leads nowhere: {target}"
            elif place and file.suffix == ".md" and place not in anchors(file):
                yield f"{page.relative_to(ROOT)}: no such heading: {target}"


def rooms() -> Iterator[str]:
    page = (ROOT / "docs" / "map.md").read_text("utf-8")
    for room in sorted((ROOT / "src" / "jiangli").glob("*/__init__.py")):
        if f"`{room.parent.name}`" not in page:
            yield f"docs/map.md does not name the room `{room.parent.name}`"


def words() -> Iterator[str]:
    """Facts speak of entities (`certificate.level`); each entity is a word of the glossary."""
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    used: set[str] = set()
    for file in (ROOT / "policies").rglob("*.toml"):
        used |= set(re.findall(r"\b([a-z]+)\.[a-z_]+ (?:=|<>|<|>|IN|BETWEEN)", file.read_text("utf-8")))
    for word in sorted(used - {"parameter"}):
        if f"`{word}`" not in page:
            yield f"docs/glossary.md does not explain `{word}`, which policies speak of"


def decisions() -> Iterator[str]:
    numbers = [file.name[:4] for file in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    if numbers != [f"{count:04}" for count in range(1, len(numbers) + 1)]:
        yield f"docs/decisions is not numbered 0001, 0002, …: {' '.join(numbers)}"


def made() -> dict[Path, str]:
    """The pages that are made from other files."""
    law, folder = load(ROOT / "policies"), ROOT / "docs" / "reference"
    return {folder / "programmes.md": reference(law), folder / "process.md": process_page(law)}


def fresh() -> Iterator[str]:
    for page, text in made().items():
        if not page.is_file() or page.read_text("utf-8") != text:
            yield f"{page.relative_to(ROOT)} is not what it is made from says: .venv/bin/python tools/docs.py write"


def write() -> None:
    for page, text in made().items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")


def problems() -> Iterator[str]:
    for look in (links, rooms, words, decisions, fresh):
        yield from look()


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    sys.exit("\n".join(problems()) or 0)
