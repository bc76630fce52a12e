"""Ways of hiding a personal number in a text, and ordinary texts without any: for the guard's tests and its drill."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from jiangli.registers.card_numbers import passes_luhn
from jiangli.registers.identity_numbers import check_character

Hidden = tuple[str, bytes] | str  # a file by its name, or a text
Way = Callable[[random.Random, str], Hidden]

AROUND = ("经审核，下列人员符合条件：{}。", "测试甲 {} 杭州测试机械有限公司", "{}",
          "公示如下\n测试乙，{}，省级一等奖\n特此公示",
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
        f"地址：市心中路 {rng.randrange(1, 999)} 号 {rng.randrange(100, 999)} 室，邮编 311200。",
        f"监督电话 12345、12333，转 {rng.randrange(10, 99)}。",
        f"一、对象：{year}年1月1日至{year}年12月31日取得证书的职工。二、标准：三级 {each} 元、二级 {each * 2} 元。",
        f"高级工（三级）{rng.randrange(1, 99)} 人，技师（二级）{rng.randrange(1, 50)} 人，高级技师（一级）3 人。",
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
