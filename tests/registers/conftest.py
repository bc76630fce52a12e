"""A member whom the register knows, and rows to load."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from made_up import number_of

from jiangli.registers.actions import load_members
from jiangli.registers.models import Person

Row = dict[str, Any]


@pytest.fixture
def member_row() -> Callable[..., Row]:
    def row(order: int = 1, **changes: Any) -> Row:
        return {
            "name": "测试甲",
            "id_number": number_of(order),
            "phone": "13900000001",
            "former_names": [],
            "union_name": "试验一厂工会",
            "union_area": "330109",
            "real_name_verified": True,
            "since_on": "2020-01-01",
            "until_on": None,
            **changes,
        }

    return row


@pytest.fixture
def member(db: None, member_row: Callable[..., Row], at: datetime) -> Person:
    assert load_members([member_row()], at=at).faults == ()
    return Person.objects.get()
