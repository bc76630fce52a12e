"""Workbooks and documents of Office (ZIP of XML), read whole: what is shown, what is hidden, what is said about them.

Every part is XML that is read to its last word, or the file is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import groupby
from xml.etree import ElementTree as xml

from django.utils.translation import gettext as _

from jiangli.reviews.publicity.folding import BREAK
from jiangli.reviews.publicity.tables import Table, column

MOST_BYTES = 60 * 1024 * 1024  # unpacked
MOST_PARTS = 400
FEWEST = 8  # signs of an attribute that are numerals, below which nobody is told by it
XML_PARTS = (".xml", ".rels", ".vml")
FORMULAS = re.compile(r"(?:SUM|COUNT|COUNTA|SUBTOTAL|ROW|AVERAGE|MAX|MIN)\([A-Z0-9$:,]*\)(?:[-+]\d{1,3})?")
DECIMAL = re.compile(r"-?\d{1,4}\.\d+(?:E-?\d+)?")  # margins and widths of a layout
SHEETS = re.compile(r"xl/(?:work|chart|macro)sheets/[^/]+\.xml")
REFERENCE = re.compile(r"([A-Z]+)(\d+)")
ENDS = dict.fromkeys(("p", "tr", "si", "comment", "lpwstr", "property", "br", "cr"), "\n")
RUNS = {"t", "r", "rPr", "delText", "instrText", "v", "run"}  # what goes on in the middle of a word
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
ENDS |= dict.fromkeys(("tab", "tc", "definedName", "author"), "\t")
Element = xml.Element


class Unreadable(Exception):
    """A part of the file that cannot be read; the text says which."""


@dataclass
class Package:
    """The texts of a file, each with where it stands, and where something is hidden."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[tuple[str, Table]] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(
        default_factory=list
    )  # looked at for digits that stand together
    hidden: list[str] = field(default_factory=list)


