"""Encrypted columns: each value opens with the key that sealed it."""

import base64
import secrets
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from jiangli import fields, files
from jiangli.fields import UnknownKey
from jiangli.payments.models import Payment

COLUMN = Payment._meta.get_field("account_number")


@pytest.fixture
def folder(settings, tmp_path):
    """Keys and files of its own, with two keys."""
    settings.KEYS, settings.FILES = tmp_path / "keys", tmp_path / "files"
    settings.KEYS.mkdir()
    for name in ("k1", "k2", "index"):
        (settings.KEYS / name).write_text(base64.b64encode(secrets.token_bytes(32)).decode(), "ascii")
    return Path(settings.KEYS)


def opened(stored):
    return COLUMN.from_db_value(stored, None, None)


def test_old_values_open_after_a_new_key(folder, monkeypatch):
    old, file = COLUMN.get_prep_value("6222"), files.keep(b"photo")
    monkeypatch.setattr(fields, "KEY_ID", "k2")
    new = COLUMN.get_prep_value("6222")
    assert (old[:3], new[:3]) == ("k1.", "k2.")
    assert opened(old) == opened(new) == "6222"
    assert files.read(file) == b"photo"
    with pytest.raises(InvalidTag):
        opened("k2." + old[3:])


@pytest.mark.parametrize("key_id", ["k9", "index", "/k1", "", "K1"])
def test_a_key_that_is_not_there_is_named_and_no_other_file_is_read(folder, key_id):
    with pytest.raises(UnknownKey, match="Put its file back"):
        opened(f"{key_id}{COLUMN.get_prep_value('6222')[2:]}")
