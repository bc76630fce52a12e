"""Ways of hiding a personal number in what is put up, and ordinary texts without any: for the guard's tests and drill."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from collections.abc import Callable
from html import escape
from itertools import product

import xlsxwriter
from PIL import Image, ImageDraw

from jiangli.registers.card_numbers import passes_luhn
from jiangli.registers.identity_numbers import check_character

Hidden = tuple[str, bytes] | str  # a file by its name, or a text
Way = Callable[[random.Random, str], Hidden]

AROUND = ("经审核，下列人员符合条件：{}。", "测试甲 {} 杭州测试机械有限公司", "{}", "公示如下\n测试乙，{}，省级一等奖\n特此公示",
          "联系{}，谢谢", "名单：\n1. 测试甲（{}）\n2. 测试乙")  # fmt: skip
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
SOLID = "⓿❶❷❸❹❺❻❼❽❾"


def digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def identity(rng: random.Random) -> str:
    born = f"{rng.randrange(1955, 2008)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    front = f"339999{born}{rng.randrange(1000):03}"
    return front + check_character(front)


def old_identity(rng: random.Random) -> str:
    return f"339999{rng.randrange(40, 90)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{rng.randrange(1000):03}"


def card(rng: random.Random) -> str:
    front = rng.choice(["622202", "621700", "621483", "623058", "436742", "955880"])
    front += digits(rng, rng.choice([16, 19]) - 1 - len(front))
    return next(front + last for last in "0123456789" if passes_luhn(front + last))


def mobile(rng: random.Random) -> str:
    return f"1{rng.randrange(3, 10)}{digits(rng, 9)}"


NUMBERS = {"identity": identity, "old identity": old_identity, "card": card, "mobile": mobile}


def mapped(signs: str) -> Callable[[str], str]:
    """Every digit by the sign in its place; an X stays."""
    return lambda number: "".join(signs[int(c)] if c.isdecimal() else c for c in number)


def cut(rng: random.Random, number: str) -> list[str]:
    """In three or four pieces, none of a single sign, as people write them."""
    shapes = {11: ((3, 4, 4), (4, 4, 3), (5, 6), (7, 4)), 18: ((6, 8, 4), (6, 4, 4, 4), (9, 9)),
              15: ((6, 6, 3), (5, 5, 5)), 16: ((4, 4, 4, 4), (8, 8)), 19: ((4, 4, 4, 4, 3), (6, 13))}  # fmt: skip
    pieces, at = [], 0
    for size in rng.choice(shapes[len(number)]):
        pieces.append(number[at : at + size])
        at += size
    return pieces


def text(write: Callable[[random.Random, str], str]) -> Way:
    def way(rng: random.Random, number: str) -> str:
        return rng.choice(AROUND).format(write(rng, number))

    return way


def between(glue: str) -> Way:
    return text(lambda rng, number: glue.join(number))


def pieces_with(*glues: str) -> Way:
    return text(lambda rng, number: rng.choice(glues).join(cut(rng, number)))


def alike(rng: random.Random, number: str) -> str:
    """Letters for some of the digits, as eyes read them."""
    letters = {"0": "OoО", "1": "lI|", "5": "S", "8": "B", "2": "Z"}
    return "".join(rng.choice(letters[c]) if c in letters and rng.random() < 0.6 else c for c in number)


def mixed(rng: random.Random, number: str) -> str:
    signs = ["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", CIRCLED, "零壹贰叁肆伍陆柒捌玖"]
    return "".join(rng.choice(signs)[int(c)] if c.isdecimal() else c for c in number)


TEXTS: dict[str, Way] = {
    "plain": text(lambda rng, n: n),
    "full-width": text(lambda rng, n: mapped("０１２３４５６７８９")(n)),
    "Chinese numerals": text(lambda rng, n: mapped("〇一二三四五六七八九")(n)),
    "Chinese numerals, 零": text(lambda rng, n: mapped("零一二三四五六七八九")(n)),
    "Chinese numerals, as spoken": text(lambda rng, n: mapped("洞幺两三四五六拐八勾")(n)),
    "numerals of contracts": text(lambda rng, n: mapped("零壹贰叁肆伍陆柒捌玖")(n)),
    "circled": text(lambda rng, n: mapped(CIRCLED)(n)),
    "circled, solid": text(lambda rng, n: mapped(SOLID)(n)),
    "in brackets": text(lambda rng, n: "".join(f"({c})" for c in n)),
    "mathematical": text(lambda rng, n: mapped("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")(n)),
    "Arabic": text(lambda rng, n: mapped("٠١٢٣٤٥٦٧٨٩")(n)),
    "superscript": text(lambda rng, n: mapped("⁰¹²³⁴⁵⁶⁷⁸⁹")(n)),
    "key caps": text(lambda rng, n: "".join(f"{c}\ufe0f\u20e3" for c in n)),
    "struck through": text(lambda rng, n: "".join(f"{c}\u0336" for c in n)),
    "mixed signs": text(mixed),
    "letters alike": text(alike),
    "letters alike, in pieces": text(lambda rng, n: " ".join(cut(rng, alike(rng, n)))),
    "blanks between": between(" "),
    "dots between": between("."),
    "hyphens between": between("-"),
    "commas between": between("，"),
    "stars between": between("*"),
    "zero-width between": between("\u200b"),
    "joiners between": between("\u2060"),
    "soft hyphens between": between("\u00ad"),
    "directions between": between("\u202a"),
    "ideographic blanks between": between("\u3000"),
    "each on a line": between("\n"),
    "pieces": pieces_with(" ", "-", ".", "  ", " - ", "_", "/", "·", "—", "~", "、", "\u00a0"),
    "pieces in brackets": text(lambda rng, n: "".join(f"【{piece}】" for piece in cut(rng, n))),
    "pieces over lines": pieces_with("\n", "\n\n", " \r\n", "\u2028"),
    "pieces over cells": pieces_with("\t", "\t\t"),
    "pieces with slashes": pieces_with("\\", "//", "|"),
    "with country code": text(lambda rng, n: f"+86 {n}"),
    "after a letter": text(lambda rng, n: f"T{n}"),
    "before a word": text(lambda rng, n: f"{n}号"),
    "HTML escapes": text(lambda rng, n: "".join(f"&#{ord(c)};" for c in n)),
    "URL escapes": text(lambda rng, n: "".join(f"%{ord(c):02X}" for c in n)),
    "escapes of code": text(lambda rng, n: "".join(f"\\u{ord(c):04x}" for c in n)),
    "Base64": text(lambda rng, n: base64.b64encode(n.encode()).decode()),
    "covered in the middle": text(lambda rng, n: f"{n[:4]}{'*' * (len(n) - 8)}{n[-4:]}"),
    "as a telephone link": text(lambda rng, n: f"tel:{n}"),
}  # fmt: skip


# --- files


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
            (1, "测试甲", "杭州测试机械有限公司", "", "", "", 2000), (2, "测试乙", "钱塘测试电子有限公司", "", "", "", 1500)]  # fmt: skip
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
               f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R{more}>>",
               "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               f"<</Length {len(stream)}>>stream\n{stream}\nendstream", f"<</Title({title})>>"]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{one}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 7\n0000000000 65535 f \n{table}trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )  # noqa: E501


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


# --- ordinary texts


def ordinary(count: int, seed: int = 20250611) -> list[str]:
    """What officers put up, without a number of anybody."""
    rng = random.Random(seed)
    return [_ordinary(rng) for _ in range(count)]


def _ordinary(rng: random.Random) -> str:
    month, first, people = rng.randrange(1, 13), rng.randrange(1, 22), rng.randrange(2, 200)
    each, year = rng.choice([300, 500, 800, 1000, 1500, 2000, 3000, 10000, 20000]), rng.choice([2025, 2026])
    phone = f"8{rng.randrange(1, 9)}{digits(rng, 6)}"
    sentences = [
        f"根据萧人社〔{year}〕{rng.randrange(1, 90)}号和杭总工发〔2022〕{rng.randrange(1, 60)}号文件，现予公示。",
        f"公示期为{year}年{month}月{first}日至{month}月{first + 6}日（5 个工作日）。",
        f"公示时间：{year}-{month:02}-{first:02} 至 {year}.{month}.{first + 6}，每天 9:00-17:30。",
        f"拟发放 {people} 人，每人 {each} 元，合计 {people * each:,}.00 元。",
        f"共{people}人，{people * each}元，其中区级承担{people * each // 2}元，占50%。",
        f"联系电话：{phone}、0571-{phone}；传真 0571 {phone}。",
        f"联系电话 0571-{phone}，（0571）{phone}，0571{phone}。",
        f"地址：萧山区市心中路 {rng.randrange(1, 999)} 号 {rng.randrange(1, 20)} 楼 {rng.randrange(100, 999)} 室，邮编 311200。",
        f"监督电话 12345、12333，转 {rng.randrange(10, 99)}。",
        f"一、对象：{year}年1月1日至{year}年12月31日期间取得证书的职工。二、标准：三级 {each} 元、二级 {each * 2} 元。",
        f"技能等级：高级工（三级）{rng.randrange(1, 99)} 人，技师（二级）{rng.randrange(1, 50)} 人，高级技师（一级）3 人。",
        f"第{rng.choice('一二三四五六七八九')}批共二百三十{rng.choice('一二三四五六七八九')}人，名单见附件 1、2、3。",
        f"二〇{rng.choice(['二五', '二六'])}年十{rng.choice('一二')}月{rng.choice(['三', '十五', '二十一'])}日",
        f"{each}、{each * 2}、{each * 3}、{each * 5} 元四档。",
        f"{year - 2}、{year - 1}、{year} 三个年度；{year - 1}-{year} 学年。",
        f"1 测试甲 杭州测试机械有限公司 焊接技术 {each:,} 元\n2 测试乙 钱塘测试电子有限公司 数控车 {each * 2:,} 元",
        "培训 80 学时，考核 85.5 分以上，合格率 98.6%。",
        "登录 https://www.example.test/art/2025/6/10/ 查看。",
        "Level III, 3 skilled workers of COOL Tools Ltd, room 305.",
    ]  # fmt: skip
    return "\n".join(rng.sample(sentences, rng.randrange(3, 8)))


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
            ("a.csv", "序号,姓名,课时,人数,标准,金额\n1,测试甲,15,2000,30000,13905\n2,测试乙,15,2000,30000,71123\n".encode()),
            ("a.txt", texts[0].encode("gb18030"))]  # fmt: skip
