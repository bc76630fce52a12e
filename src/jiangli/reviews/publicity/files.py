"""What a file to be put up holds, by what it is: a workbook, a document, a PDF with text, a table or plain text."""

from __future__ import annotations

import csv
import ctypes
import io
import re
import zlib

import pypdfium2
import pypdfium2.raw as pdfium
from django.utils.translation import gettext as _

from jiangli.reviews.publicity import packages
from jiangli.reviews.publicity.packages import Package, Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 300
ENDINGS = (".xlsx", ".docx", ".pdf", ".csv", ".txt")
LAYOUT = (
    re.compile(  # of a PDF: places, marks of its version, moments, what is written in hexadecimal, lengths
        rb"\d{10} \d{5} [nf]|/ID\s*\[[^\]]*\]|\(D:\d{14}|<[0-9A-Fa-f\s]*>|\d*\.\d+"
    )
)
MOMENT = re.compile(r"D:\d{14}")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
FORBIDDEN = re.compile(
    rb"/(?:EmbeddedFiles?|JavaScript|JS|RichMedia|XFA|AcroForm|Launch|Encrypt|OCProperties)(?![A-Za-z])"
)
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd\ufffe\uffff]")


def read(name: str, content: bytes) -> Package:
    """Everything that stands in the file. Unreadable if any of it cannot be read, with the part that cannot."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if not content or len(content) > MOST_BYTES or ending not in ENDINGS:
        raise Unreadable(_("The file"))
    if ending in (".xlsx", ".docx"):
        return packages.read(content)
    return _pdf(content) if ending == ".pdf" else _plain(content, ending)


def _plain(content: bytes, ending: str) -> Package:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if NO_TEXT.search(text):
            break
        return Package(texts=[(_("The text"), text)]) if ending == ".txt" else _table(text)
    raise Unreadable(_("The file"))


def _table(text: str) -> Package:
    delimiter = "\t" if text.split("\n", 1)[0].count("\t") else ","
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(_("The table")) from error
    rows = {n: {c: cell for c, cell in enumerate(cells, 1) if cell} for n, cells in enumerate(read, 1)}
    return Package(tables=[(_("The table"), rows)])


# --- PDF


def _pdf(content: bytes) -> Package:
    if not content.startswith(b"%PDF-"):
        raise Unreadable(_("The file"))
    try:
        with pypdfium2.PdfDocument(content) as document:
            found = _document(document)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(_("The file")) from error
    written = [part for part in _streams(content) if part[:200].isascii()]
    around = STREAM.sub(b"", content)
    unpacked = b"\n".join([around, *written, *STREAM.findall(content)])
    if any(FORBIDDEN.search(part) for part in (around, *written)):
        raise Unreadable(_("Something embedded in the PDF"))
    found.texts += [(_("Properties of the file"), text) for text in _packets(unpacked)]
    for line in LAYOUT.sub("文".encode(), around).decode("utf-8", "replace").splitlines():
        if re.search(r"%|\d{11}", line):
            found.texts.append((_("Between the parts of the PDF"), line))
    return found


def _document(document: pypdfium2.PdfDocument) -> Package:
    if not 0 < len(document) <= MOST_PAGES:
        raise Unreadable(_("The file"))
    found = Package()
    for value in document.get_metadata_dict().values():
        found.texts.append((_("Properties of the file"), MOMENT.sub("", value)))
    found.texts += [(_("Bookmarks"), mark.get_title()) for mark in document.get_toc()]
    for number, page in enumerate(document, 1):
        where = _("Page %(page)d") % {"page": number}
        if any(thing.type not in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)
               for thing in page.get_objects(max_depth=8)):  # fmt: skip
            raise Unreadable(_("%(where)s (a picture)") % {"where": where})
        found.texts.append((where, _words(page, where)))
        found.texts += [(where, text) for text in _notes(page, where)]
    return found


def _words(page: pypdfium2.PdfPage, where: str) -> str:
    """All its words. Unreadable if there are none, or letters that the file does not name."""
    text: str = page.get_textpage().get_text_range()
    if not text.strip() or NO_TEXT.search(text.replace("\x02", "")):
        raise Unreadable(where)
    return text.replace("\x02", "")


def _notes(page: pypdfium2.PdfPage, where: str) -> list[str]:
    """What links and notes on it say. Unreadable if there is a field, a stamp or a drawing."""
    said = []
    for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, place)
        if pdfium.FPDFAnnot_GetSubtype(note) not in (
            pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_HIGHLIGHT,
            pdfium.FPDF_ANNOT_UNDERLINE,
        ):  # fmt: skip
            raise Unreadable(_("%(where)s (a note, a field or a stamp)") % {"where": where})
        said += [_said(note, key) for key in (b"Contents", b"T", b"Subj")]
        pdfium.FPDFPage_CloseAnnot(note)
    return [text for text in said if text]


def _said(note: pdfium.FPDF_ANNOTATION, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(note, key, None, 0)
    held = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(note, key, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size)
    return held.raw.decode("utf-16-le", "replace").rstrip("\0")


def _streams(content: bytes) -> list[bytes]:
    """The packed parts, unpacked as far as they are deflated."""
    found = []
    for match in STREAM.finditer(content):
        try:
            found.append(zlib.decompressobj().decompress(match[1], MOST_BYTES))
        except zlib.error:
            continue
    return found


def _packets(unpacked: bytes) -> list[str]:
    """Metadata as XML (XMP)."""
    found = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", unpacked, re.DOTALL)
    return [re.sub(r"<[^>]*>", "文", packet.decode("utf-8", "replace")) for packet in found]
