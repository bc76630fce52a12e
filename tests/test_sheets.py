"""Sheets as rows: counted as the spreadsheet counts."""

import io

import pytest
import xlsxwriter

from jiangli import sheets


def test_empty_rows_above_count() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_row(2, 1, ["姓名", "等级"])
    rows = sheets.rows(buffer.getvalue(), heading="姓名")
    assert [list(row) for row in rows] == [["", "", ""], ["", "", ""], ["", "姓名", "等级"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("cut", [",", "\t"])
def test_text_in_any_of_the_usual_dresses(encoding: str, cut: str) -> None:
    text = f"名单\n姓名{cut}等级\n测试甲{cut}技师\n"
    assert sheets.rows(text.encode(encoding), heading="姓名")[1:] == [["姓名", "等级"], ["测试甲", "技师"]]


@pytest.mark.parametrize("content", [b"PK\x03\x04 none", b"\0\0", b"\xff\xfe\x00", b"x" * 200_000])
def test_what_is_no_sheet_is_said_so(content: bytes) -> None:
    with pytest.raises(sheets.NoSheet):
        sheets.rows(content, heading="姓名")
