"""The people of a paying office, and rows of a returned sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from paying import Office, new_office

import making
from jiangli.payments.models import Payment


@pytest.fixture
def office(db: None) -> Office:
    return new_office()


@pytest.fixture
def city(db: None) -> Office:
    return new_office(making.CITY)


@pytest.fixture
def row() -> Callable[..., tuple[str, ...]]:
    """A row of a returned sheet about a payment; what is given replaces what would be right."""

    def make(payment: Payment, **other: str) -> tuple[str, ...]:
        right = {
            "reference": payment.reference,
            "name": payment.payee_name,
            "amount": f"{payment.amount_fen / 100:.2f}",
            "result": "成功",
            "reason": "",
            "day": making.AT.date().isoformat(),
        }
        return tuple((right | other).values())

    return make


@pytest.fixture(autouse=True)
def en() -> Iterator[None]:
    """Sentences are compared in English."""
    with translation.override("en"):
        yield
