"""The papers to play by, under ``var``: who can sign in, who is worth trying, a list to import."""

import csv
import os
from pathlib import Path

from django.conf import settings

from jiangli.demo import organisations
from jiangli.demo.cases import Told
from jiangli.demo.people import Row, Somebody

LEVELS = {"special_technician": "特级技师", "chief_technician": "首席技师"}


def write(name: str, text: str) -> Path:
    """Write a private file under ``var``."""
    path = Path(settings.VAR) / name
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        out.write(text)
    return path


def sign_ins(rows: list[tuple[str, str, str, str]]) -> str:
    """The officers as a table."""
    return "".join(f"  {username:<12} {password}   {who}：{does}\n" for username, password, who, does in rows)


def people(worth_trying: list[Somebody], told: list[Told]) -> str:
    """The people worth trying, and cases that can be looked up."""
    lines = ["试用的人（都是编的；登录时填各人自己的手机号，验证码在 worker 的屏幕上）", ""]
    for who in worth_trying:
        number = who.certificate["number"] if who.certificate else "—"
        lines += [
            f"{who.member['name']}",
            f"    身份证 {who.member['id_number']}  手机 {who.member['phone']}  证书 {number}",
            f"    {who.story}",
        ]
    lines += ["", "查进度（身份证号 + 查询密码）"]
    lines += [f"    {case.name}  {case.id_number}  {case.password}  受理编号 {case.number}" for case in told]
    lines += organisations.told()
    lines += ["", "名单导入（hz-jingban）：var/list-of-chief-technicians.csv", ""]
    return "\n".join(lines)


def chief_list(rows: list[Row]) -> str:
    """The list as a sheet to import; its last row has a fault."""
    import io

    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["姓名", "身份证号", "等级", "证书编号", "发证日期"])
    for row in rows:
        member = row["member"]
        sheet.writerow([member["name"], member["id_number"], LEVELS[row["level"]], row["number"], row["on"]])
    sheet.writerow(["名单写错", "339999199001010000", "首席技师", "", ""])
    return out.getvalue()
