"""Whatever gateway, workers, clock and receipts do: after acceptance or doubt a message is never handed over again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deep import examples
from jiangli.correspondence import gateways, tasks
from jiangli.correspondence.actions import note_receipts, tell
from jiangli.correspondence.gateways import InDoubt, Letter, Undeliverable
from jiangli.correspondence.models import Message, MessageState
from jiangli.correspondence.receipts import Receipt
from jiangli.refused import Unavailable
from stories import NOON

OUTCOMES = {
    "accepted": None,
    "busy": Unavailable("busy"),
    "barred": Undeliverable("barred"),
    "doubt": InDoubt("silence"),
    "killed": RuntimeError("the plug was pulled"),
}


QUICK = settings(
    max_examples=examples(40),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


class Carrier:
    """Remembers every call with its outcome; may have its receipt on the way before it answers."""

    calls: list[tuple[str, str]] = []
    outcome, early = "accepted", False

    def send(self, letter: Letter) -> str:
        Carrier.calls.append((letter.reference, Carrier.outcome))
        if Carrier.early:
            note_receipts([Receipt(letter.reference, "", MessageState.DELIVERED)], at=NOON)
        if trouble := OUTCOMES[Carrier.outcome]:
            raise trouble
        return f"C-{letter.reference}"


class Post(RuleBasedStateMachine):
    """Six messages at most, workers that come when they like, a carrier that says and reports anything."""

    @initialize()
    def begin(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        Carrier.calls = []
        self.later = timedelta()
        self.receipts: set[str] = set()
        self.settled: set[str] = set()
        self.messages: list[Message] = []
        for _number in range(2):
            self.write(again=False)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        return timezone.now() + self.later

    def _one(self, which: int) -> list[Message]:
        return [self.messages[which % len(self.messages)]] if self.messages else []

    @rule(again=st.booleans())
    def write(self, again: bool) -> None:
        number = len(self.messages) - 1 if again and self.messages else len(self.messages)
        message = tell("phone.changed", phone="13900000001", once=f"m{number}", at=NOON, tail="0001")
        if message not in self.messages:
            self.messages.append(message)

    @rule(which=st.integers(0, 5), outcome=st.sampled_from(sorted(OUTCOMES)), early=st.booleans())
    def work(self, which: int, outcome: str, early: bool) -> None:
        for message in self._one(which):
            Carrier.outcome, Carrier.early = outcome, early
            before = len(Carrier.calls)
            try:
                tasks.deliver.call(str(message.pk))
            except RuntimeError:
                assert outcome == "killed"
            if len(Carrier.calls) > before and (early or outcome != "busy"):
                self.settled.add(str(message.pk))

    @rule(which=st.integers(0, 5), state=st.sampled_from([MessageState.DELIVERED, MessageState.FAILED, None]))
    def receipt(self, which: int, state: MessageState | None) -> None:
        for message in self._one(which):
            handed = any(reference == str(message.pk) for reference, _outcome in Carrier.calls)
            taken = note_receipts([Receipt(str(message.pk), "", state)], at=NOON)
            assert bool(taken.unknown) != handed
            if handed and state:
                self.settled.add(str(message.pk))

    @precondition(lambda self: any(outcome == "killed" for _reference, outcome in Carrier.calls))
    @rule()
    def tick(self) -> None:
        self.later += timedelta(minutes=20)
        tasks.give_up(now=self.now)
        tasks.remind(now=self.now)

    @invariant()
    def never_again(self) -> None:
        for message in self.messages:
            outcomes = [outcome for reference, outcome in Carrier.calls if reference == str(message.pk)]
            assert all(outcome == "busy" for outcome in outcomes[:-1]) and len(outcomes) <= tasks.TRIES
            if str(message.pk) in self.settled:
                assert Message.objects.get(pk=message.pk).state != MessageState.WAITING

    @invariant()
    def delivered_stays(self) -> None:
        delivered = {str(m.pk) for m in Message.objects.filter(state=MessageState.DELIVERED)}
        assert self.receipts <= delivered
        self.receipts = delivered


def test_never_again_in_any_order(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways.GATEWAYS, "carrier", Carrier)
    settings.MESSAGE_GATEWAYS = ["carrier"]
    run_state_machine_as_test(Post, settings=QUICK)
