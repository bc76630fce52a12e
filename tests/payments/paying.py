"""A paying office: shorthands for a batch on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import making
from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments import actions as payments
from jiangli.payments import queries, simulated_bank
from jiangli.payments.models import Batch, Payment, ReturnedSheet


@dataclass
class Office:
    """A payer with a clerk and a releaser."""

    payer: Agency
    clerk: User
    releaser: User
    at: datetime = field(default=making.AT)

    def freeze(self) -> Batch:
        payments.fall_due(at=self.at)
        return payments.freeze(self.payer, by=self.clerk, at=self.at)

    def send(self) -> Batch:
        """Everything that waits, frozen, released and handed to the bank."""
        batch = payments.release(self.freeze(), by=self.releaser, at=self.at)
        payments.write_sheet(batch, by=self.clerk, at=self.at)
        batch.refresh_from_db()
        return batch

    def read(self, content: bytes) -> ReturnedSheet:
        return payments.read_returned(self.payer, content, by=self.clerk, at=self.at)

    def bank_answers(self, batch: Batch, *, fail: int = 0) -> bytes:
        day = self.at.date().isoformat()
        return simulated_bank.answer(queries.sheet(batch), day=day, fail=fail)

    def payment(self, case: Application) -> Payment:
        """The newest payment of a case by this payer."""
        return queries.payments_of(case).get(payer=self.payer, reissue=None)


def new_office(code: str = making.DISTRICT) -> Office:
    """Its history is declared complete, so that it may pay."""
    making.declared_history(code)
    return Office(
        making.agency(code),
        making.officer(Role.CASHIER, of=code, name="测试出纳"),
        making.officer(Role.RELEASER, of=code, name="测试复核"),
    )
