"""Personal data in columns: encrypted values, and a blind index to find a person by number.

Keys live in files under ``var/keys`` (mode 0600), made by ``jiangli keys``. A stored value is
``key id . nonce . ciphertext`` in base64, sealed with AES-256-GCM and bound to the column, so that a
value cannot be moved to another column unnoticed.
"""

import base64
import hashlib
import hmac
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

KEY_ID = "k1"


@cache
def _key(name: str, folder: Path) -> bytes:
    return base64.b64decode((folder / name).read_text("ascii"))


def key(name: str) -> bytes:
    """The 32 bytes of the key called ``name``; FileNotFoundError if ``jiangli keys`` was not run."""
    return _key(name, Path(settings.KEYS))


def seal(plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt ``plain`` so that it only opens again where it is ``bound_to``."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key(KEY_ID)).encrypt(nonce, plain, bound_to.encode())


def unseal(sealed: bytes, *, bound_to: str) -> bytes:
    """The plain bytes; ``InvalidTag`` if they were changed or belong elsewhere."""
    return AESGCM(key(KEY_ID)).decrypt(sealed[:12], sealed[12:], bound_to.encode())


def blind_index(value: str) -> str:
    """A keyed hash by which equal values are found without being readable: 64 hex digits."""
    return hmac.new(key("index"), value.encode(), hashlib.sha256).hexdigest()


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
        sealed = seal(str(value).encode(), bound_to=self._bound_to())
        return f"{KEY_ID}.{base64.b64encode(sealed).decode()}"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        if value is None or value == "":
            return value
        _, _, sealed = value.partition(".")
        return unseal(base64.b64decode(sealed), bound_to=self._bound_to()).decode()

    def get_lookup(self, lookup_name: str):  # type: ignore[no-untyped-def]
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted and cannot be searched; use its blind index.")
