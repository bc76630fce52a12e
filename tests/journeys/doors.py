"""How people come in: a claimant with a phone, an officer with a password; and what they carry."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image
from windows import Window

from jiangli.accounts.roles import Role
from stories import officer

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def photograph(name: str) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (1240, 880), "#f6eedd").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def file(name: str, content: bytes, kind: str = SHEET) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


def code_sent_to(phone: str) -> str:
    """The newest code in the outbox for a phone."""
    lines = [
        line
        for file in sorted(Path(settings.OUTBOX).glob("*.jsonl"))
        for line in file.read_text().splitlines()
    ]
    rows = [json.loads(line) for line in lines]
    text = next(
        row["text"] for row in reversed(rows) if row["phone"] == phone and row["event"] == "phone.code"
    )
    return "".join(c for c in text.split("验证码")[1] if c.isdigit())[:6]


def come_in(window: Window, phone: str, name: str, number: str, work: Callable[[], None]) -> None:
    """Sign in with phone, code, name and number; the pages were looked at in the worker's own journey."""
    window.open("/sign-in/")
    window.page.get_by_label("手机号").fill(phone)
    window.press("发验证码")
    work()
    window.page.get_by_label("验证码").fill(code_sent_to(phone))
    window.press("继续")
    window.page.get_by_label("姓名").fill(name)
    window.page.get_by_label("身份证号").fill(number)
    window.press("继续")


def act_for(window: Window, organisation: str) -> None:
    """Act for an organisation from here on."""
    window.open("/organisations/")
    window.page.get_by_label(organisation).check()
    window.look("for-whom")
    window.press("继续")


def desk_of(window: Callable[..., Window], agency: str, *roles: Role, name: str) -> Window:
    """An officer signed in."""
    user = officer(agency, *roles, name=name)
    desk = window(name)
    desk.open("/staff/")
    desk.page.locator("input[name=login]").fill(user.username)
    desk.page.locator("input[name=password]").fill("wanderlust-7")
    desk.page.locator("main button").first.click()
    desk.page.wait_for_url(re.compile("/staff/(?!account)"))
    return desk


def bring(window: Window, address: str, button: str, name: str, content: bytes, kind: str = SHEET) -> None:
    """Choose a file on the page at ``address`` and press ``button``."""
    if address:
        window.open(address)
    window.page.locator("input[type=file]").first.set_input_files(file(name, content, kind))
    window.press(button)


def download(window: Window, name: str) -> bytes:
    """What the link or button of this name downloads."""
    with window.page.expect_download() as taken:
        window.page.get_by_role("link", name=name).first.click()
    return Path(taken.value.path()).read_bytes()


def settled(window: Window) -> None:
    """The page looks again by itself until the worker is done."""
    window.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    window.page.wait_for_load_state()
