"""Proof of a phone: wrong tries are kept, old codes end, guesses are slowed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from jiangli.accounts.actions import count_attempt, issue_phone_code, prove_phone
from jiangli.accounts.models import Attempts, PhoneCode
from jiangli.refused import Refused

PHONE = "13900000001"
pytestmark = pytest.mark.django_db


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_code_proves_the_phone_once(at: datetime) -> None:
    row, code = issue_phone_code(PHONE, at=at)
    assert prove_phone(row, code, at=at).proved_at == at
    with pytest.raises(Refused):
        prove_phone(row, code, at=at)


def test_wrong_tries_are_kept_and_end_the_code(at: datetime) -> None:
    row, code = issue_phone_code(PHONE, at=at)
    for _ in range(5):
        with pytest.raises(Refused):
            prove_phone(row, wrong(code), at=at)
    with pytest.raises(Refused):
        prove_phone(row, code, at=at)
    row.refresh_from_db()
    assert row.tries == 6 and row.proved_at is None


def test_a_code_lasts_ten_minutes(at: datetime) -> None:
    row, code = issue_phone_code(PHONE, at=at)
    with pytest.raises(Refused):
        prove_phone(row, code, at=at + timedelta(minutes=10, seconds=1))


def test_the_code_itself_is_stored_nowhere(at: datetime) -> None:
    row, code = issue_phone_code(PHONE, at=at)
    row.refresh_from_db()
    assert code not in row.code_hash and row.phone == PHONE


def test_five_codes_an_hour(at: datetime) -> None:
    for _ in range(5):
        issue_phone_code(PHONE, at=at)
    with pytest.raises(Refused):
        issue_phone_code(PHONE, at=at)
    assert PhoneCode.objects.count() == 5
    issue_phone_code("13900000002", at=at)
    issue_phone_code(PHONE, at=at + timedelta(hours=1, seconds=1))


def test_a_refused_guess_is_not_counted_so_a_lock_ends(at: datetime) -> None:
    for _ in range(4):
        count_attempt("look", "k", limit=4, within=timedelta(minutes=15), at=at)
    for _ in range(9):
        with pytest.raises(Refused):
            count_attempt("look", "k", limit=4, within=timedelta(minutes=15), at=at)
    assert len(Attempts.objects.get().moments) == 4
    count_attempt("look", "k", limit=4, within=timedelta(minutes=15), at=at + timedelta(minutes=15))
    assert len(Attempts.objects.get().moments) == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(at: datetime) -> None:
    together = Barrier(12)

    def guess(_: int) -> bool:
        together.wait()
        try:
            count_attempt("look", "k", limit=5, within=timedelta(minutes=15), at=at)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess, range(12))) == 5
