"""The HTTP gateway against a carrier that accepts, refuses, keeps silent or hangs up."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from carriers import FILE, Server, carrier

from jiangli.correspondence import http, tasks
from jiangli.correspondence.actions import tell
from jiangli.correspondence.carrier import carrier_of
from jiangli.correspondence.gateways import InDoubt, Letter, Undeliverable
from jiangli.correspondence.models import Message
from jiangli.correspondence.texts import text_for
from jiangli.refused import Unavailable

PHONE = "13900000001"
LETTER = Letter(
    "ref-1", "application.withdrawn", PHONE, "【匠励】试验", "v", {"number": "1", "programme": "试“验”"}
)


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[Server]:
    with carrier() as server:
        file = tmp_path / "carrier.toml"
        file.write_text(FILE.format(url=server.url), "utf-8")
        settings.CARRIER, settings.CARRIER_SECRET = str(file), "hush"
        settings.MESSAGE_GATEWAYS = ["http"]
        yield server


def test_what_the_carrier_is_sent(server: Server) -> None:
    server.answers = [(200, {"code": "OK", "data": {"id": 4711}})]
    assert http.Http().send(LETTER) == "4711"
    ((headers, body),) = server.came
    assert headers["Authorization"] == "Bearer hush" and PHONE not in str(headers)
    assert json.loads(body) == {
        "to": PHONE,
        "template": "SMS_1",
        "values": {"number": "1", "programme": "试“验”"},
        "order": ["1", "试“验”"],
        "ours": "ref-1",
        "sign": {"name": "匠励", "note": "for ref-1"},
    }


def test_a_form_holds_the_values_as_json(server: Server, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "form.toml"
    content = FILE.format(url=server.url).replace("[http]", '[http]\nencoding = "form"')
    file.write_text(content.replace('"{list}"', '"{values_json}"'), "utf-8")
    settings.CARRIER = str(file)
    http.Http().send(LETTER)
    form = parse_qs(server.came[0][1].decode())
    assert json.loads(form["values"][0]) == json.loads(form["order"][0]) == dict(LETTER.values)
    assert form["to"] == [PHONE]


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        ((200, {"code": "FLOW", "message": "too fast"}), Unavailable, "too fast"),
        ((500, {"code": 17}), Unavailable, "HTTP 500"),
        ((429, b""), Unavailable, "HTTP 429"),
        ((403, {"message": "wrong key"}), Unavailable, "wrong key"),
        ((200, {"code": "BLACK", "message": "13900000001 is barred"}), Undeliverable, "…0001 is barred"),
        ((400, b"not JSON"), Undeliverable, "HTTP 400"),
        ((200, b"<html>"), InDoubt, "HTTP 200"),
        ((200, {"other": 1}), InDoubt, "HTTP 200"),
        ((302, b""), InDoubt, "HTTP 302"),
        ((409, b""), InDoubt, "HTTP 409"),
        ((502, b""), InDoubt, "HTTP 502"),
        (("drop", None), InDoubt, "did not answer"),
        (("hang", None), InDoubt, "did not answer"),
    ],
)
def test_what_an_answer_means(server: Server, answer: Any, outcome: type[Exception], says: str) -> None:
    server.answers = [answer]
    with pytest.raises(outcome, match=says) as trouble:
        http.Http().send(LETTER)
    assert PHONE not in str(trouble.value) and len(server.came) == 1


def test_a_carrier_that_is_not_there_took_nothing(server: Server, settings: Any, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        file = tmp_path / "away.toml"
        file.write_text(FILE.format(url=address), "utf-8")
        settings.CARRIER = str(file)
        with pytest.raises(Unavailable, match="cannot be reached"):
            http.Http().send(LETTER)


@pytest.mark.parametrize(
    ("templates", "says"),
    [
        ('"payment.paid" = "SMS_2"', "register its text with the carrier"),
        ('"application.withdrawn" = { id = "SMS_1", version = "000000000000" }', "register it again"),
    ],
)
def test_without_the_template_of_this_version_nothing_is_sent(
    server: Server, settings: Any, tmp_path: Path, templates: str, says: str
) -> None:
    file = tmp_path / "late.toml"
    content = FILE.format(url=server.url)
    file.write_text(content[: content.index('"application.withdrawn"')] + templates, "utf-8")
    settings.CARRIER = str(file)
    with pytest.raises(Unavailable, match=says):
        http.Http().send(LETTER)
    assert not server.came


def test_without_a_file_nothing_is_sent(settings: Any) -> None:
    settings.CARRIER = None
    assert not carrier_of(None).sends
    with pytest.raises(Unavailable, match="JIANGLI_CARRIER"):
        http.Http().send(LETTER)


@pytest.mark.django_db
def test_a_message_goes_out_with_its_template_and_values(
    server: Server, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = [(503, {"code": "FLOW"}), (200, {"code": "OK", "data": {"id": "C-9"}})]
    values = {"number": "XS-2025-00001", "programme": "试验"}
    message = tell("application.withdrawn", phone=PHONE, once="a", at=at, **values)
    with caplog.at_level(logging.DEBUG):
        for _try in range(3):
            tasks.deliver.call(str(message.pk))
    message = Message.objects.get()
    assert (message.state, message.tries, message.carrier_reference) == ("sent", 2, "C-9")
    assert [body["ours"] for body in server.bodies] == [str(message.pk)] * 2
    assert server.bodies[1]["values"] == values
    assert message.wording and message.wording.version == text_for("application.withdrawn").version
    assert PHONE not in caplog.text and "hush" not in caplog.text
