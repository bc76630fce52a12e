"""The carrier's file: what is wrong in it is named, with what to write; the commands and the check that read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from carriers import FILE
from django.core.management import CommandError, call_command

from jiangli.correspondence.carrier import CarrierFault, cannot_send, missing_templates, read
from jiangli.correspondence.checks import carrier_is_right
from jiangli.correspondence.texts import texts

GOOD = FILE.format(url="https://sms.example.org/send")
ALL = "\n".join(f'"{event}" = {{ id = "T", version = "{text.version}" }}' for event, text in texts().items())


def test_a_good_file_is_read() -> None:
    carrier = read(GOOD, "carrier.toml")
    assert carrier.needs_template and carrier.templates["application.withdrawn"].id == "SMS_1"
    assert carrier.receipts.delivered == {"DELIVRD"} and carrier.receipts.header == "X-Receipt-Secret"
    assert len(missing_templates(carrier)) == len(texts()) - 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("https://", "http://"), "begin it with https"),
        (('"{phone}"', '"1"'), "nothing in it is {phone}"),
        (('"{template}"', '"x"'), "say {text}, or {template}"),
        (('templates = "required"', ""), 'write "required"'),
        (("timeout = 1", "timeout = 0"), "seconds, 1 to 60"),
        (("timeout = 1", 'method = "GET"'), "write POST or PUT"),
        (("timeout = 1", 'encoding = "xml"'), "write json or form"),
        (("timeout = 1", "colour = 1"), "http.colour: take it out"),
        (("[http.headers]", "[colour]"), "Take out colour"),
        (('field = "code"\nis = ["OK"]', "is = [1]"), "name the field"),
        (("status = [200]", "state = [200]"), "http.accepted 1: write status"),
        (('"application.withdrawn"', '"application.gone"'), 'no event "application.gone"'),
        (('"SMS_1"', '{ version = "x" }'), "write the carrier's id"),
        (('list = "reports"', 'list = ["reports"]'), "receipts.list: write a text"),
        (('list = "reports"', 'lists = "reports"'), "receipts.lists: take it out"),
        (('delivered = ["DELIVRD"]', 'delivered = "DELIVRD"'), "receipts.delivered: write a list"),
        (("timeout = 1", "timeout ="), "line"),
    ],
)
def test_what_is_wrong_is_named(change: tuple[str, str], says: str) -> None:
    with pytest.raises(CarrierFault) as fault:
        read(GOOD.replace(*change), "carrier.toml")
    assert says in str(fault.value) and str(fault.value).startswith("carrier.toml: ")


def test_the_file_of_the_guide_is_right() -> None:
    guide = Path(__file__).parents[2] / "docs/how-to/connect-an-sms-carrier.md"
    content = guide.read_text("utf-8").split("```toml carrier.toml")[1].split("```")[0]
    carrier = read(content, "carrier.toml")
    event = "application.withdrawn"
    assert cannot_send(carrier, event, texts()[event].version) == ""


def files(tmp_path: Path, content: str) -> str:
    file = tmp_path / "carrier.toml"
    file.write_text(content, "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("gateways", "content", "secret", "found"),
    [
        (["console"], None, "", []),
        (["pigeon"], None, "", ["correspondence.E001"]),
        (["http"], None, "", ["correspondence.E003"]),
        (["console"], "[http]", "", ["correspondence.E002"]),
        (["http"], GOOD, "", ["correspondence.E004"]),
        (["http"], GOOD, "hush", ["correspondence.W001"] * (len(texts()) - 1)),
        (["http"], GOOD[: GOOD.index("[templates]")] + f"[templates]\n{ALL}", "hush", []),
    ],
)
def test_the_check_names_it_before_a_message_is_lost(
    settings: Any, tmp_path: Path, gateways: list[str], content: str | None, secret: str, found: list[str]
) -> None:
    settings.MESSAGE_GATEWAYS, settings.CARRIER_SECRET = gateways, secret
    settings.CARRIER = files(tmp_path, content) if content else None
    assert [problem.id for problem in carrier_is_right()] == found


def test_the_texts_are_printed_to_be_registered(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CARRIER = None
    call_command("templates")
    printed = capsys.readouterr().out
    head = GOOD[: GOOD.index("[templates]")]
    filled = printed.replace('id = ""', 'id = "T"')
    settings.CARRIER = files(tmp_path, f"{head}[templates]\n{filled}")
    call_command("templates", "--check")
    assert f"{len(texts())} texts can go out." in capsys.readouterr().out


def test_a_text_that_cannot_go_out_is_named(settings: Any, tmp_path: Path) -> None:
    settings.CARRIER = files(tmp_path, GOOD)
    with pytest.raises(CommandError, match=r"payment\.paid: register its text"):
        call_command("templates", "--check")
    settings.CARRIER = str(tmp_path / "none.toml")
    with pytest.raises(CommandError, match=r"none\.toml"):
        call_command("templates")
