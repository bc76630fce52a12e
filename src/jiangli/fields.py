"""Personal data in columns: encrypted values, and a blind index to find a person by number.

Keys live in files under ``var/keys`` (mode 0600), made by ``jiangli keys``. What is stored begins with
the id of the key that sealed it (``k1.`` and then nonce and ciphertext, in a column as base64), so that
new values can be sealed with a new key while the old ones still open with theirs. AES-256-GCM, bound to
the column: a value cannot be moved to another column unnoticed. It can be moved to another row of the
same column; a row whose values must belong together keeps a ``mac`` of them.
"""

import base64
import hashlib
import hmac
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

KEY_ID = "k1"  # of the key that seals what is new


class UnknownKey(Exception):
    """Something was sealed with a key that is not here. The operator puts the key file back."""


@cache
def _key(name: str, folder: Path | str) -> bytes:
    return base64.b64decode((Path(folder) / name).read_text("ascii"))


def key(name: str) -> bytes:
    """The 32 bytes of the key called ``name``; FileNotFoundError if ``jiangli keys`` was not run."""
    return _key(name, settings.KEYS)


def seal(plain: bytes, *, bound_to: str) -> tuple[str, bytes]:
    """Encrypt ``plain`` so that it only opens again where it is ``bound_to``: the id of the key, the rest."""
    nonce = os.urandom(12)
    return KEY_ID, nonce + AESGCM(key(KEY_ID)).encrypt(nonce, plain, bound_to.encode())


def unseal(key_id: str, sealed: bytes, *, bound_to: str) -> bytes:
    """The plain bytes; ``InvalidTag`` if they were changed or belong elsewhere, ``UnknownKey``."""
    return AESGCM(_sealing_key(key_id)).decrypt(sealed[:12], sealed[12:], bound_to.encode())


def _sealing_key(key_id: str) -> bytes:
    try:
        if re.fullmatch(r"k[0-9]{1,4}", key_id):
            return key(key_id)
    except FileNotFoundError:
        pass
    name = key_id if re.fullmatch(r"[a-z0-9]{1,8}", key_id) else "?"
    raise UnknownKey(f"Sealed with the key {name}, which is not in var/keys. Put its file back.")


def blind_index(value: str) -> str:
    """A keyed hash by which equal values are found without being readable: 64 hex digits."""
    return hmac.new(key("index"), value.encode(), hashlib.sha256).hexdigest()


def mac(purpose: str, *values: object) -> str:
    """A keyed hash over values that belong together, for one purpose: 64 hex digits."""
    text = json.dumps([purpose, *map(str, values)], ensure_ascii=False)
    return hmac.new(key("index"), text.encode(), hashlib.sha256).hexdigest()


if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class EncryptedField(_Text):
    """Text that is stored encrypted. It can be read and written, never searched or sorted."""

    description = "Encrypted personal text"

    def _bound_to(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: str | None) -> str | None:
        if value is None or value == "":
            return value
        key_id, sealed = seal(str(value).encode(), bound_to=self._bound_to())
        return f"{key_id}.{base64.b64encode(sealed).decode()}"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        if value is None or value == "":
            return value
        key_id, _dot, sealed = value.partition(".")
        return unseal(key_id, base64.b64decode(sealed), bound_to=self._bound_to()).decode()

    def get_lookup(self, lookup_name: str):  # type: ignore[no-untyped-def]
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted and cannot be searched; use its blind index.")
