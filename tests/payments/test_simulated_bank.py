"""The simulated bank of the demonstration."""

import pytest
from django.core.management import CommandError, call_command

import making
from jiangli.payments.status import PaymentStatus


def test_it_answers_a_batch_with_the_failures_asked_for(office, tmp_path, on_the_day, capsys):
    for _ in range(3):
        making.approved_case()
    batch = office.send()
    out = tmp_path / "returned.xlsx"
    call_command("bank", batch.number, "--fail", "1", "--out", str(out))
    assert "SIMULATED" in capsys.readouterr().out
    office.read(out.read_bytes())
    statuses = sorted(batch.payments.values_list("status", flat=True))
    assert statuses == [PaymentStatus.PAID, PaymentStatus.PAID, PaymentStatus.RETURNED]


def test_it_knows_only_what_was_sent(office, tmp_path):
    making.approved_case()
    batch = office.freeze()
    for number in (batch.number, "XS-P-1"):
        with pytest.raises(CommandError, match="was not sent"):
            call_command("bank", number, "--out", str(tmp_path / "x"))
