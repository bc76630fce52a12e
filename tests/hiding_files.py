"""Ways of hiding a personal number in a file, and ordinary files without any; all of them thrown at the guard."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from html import escape
from itertools import product

import xlsxwriter
from PIL import Image, ImageDraw

from hiding import NUMBERS, TEXTS, Hidden, Way, cut, mapped, ordinary


def sheet(fill: Callable[[xlsxwriter.Workbook, random.Random, str], None]) -> Way:
    def way(rng: random.Random, number: str) -> Hidden:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        fill(book, rng, number)
        book.close()
        return "名单.xlsx", out.getvalue()

    return way


def listed(book: xlsxwriter.Workbook) -> xlsxwriter.Workbook.worksheet_class:
    """A list as it is put up."""
    page = book.add_worksheet("名单")
    rows = [("序号", "姓名", "单位", "备注", "说明", "补充", "金额(元)"),
            (1, "测试甲", "杭州测试机械有限公司", "", "", "", 2000),
            (2, "测试乙", "钱塘测试电子有限公司", "", "", "", 1500)]  # fmt: skip
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    return page


def in_cell(write: Callable[[str], str]) -> Way:
    return sheet(lambda book, rng, n: listed(book).write_string(1, 3, write(n)))


def _number(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    listed(book).write_number(1, 3, int(number.rstrip("X")))


def _across(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    page = listed(book)
    for place, piece in enumerate(cut(rng, number)):
        page.write(4, 3 + place, piece)


def _down(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    page = listed(book)
    for place, piece in enumerate(cut(rng, number)):
        page.write(4 + place, 4, piece)


def _signs_down(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    page = listed(book)
    for place, piece in enumerate(number):
        page.write(4 + place, 4, piece)


def _hidden_sheet(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    listed(book)
    other = book.add_worksheet("底稿")
    other.write_string(0, 0, number)
    other.hide()


def _hidden_row(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    page = listed(book)
    page.write_string(9, 0, number)
    page.set_row(9, None, None, {"hidden": True})


def _hidden_column(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    page = listed(book)
    page.write_string(2, 8, number)
    page.set_column(8, 8, None, None, {"hidden": True})


def _format(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    listed(book).write_number(1, 3, 1, book.add_format({"num_format": f'"{number}"'}))


def _rich(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    bold = book.add_format({"bold": True})
    listed(book).write_rich_string(1, 3, number[:4], bold, number[4:8], number[8:])


def _picture(book: xlsxwriter.Workbook, rng: random.Random, number: str) -> None:
    listed(book).insert_image("B9", "n.png", {"image_data": io.BytesIO(picture(number))})


def picture(number: str, kind: str = "PNG") -> bytes:
    image = Image.new("RGB", (300, 40), "white")
    ImageDraw.Draw(image).text((5, 10), number, fill="black")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def document(body: str, **parts: bytes) -> bytes:
    """A small DOCX; ``parts``: more of them by name."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{escape(run)}</w:t></w:r>" for run in runs) + "</w:p>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def word(write: Callable[[random.Random, str], bytes]) -> Way:
    return lambda rng, number: ("公示.docx", write(rng, number))


def pdf(*lines: str, title: str = "", more: str = "") -> bytes:
    """A small PDF with one page of text in Latin letters."""
    words = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F1 12 Tf 50 700 Td {words}ET"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
               "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>"
               f"/Contents 5 0 R{more}>>",
               "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               f"<</Length {len(stream)}>>stream\n{stream}\nendstream", f"<</Title({title})>>"]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{one}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 7\n0000000000 65535 f \n{table}trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\n".encode()
        + f"startxref\n{len(out)}\n%%EOF".encode()
    )


