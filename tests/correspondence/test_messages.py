"""Messages: written once, sent at most once, tried again only where nothing was taken."""

import json
import logging
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jiangli.accounts.models import Agency, User
from jiangli.audit.models import Event
from jiangli.correspondence import gateways, tasks
from jiangli.correspondence.actions import send_phone_code, tell
from jiangli.correspondence.models import Message, MessageState
from jiangli.refused import Refused, Unavailable
from jiangli.registers.actions import identify
from jiangli.registers.models import Person

PHONE = "13900000001"
pytestmark = pytest.mark.django_db


class Recorder:
    """A gateway that remembers, and does as it is told."""

    sent: list[tuple[str, str]] = []
    trouble: Exception | None = None

    def send(self, reference: str, event: str, phone: str, text: str) -> None:
        Recorder.sent.append((phone, text))
        if Recorder.trouble:
            raise Recorder.trouble


@pytest.fixture(autouse=True)
def recorder(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Recorder]]:
    Recorder.sent, Recorder.trouble = [], None
    monkeypatch.setitem(gateways.GATEWAYS, "recorder", Recorder)
    settings.MESSAGE_GATEWAYS = ["recorder"]  # type: ignore[attr-defined]
    yield Recorder


def write(at: datetime, once: str = "a", phone: str = PHONE) -> Message:
    return tell(
        "application.withdrawn", phone=phone, once=once, at=at, number="XS-2025-00001", programme="试验"
    )


def run(message: Message) -> Message:
    tasks.deliver.call(str(message.pk))
    message.refresh_from_db()
    return message


def test_written_once(at: datetime) -> None:
    assert write(at) == write(at)
    assert Event.objects.filter(name="message.written").count() == 1


def test_queued_on_commit(at: datetime, django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[operator]
        write(at)
        write(at)
    assert len(callbacks) == 1


def test_sent_once_however_often_the_task_runs(at: datetime) -> None:
    message = write(at)
    run(message)
    assert run(message).state == MessageState.SENT and message.sent_at is not None
    assert len(Recorder.sent) == 1


def test_tried_again_only_when_nothing_was_taken(at: datetime) -> None:
    Recorder.trouble = Unavailable("busy")
    message = write(at)
    for tries in range(1, 5):
        assert (run(message).state, message.tries, message.trouble) == ("waiting", tries, "busy")
    assert run(message).state == MessageState.FAILED
    run(message)
    assert len(Recorder.sent) == 5


def test_an_undeliverable_message_is_closed(at: datetime) -> None:
    Recorder.trouble = gateways.Undeliverable("no such number")
    assert run(write(at)).state == MessageState.FAILED and len(Recorder.sent) == 1


def test_a_crash_in_between_is_never_sent_again(at: datetime) -> None:
    Recorder.trouble = RuntimeError("the plug was pulled")
    message = write(at)
    with pytest.raises(RuntimeError):
        run(message)
    assert run(message).state == MessageState.SENDING and len(Recorder.sent) == 1
    now = timezone.now()
    assert tasks.give_up(now=now) == 0
    assert tasks.give_up(now=now + timedelta(minutes=16)) == 1
    assert tasks.give_up(now=now + timedelta(minutes=16)) == 0
    assert run(message).state == MessageState.FAILED and len(Recorder.sent) == 1


def test_a_lost_task_is_queued_again(at: datetime) -> None:
    write(at)
    now = timezone.now()
    assert tasks.remind(now=now) == 0
    assert tasks.remind(now=now + timedelta(minutes=2)) == 1


def test_a_person_without_a_phone_reads_it_here(at: datetime) -> None:
    person = Person.objects.create(name="测试甲", id_number_index="x", id_number="x")
    message = tell("application.withdrawn", person=person, once="b", at=at, number="1", programme="试验")
    assert run(message).state == MessageState.KEPT and not Recorder.sent


def test_a_code_is_sent_and_not_kept(at: datetime, django_capture_on_commit_callbacks: object) -> None:
    row = send_phone_code("139 0000 0001", at=at)
    message = Message.objects.get(event="phone.code")
    assert row.phone == PHONE
    assert run(message).text == "" and "10 分钟" in Recorder.sent[0][1]


def test_a_phone_that_cannot_be_is_refused(at: datetime) -> None:
    with pytest.raises(Refused):
        send_phone_code("0571-83712123", at=at)


def test_nothing_personal_in_logs_and_audit(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run(write(at))
    told = caplog.text + "".join(str(event.details) for event in Event.objects.all())
    assert PHONE not in told and "XS-2025-00001" not in told


def test_the_file_is_private(settings: object, tmp_path: Path, at: datetime) -> None:
    settings.OUTBOX, settings.MESSAGE_GATEWAYS = tmp_path / "outbox", ["file"]  # type: ignore[attr-defined]
    run(write(at))
    (file,) = (tmp_path / "outbox").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["phone"] == PHONE


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_the_console_masks_outside_a_demonstration(
    settings: object, capsys: pytest.CaptureFixture[str], at: datetime, demo: bool, shown: bool
) -> None:
    settings.DEMO_DAY = at.date() if demo else None  # type: ignore[attr-defined]
    settings.MESSAGE_GATEWAYS = ["console"]  # type: ignore[attr-defined]
    run(write(at))
    assert (PHONE in capsys.readouterr().out) is shown


def test_a_failing_copy_does_not_count(
    settings: object, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    class Deaf:
        def send(self, reference: str, event: str, phone: str, text: str) -> None:
            raise Unavailable("deaf")

    monkeypatch.setitem(gateways.GATEWAYS, "deaf", Deaf)
    settings.MESSAGE_GATEWAYS = ["recorder", "deaf"]  # type: ignore[attr-defined]
    assert run(write(at)).state == MessageState.SENT


def test_an_officer_reads_the_messages_of_a_case_only(at: datetime) -> None:
    agency = Agency.objects.create(code="a", name="甲", short_name="甲", name_en="A", prefix="A")
    officer = User.objects.create(username="officer", agency=agency)
    account = User.objects.create(username="claimant")
    person = Person.objects.create(name="测试甲", id_number_index="x", id_number="x", account=account)
    values = {"number": "1", "programme": "试验"}
    mine = tell("application.withdrawn", person=person, about="c1", once="c", at=at, **values)
    tell("application.withdrawn", phone=PHONE, about="c2", once="d", at=at, **values)
    assert not Message.objects.visible_to(officer) and not Person.objects.visible_to(officer)
    assert list(Message.objects.visible_to(account)) == [mine] == list(Message.objects.about("c1"))
    assert list(Person.objects.visible_to(account)) == [person]


def test_a_phone_noted_at_the_counter_is_told_to_the_one_before(at: datetime) -> None:
    number = "11010519491231002X"
    person = identify("测试甲", number, PHONE, at=at).person
    call_command("phone", number, "13900000002")
    person.refresh_from_db()
    assert person.contact == "13900000002"
    message = Message.objects.get(event="phone.changed")
    assert message.phone == PHONE and "0002" in message.text and "13900000002" not in message.text
    for wrong in ((number, "1"), ("110105194912310038", PHONE)):
        with pytest.raises(CommandError):
            call_command("phone", *wrong)
