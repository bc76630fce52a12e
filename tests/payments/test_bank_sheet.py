"""The channel alone: what can be read from the files that banks send, and what is refused."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter

from jiangli.payments.channels.bank_sheet import BankSheet, day, fen
from jiangli.payments.channels.contract import Result
from jiangli.refused import Refused

HEAD = "参考号,户名,金额,结果,原因,日期"
MOMENT = datetime(2025, 6, 10, 15, 30)  # noqa: DTZ001  a cell knows no zone
ROW = "PABC,测试甲,600.00,成功,,2025-06-10"


def read(text, encoding="utf-8"):
    return BankSheet().read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", "\t"])
def test_csv_in_any_of_the_usual_dresses(encoding, comma):
    (answer,) = read(f"银行回单\r\n\r\n{HEAD}\r\n{ROW}\r\n".replace(",", comma), encoding)
    assert (answer.row, answer.reference, answer.name) == (4, "PABC", "测试甲")
    assert (answer.amount_fen, answer.result, answer.day) == (60_000, Result.PAID, date(2025, 6, 10))


def test_a_workbook_with_numbers_and_real_dates():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(1, 0, ["日期", "参考号", "金额（元）", " 户 名 ", "状态", "失败原因"])
        page.write_datetime(2, 0, MOMENT, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        page.write_row(2, 1, ["pabc", 1234.56, "测试甲", "退票", "销户"])
    (answer,) = BankSheet().read(buffer.getvalue())
    assert (answer.row, answer.reference, answer.amount_fen) == (3, "PABC", 123_456)
    assert (answer.result, answer.reason, answer.day) == (Result.RETURNED, "销户", date(2025, 6, 10))


def test_empty_rows_and_totals_are_no_answers_but_nameless_rows_are():
    answers = read(f"{HEAD}\n,,,,,\n{ROW}\n,测试乙,1.00,成功,,\n,合计,,,,\n总计,,601.00\n")
    assert [answer.reference for answer in answers] == ["PABC", ""]


@pytest.mark.parametrize("name", ["参考号", "户名", "金额", "结果", "原因", "日期"])
def test_a_missing_column_is_named(name):
    headings = HEAD.replace(name, "别的")
    with pytest.raises(Refused, match=name):
        read(f"{headings}\n{ROW}")


def test_a_column_that_stands_twice_is_refused():
    with pytest.raises(Refused, match=r"结果.*twice"):
        read(f"{HEAD},状态\n{ROW},失败")


def test_headings_alone_are_no_answer():
    with pytest.raises(Refused, match="no lines"):
        read(HEAD)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 no workbook",
        b"\xff\xfe\x00\x01\x02\xff",
        b"\0\0\0\0",
        f"{HEAD}\n".encode() + b"x" * 200_000,
    ],
)
def test_what_is_no_sheet_is_refused(content):
    with pytest.raises(Refused, match="cannot be opened"):
        BankSheet().read(content)


def test_a_file_too_large_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(Refused, match="too large"):
        read(HEAD)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("600", 60_000),
        ("1,200.00", 120_000),
        ("￥1,200.5 元", 120_050),
        ("６００．００", 60_000),
        (600, 60_000),
        (0.29, 29),
        (1234.56, 123_456),
        (0.1 + 0.2, 30),
        (600.0000000001, 60_000),
        ("600.001", None),
        ("-600", None),
        ("0", None),
        ("1,2,00", None),
        ("1e3", None),
        ("NaN", None),
        ("", None),
        (True, None),
        ("9" * 30, None),
    ],
)
def test_amounts_to_the_fen(cell, amount):
    assert fen(cell) == amount


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (date(2025, 6, 1), date(2025, 6, 1)),
        (MOMENT, date(2025, 6, 10)),
        ("2025-06-01", date(2025, 6, 1)),
        ("2025/6/1 08:00:00", date(2025, 6, 1)),
        ("2025.06.01", date(2025, 6, 1)),
        ("2025年6月1日", date(2025, 6, 1)),
        ("20250601", date(2025, 6, 1)),
        (20250601.0, date(2025, 6, 1)),
        ("2025-02-30", None),
        ("2025111", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_days(cell, found):
    assert day(cell) == found