FILES: dict[str, Way] = {
    "cell": in_cell(lambda n: n),
    "cell, blanks": in_cell(" ".join),
    "cell, Chinese numerals": in_cell(mapped("〇一二三四五六七八九")),
    "cell, zero-width": in_cell("\u200b".join),
    "cell as a number": sheet(_number),
    "cells side by side": sheet(_across),
    "cells below each other": sheet(_down),
    "a sign a cell": sheet(_signs_down),
    "hidden sheet": sheet(_hidden_sheet),
    "hidden row": sheet(_hidden_row),
    "hidden column": sheet(_hidden_column),
    "comment": sheet(lambda book, rng, n: listed(book).write_comment("B2", f"请核 {n}")),
    "properties": sheet(lambda book, rng, n: (listed(book), book.set_properties({"comments": n}))[0] and None),
    "own property": sheet(lambda book, rng, n: (listed(book), book.set_custom_property("备注", n))[0] and None),
    "name of the sheet": sheet(lambda book, rng, n: (listed(book), book.add_worksheet(n))[0] and None),
    "defined name": sheet(lambda book, rng, n: (listed(book), book.define_name("号", f'="{n}"'))[0] and None),
    "header": sheet(lambda book, rng, n: listed(book).set_header(f"&C {n}")),
    "link": sheet(lambda book, rng, n: listed(book).write_url("B2", f"https://example.test/{n}", string="看")),
    "link's tip": sheet(lambda book, rng, n: listed(book).write_url("B2", "https://example.test", tip=n, string="看")),
    "format of a number": sheet(_format),
    "formula": sheet(lambda book, rng, n: listed(book).write_formula("D2", f'="{n[:5]}"&"{n[5:]}"', None, "0")),
    "rich text": sheet(_rich),
    "text box": sheet(lambda book, rng, n: listed(book).insert_textbox("B9", n)),
    "choices of a cell": sheet(
        lambda book, rng, n: listed(book).data_validation("D2", {"validate": "list", "source": [n, "无"]})
    ),
    "picture in a sheet": sheet(_picture),
    "document": word(lambda rng, n: document(paragraph("测试甲", n))),
    "document, in runs": word(lambda rng, n: document(paragraph(*n))),
    "document, in paragraphs": word(lambda rng, n: document("".join(map(paragraph, cut(rng, n))))),
    "document, cells side by side": word(lambda rng, n: document(f"<w:tbl>{row('甲', *cut(rng, n))}</w:tbl>")),
    "document, cells below each other": word(
        lambda rng, n: document("<w:tbl>" + "".join(row("甲", piece, "乙") for piece in cut(rng, n)) + "</w:tbl>")
    ),
    "document, deleted words": word(
        lambda rng, n: document(f"<w:p><w:del><w:r><w:delText>{n}</w:delText></w:r></w:del></w:p>")
    ),
    "document, comment": word(
        lambda rng, n: document(paragraph("公示"), word__comments_dot_xml=f"<c>{n}</c>".encode())
    ),
    "document, properties": word(
        lambda rng, n: document(paragraph("公示"), docProps__core_dot_xml=f"<c><k>{n}</k></c>".encode())
    ),
    "document, footnote": word(
        lambda rng, n: document(paragraph("公示"), word__footnotes_dot_xml=f"<f><t>{n}</t></f>".encode())
    ),
    "document, comment of XML": word(lambda rng, n: document(paragraph("公示") + f"<!-- {n} -->")),
    "document, picture": word(lambda rng, n: document(paragraph("公示"), word__media__i_dot_png=picture(n))),
    "document, something embedded": word(
        lambda rng, n: document(paragraph("公示"), word__embeddings__o_dot_bin=n.encode())
    ),
    "PDF": lambda rng, n: ("a.pdf", pdf("List", n)),
    "PDF, pieces": lambda rng, n: ("a.pdf", pdf("List", " ".join(cut(rng, n)))),
    "PDF, over lines": lambda rng, n: ("a.pdf", pdf("List", *cut(rng, n))),
    "PDF, title": lambda rng, n: ("a.pdf", pdf("List", title=n)),
    "PDF, note": lambda rng, n: (
        "a.pdf", pdf("List", more=f"/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents({n})>>]"),
    ),
    "PDF, comment": lambda rng, n: ("a.pdf", pdf("List") + f"\n% {n}\n".encode()),
    "table as text": lambda rng, n: ("a.csv", f"姓名,备注\n测试甲,{n}\n".encode("gb18030")),
    "table as text, in cells": lambda rng, n: ("a.csv", ("姓名,一,二\n测试甲," + ",".join(cut(rng, n))).encode()),
    "plain text": lambda rng, n: ("a.txt", f"名单\n{n}\n".encode()),
    "plain text, wide": lambda rng, n: ("a.txt", f"名单\n{n}\n".encode("utf-16")),
    "name of the file": lambda rng, n: (f"名单{n}.txt", "名单".encode()),
    "picture": lambda rng, n: ("a.png", picture(n)),
    "photograph": lambda rng, n: ("a.jpg", picture(n, "JPEG")),
    "picture called a sheet": lambda rng, n: ("a.xlsx", picture(n)),
    "sheet of old": lambda rng, n: ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + n.encode()),
    "web page": lambda rng, n: ("a.html", f"<p>{n[:4]}<b>{n[4:]}</b></p>".encode()),
}  # fmt: skip
WAYS = TEXTS | FILES


def thrown(count: int, seed: int = 20250610) -> list[tuple[str, str, Hidden]]:
    """So many hidden numbers: the way, the kind, and what would be put up."""
    rng = random.Random(seed)
    every = list(product(NUMBERS, WAYS))
    chosen = [every[at % len(every)] for at in range(count)]
    return [(way, kind, WAYS[way](rng, NUMBERS[kind](rng))) for kind, way in chosen]


def ordinary_files() -> list[tuple[str, bytes]]:
    """The same as files."""
    whole = sheet(lambda book, rng, n: listed(book).write_formula("G4", "=SUM(G2:G3)", None, 3500))(
        random.Random(), ""
    )
    texts = ordinary(3)
    lines = document("".join(paragraph(line) for text in texts for line in text.split("\n")))
    rows = (
        "<w:tbl>"
        + row("序号", "姓名", "等级")
        + row("1", "测试甲", "技师")
        + row("2", "测试乙", "技师")
        + "</w:tbl>"
    )
    core = b"<c><created>2026-11-22T05:45:31Z</created><modified>2026-11-22T05:46:02Z</modified></c>"
    assert not isinstance(whole, str)
    return [whole, ("公示.docx", lines), ("名单.docx", document(rows, docProps__core_dot_xml=core)),
            ("a.pdf", pdf("Publicity from 2025-06-11 to 2025-06-17", "Telephone 0571-83712123", title="List 2025")),
            ("a.csv", "序号,姓名,课时,人数,金额\n1,测试甲,15,2000,13905\n2,测试乙,15,2000,71123\n".encode()),
            ("a.txt", texts[0].encode("gb18030"))]  # fmt: skip