def name_of(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def parts_of(content: bytes) -> dict[str, Element]:
    """Every part of the file by its name. Unreadable if one is no XML, is locked, or is too large."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise Unreadable(_("The file"))
            if package.comment or _beside(content, entries):
                raise Unreadable(_("What is appended to the file"))
            return {entry.filename: _part(package, entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable(_("The file")) from error


def _beside(content: bytes, entries: list[zipfile.ZipInfo]) -> bool:
    """Whether something stands before, between or beside the parts, or one has two contents."""
    names = [entry.filename for entry in entries]
    return not content.startswith(b"PK") or len(set(names)) != len(names) or any(e.comment for e in entries)


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Element:
    what = _("The part “%(name)s” (a picture or something embedded)") % {"name": entry.filename[-60:]}
    if not entry.filename.lower().endswith(XML_PARTS):
        raise Unreadable(what)
    text = package.read(entry)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
        raise Unreadable(what)
    try:
        return xml.fromstring(text, parser=xml.XMLParser(target=_Everything()))
    except (xml.ParseError, LookupError, ValueError) as error:
        raise Unreadable(what) from error


class _Everything(xml.TreeBuilder):
    """Keeps comments and instructions too, which show nothing and hold anything."""

    def __init__(self) -> None:
        super().__init__(insert_comments=True, insert_pis=True)


def read(content: bytes) -> Package:
    """Everything that stands in a workbook or a document."""
    parts = parts_of(content)
    found = Package()
    if "xl/workbook.xml" in parts:
        _workbook(parts, found)
    elif "word/document.xml" not in parts:
        raise Unreadable(_("The file"))
    for name, root in parts.items():
        where = _where(name)
        if name == "xl/sharedStrings.xml":
            shown = {
                text for _sheet, table in found.tables for row in table.values() for text in row.values()
            }
            found.texts += [(where, text) for text in _strings(root) if text not in shown]
        else:
            found.texts += [(where, MOMENT.sub(BREAK, text)) for text in _paragraphs(root)]
        found.attributes += [(where, text) for text in _attributes(root)]
    return found


def _where(name: str) -> str:
    if name.startswith("docProps/"):
        return _("Properties of the file")
    if "comment" in name.lower():
        return _("Comments")
    if "header" in name or "footer" in name:
        return _("Header or footer")
    return _("Text of the file (%(name)s)") % {"name": name[-60:]}


def _strings(root: Element) -> Iterator[str]:
    """The strings of a workbook, each for itself, for they stand in any order."""
    yield from {text for one in root if (text := _words(one)).strip()}


def _paragraphs(root: Element) -> Iterator[str]:
    """The words of a part: a paragraph on a line, however many runs it is made of; rows of a table on one line."""
    if any(name_of(element) == "tc" for element in root.iter()):
        yield from _columns(root)
    yield _walk(root)


def _walk(element: Element) -> str:
    name = name_of(element)
    if name == "sheetData":  # read as a grid
        return ""
    words = (element.text or "") + "".join(_walk(child) + (child.tail or "") for child in element)
    return words + ENDS.get(name, "" if len(element) or name in RUNS else "\n")


def _columns(root: Element) -> Iterator[str]:
    """The columns of the tables of a document, from top to bottom."""
    for table in (element for element in root.iter() if name_of(element) == "tbl"):
        rows = [
            [_words(cell) for cell in row if name_of(cell) == "tc"] for row in table if name_of(row) == "tr"
        ]
        for place in range(max((len(row) for row in rows), default=0)):
            yield column([row[place] if place < len(row) else "" for row in rows])


def _words(element: Element) -> str:
    return "".join(element.itertext())


def _attributes(root: Element) -> Iterator[str]:
    for element in root.iter():
        for value in element.attrib.values():
            if sum(map(str.isnumeric, value)) >= FEWEST and not DECIMAL.fullmatch(value):
                yield value


def _workbook(parts: dict[str, Element], found: Package) -> None:
    shared = _shared(parts)
    titles = _titles(parts, found)
    for name in sorted(filter(SHEETS.fullmatch, parts)):
        _sheet(titles.get(name, name.rpartition("/")[2]), parts[name], shared, found)


def _shared(parts: dict[str, Element]) -> list[str]:
    root = parts.get("xl/sharedStrings.xml")
    return [] if root is None else ["".join(one.itertext()) for one in root if name_of(one) == "si"]


def _titles(parts: dict[str, Element], found: Package) -> dict[str, str]:
    """File of a sheet → its name; notes the hidden ones."""
    relations = parts.get("xl/_rels/workbook.xml.rels")
    targets = {} if relations is None else {r.get("Id"): r.get("Target", "").lstrip("/") for r in relations}
    titles = {}
    for sheet in (one for one in parts["xl/workbook.xml"].iter() if name_of(one) == "sheet"):
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        target = targets.get(key, "")
        where = _("Sheet “%(name)s”") % {"name": sheet.get("name", "")[:31]}
        titles[target if target.startswith("xl/") else f"xl/{target}"] = where
        if sheet.get("state", "visible") != "visible":
            found.hidden.append(where)
    return titles


def _sheet(where: str, root: Element, shared: list[str], found: Package) -> None:
    if any(_is_hidden(one) for one in root.iter() if name_of(one) in ("row", "col")):
        found.hidden.append(_("%(sheet)s, hidden rows or columns") % {"sheet": where})
    rows = groupby(_cells(where, root, shared), key=lambda cell: cell[0])
    found.tables.append((where, {row: {column: text for _row, column, text in cells} for row, cells in rows}))


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true") or element.get("ht") == "0" or element.get("width") == "0"


Cell = tuple[int, int, str]  # row, column, text


def _cells(where: str, root: Element, shared: list[str]) -> Iterator[Cell]:
    for cell in (one for one in root.iter() if name_of(one) == "c"):
        place = cell.get("r", "")
        match = REFERENCE.fullmatch(place)
        if match is None:
            raise Unreadable(where)
        formula = next((one for one in cell if name_of(one) == "f"), None)
        if formula is not None and not FORMULAS.fullmatch((formula.text or "").strip()):
            raise Unreadable(_("%(sheet)s %(place)s (a formula)") % {"sheet": where, "place": place})
        if text := _text(cell, shared, where):
            yield int(match[2]), _number(match[1]), text


def _text(cell: Element, shared: list[str], where: str) -> str:
    inline = "".join("".join(one.itertext()) for one in cell if name_of(one) == "is")
    value = "".join(one.text or "" for one in cell if name_of(one) == "v")
    if cell.get("t") == "s" and value:
        try:
            return shared[int(value)]
        except (IndexError, ValueError) as error:
            raise Unreadable(where) from error
    if cell.get("t", "n") == "n" and value:
        return inline + _plain(value)
    return inline + value


def _plain(value: str) -> str:
    """A number as it is typed: 1.39E10 with all its digits."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return f"{number:f}" if abs(number.adjusted()) < 40 else value


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
