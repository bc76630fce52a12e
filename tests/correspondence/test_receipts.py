"""Receipts: by the carrier's post and by file, once and again, known and unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from carriers import FILE
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jiangli.audit.models import Event
from jiangli.correspondence import gateways, tasks
from jiangli.correspondence.actions import tell
from jiangli.correspondence.gateways import InDoubt, Letter
from jiangli.correspondence.models import Message
from jiangli.refused import Unavailable

PHONE = "13900000001"
pytestmark = pytest.mark.django_db


class Carrier:
    """Takes every message under the reference C-1, or does as it is told."""

    trouble: Exception | None = None

    def send(self, letter: Letter) -> str:
        if Carrier.trouble:
            raise Carrier.trouble
        return "C-1"


@pytest.fixture(autouse=True)
def installation(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    Carrier.trouble = None
    monkeypatch.setitem(gateways.GATEWAYS, "carrier", Carrier)
    file = tmp_path / "carrier.toml"
    file.write_text(FILE.format(url="https://sms.example.org/send"), "utf-8")
    settings.MESSAGE_GATEWAYS, settings.CARRIER = ["carrier"], str(file)
    settings.RECEIPT_SECRET = "whisper"
    yield


@pytest.fixture
def message(at: datetime) -> Message:
    values = {"number": "XS-2025-00001", "programme": "试验"}
    return sent(tell("application.withdrawn", phone=PHONE, once="a", at=at, **values))


def sent(message: Message) -> Message:
    tasks.deliver.call(str(message.pk))
    message.refresh_from_db()
    return message


def post(*reports: dict[str, Any], secret: str = "whisper", **more: Any) -> Any:
    content = more.pop("content", json.dumps({"reports": reports}))
    return Client(enforce_csrf_checks=True).post(
        reverse("correspondence:receipts"), content, "application/json", headers={"X-Receipt-Secret": secret}
    )


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.trouble


def test_delivered_by_our_reference_and_by_the_carriers(message: Message, at: datetime) -> None:
    assert post({"reference": str(message.pk), "status": "DELIVRD"}).json() == {
        "changed": 1, "passed_over": 0, "unknown": [],
    }  # fmt: skip
    assert state(message) == ("delivered", "") and message.sent_at and message.ended_at
    other = sent(tell("phone.changed", phone=PHONE, once="b", at=at, tail="0001"))
    Message.objects.filter(pk=other.pk).update(carrier_reference="C-2")
    assert post({"id": "C-2", "status": "UNDELIV", "reason": "关机 13900000001"}).json()["changed"] == 1
    assert state(other) == ("failed", "关机 …0001")


def test_a_receipt_that_comes_again_changes_nothing(message: Message) -> None:
    report = {"reference": str(message.pk), "status": "DELIVRD"}
    late = {"reference": str(message.pk), "status": "UNDELIV", "reason": "too late"}
    assert post(report, report, late).json() == {"changed": 1, "passed_over": 2, "unknown": []}
    assert post(report).json() == {"changed": 0, "passed_over": 1, "unknown": []}
    assert state(message) == ("delivered", "")
    assert Event.objects.filter(name="message.delivered").count() == 1


def test_what_was_in_doubt_is_settled_by_its_receipt(at: datetime) -> None:
    Carrier.trouble = InDoubt("nothing came")
    message = sent(tell("phone.changed", phone=PHONE, once="b", at=at, tail="0001"))
    assert state(message) == ("failed", tasks.UNKNOWN)
    post({"reference": str(message.pk), "status": "DELIVRD"})
    assert state(message) == ("delivered", "")


def test_a_receipt_ends_a_message_that_was_to_be_tried_again(at: datetime) -> None:
    Carrier.trouble = Unavailable("busy")
    message = sent(tell("phone.changed", phone=PHONE, once="b", at=at, tail="0001"))
    assert state(message)[0] == "waiting"
    post({"reference": str(message.pk), "status": "DELIVRD"})
    Carrier.trouble = None
    assert sent(message).state == "delivered" and message.tries == 1


def test_an_unknown_reference_is_told_and_changes_nothing(message: Message, at: datetime) -> None:
    unsent = tell("phone.changed", phone=PHONE, once="b", at=at, tail="0001")
    twin = sent(tell("phone.changed", phone=PHONE, once="c", at=at, tail="0001"))
    assert twin.carrier_reference == message.carrier_reference == "C-1"
    strange = [str(uuid4()), "not one of ours", str(unsent.pk)]
    reports = [{"reference": each, "status": "DELIVRD"} for each in strange]
    answer = post(
        *reports, {"id": "C-1", "status": "DELIVRD"}, {"reference": str(message.pk), "status": "SENT"}
    )
    assert answer.status_code == 200
    assert answer.json() == {"changed": 0, "passed_over": 1, "unknown": [*strange, "C-1"]}
    assert {each.state for each in Message.objects.all()} == {"sent", "waiting"}


def test_only_who_knows_the_secret(message: Message, settings: Any) -> None:
    report = {"reference": str(message.pk), "status": "DELIVRD"}
    for wrong in ("", "whispered", "wh\u00efsper"):
        assert post(report, secret=wrong).status_code == 403
    assert state(message)[0] == "sent"
    settings.RECEIPT_SECRET = ""
    assert post(report, secret="").status_code == 404
    assert Client().get(reverse("correspondence:receipts")).status_code == 405


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<xml/>", "not JSON"),
        (b"\xff", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"reports": [1]}', "Receipt 1 is not an object"),
        ('{"reports": [{"status": "DELIVRD"}]}', "names no message"),
        ('{"reports": [{"reference": "\\u0000", "status": "DELIVRD"}]}', "names no message"),
        ('{"reports": [{"reference": "a"}]}', "has no state"),
        ('{"reports": [' + ",".join(['{"reference": "a", "status": "b"}'] * 1001) + "]}", "at most 1000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(message: Message, content: Any, says: str) -> None:
    answer = post(content=content)
    assert answer.status_code == 400 and says in answer.json()["fault"]
    assert state(message)[0] == "sent"


def test_receipts_from_a_file(
    message: Message, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CARRIER = None
    file = tmp_path / "receipts.jsonl"
    lines = [
        {"reference": str(message.pk), "state": "failed", "reason": "空号"},
        {"id": "C-7", "state": "delivered"},
    ]
    file.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    call_command("receipts", str(file))
    assert state(message) == ("failed", "空号")
    assert capsys.readouterr().out == "1 changed, 0 passed over\nnot ours, nothing done: C-7\n"
    call_command("receipts", str(file))
    assert capsys.readouterr().out.startswith("0 changed, 1 passed over")
    for wrong in (tmp_path / "none", Path(__file__)):
        with pytest.raises(CommandError):
            call_command("receipts", str(wrong))


def test_a_code_is_emptied_also_by_its_receipt(at: datetime) -> None:
    Carrier.trouble = Unavailable("busy")
    message = sent(tell("phone.code", phone=PHONE, once="b", at=at, code="123456", minutes=10))
    assert "123456" in message.text
    post({"reference": str(message.pk), "status": "DELIVRD"})
    message.refresh_from_db()
    assert (message.text, message.values) == ("", "")
