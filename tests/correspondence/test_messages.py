"""Messages: written once, sent at most once, tried again only where nothing was taken."""

import json
import logging
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jiangli.accounts.models import Agency, User
from jiangli.audit.models import Event
from jiangli.correspondence import gateways, tasks
from jiangli.correspondence.actions import note_receipts, send_phone_code, tell, tell_all
from jiangli.correspondence.gateways import InDoubt, Letter
from jiangli.correspondence.models import Message, MessageState
from jiangli.correspondence.receipts import Receipt
from jiangli.correspondence.texts import Text, text_for, texts
from jiangli.refused import Refused, Unavailable
from jiangli.registers.actions import identify
from jiangli.registers.models import Person
from jiangli.rules.errors import Words

PHONE = "13900000001"
pytestmark = pytest.mark.django_db


class Recorder:
    """A gateway that remembers, and does as it is told."""

    sent: list[tuple[str, str]] = []
    trouble: Exception | None = None

    def send(self, letter: Letter) -> str:
        Recorder.sent.append((letter.phone, letter.text))
        if Recorder.trouble:
            raise Recorder.trouble
        return "C-1"


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


def test_what_is_in_doubt_is_shown_as_not_delivered_and_never_sent_again(at: datetime) -> None:
    Recorder.trouble = InDoubt("the answer never came")
    message = run(write(at))
    assert (message.state, message.trouble) == ("failed", "It is not known whether it went out.")
    assert run(message).state == "failed" and len(Recorder.sent) == 1


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
    message = run(message)
    assert (message.text, message.values) == ("", "") and "10 分钟" in Recorder.sent[0][1]


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
        def send(self, letter: Letter) -> str:
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
    this, other = uuid4(), uuid4()
    mine = tell("application.withdrawn", person=person, about=this, once="c", at=at, **values)
    tell("application.withdrawn", phone=PHONE, about=str(other), once="d", at=at, **values)
    assert not Message.objects.visible_to(officer) and not Person.objects.visible_to(officer)
    assert list(Message.objects.visible_to(account)) == [mine] == list(Message.objects.about(this))
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


def test_a_message_keeps_the_version_of_its_words(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(at)
    before = text_for("application.withdrawn")
    after = Text(
        before.event, before.when, before.title, before.values,
        {"zh": "【匠励】{programme}（{number}）收回了。", "en": "[Jiangli] {programme} ({number}) is taken back."},
    )  # fmt: skip
    monkeypatch.setattr("jiangli.correspondence.texts.texts", lambda: {**texts(), before.event: after})
    second = write(at, once="b")
    first.refresh_from_db()
    assert first.wording and second.wording and after.version != before.version
    assert (first.wording.version, second.wording.version) == (before.version, after.version)
    assert (
        first.said("en")
        == "[Jiangli] 试验 (XS-2025-00001) is withdrawn. You can hand it in again until the last day."
    )
    assert second.said("en") == "[Jiangli] 试验 (XS-2025-00001) is taken back."
    assert write(at, once="c").wording == second.wording


def test_a_message_is_told_in_the_language_of_its_reader(at: datetime) -> None:
    values = {"amount_fen": 60000, "payer": Words("测试总工会", "Test Union"), "card": "0000"}
    message = tell("payment.paid", phone=PHONE, once="paid", at=at, **values)
    message.refresh_from_db()
    assert message.said("zh") == message.text == "【匠励】测试总工会的 600 元打到您尾号 0000 的卡上了。"
    assert message.said("en") == "[Jiangli] 600 yuan from Test Union is on your card ending in 0000."
    assert (message.title("zh"), message.title("en")) == ("钱到账了", "Paid")


def test_the_clerks_of_an_organisation_are_told_once_each(at: datetime) -> None:
    clerks = [
        Person.objects.create(name=name, id_number_index=name, id_number="x", phone=phone)
        for name, phone in (("测试甲", PHONE), ("测试乙", ""))
    ]

    def occasion(persons: list[Person]) -> list[Message]:
        values = {"programme": "试验", "taken": 3, "faulty": 1}
        return tell_all("roster.filed", persons, about=uuid4(), once="roster:1", at=at, **values)

    told = occasion([*clerks, clerks[0]])
    assert [(each.person, each.state) for each in told] == [(clerks[0], "waiting"), (clerks[1], "kept")]
    joined = Person.objects.create(name="测试丙", id_number_index="丙", id_number="x")
    assert occasion([*clerks, joined])[:2] == told and Message.objects.count() == 3


def test_a_receipt_that_was_quicker_than_the_worker_stands(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = write(at)

    class Quick(Recorder):
        def send(self, letter: Letter) -> str:
            note_receipts([Receipt(letter.reference, "", MessageState.FAILED, "空号")], at=at)
            return super().send(letter)

    monkeypatch.setitem(gateways.GATEWAYS, "recorder", Quick)
    message = run(message)
    assert (message.state, message.trouble, message.carrier_reference) == ("failed", "空号", "C-1")
