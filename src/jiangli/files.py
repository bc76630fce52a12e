"""Files of cases: encrypted on disk under a name that says nothing, synced before their row is written.

A file is named by the HMAC of its content and a random salt; the name is what a row keeps. A file
without a row is an orphan for the sweeper; a row without a file cannot happen.
"""

import hashlib
import hmac
import os
from pathlib import Path

from django.conf import settings

from jiangli.fields import key, seal, unseal


def _path(name: str) -> Path:
    return Path(settings.FILES) / name[:2] / name


def keep(content: bytes) -> str:
    """Write ``content`` encrypted, force it to disk, and return its name (64 hex digits)."""
    name = hmac.new(key("index"), os.urandom(16) + content, hashlib.sha256).hexdigest()
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = seal(content, bound_to=name)
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


def read(name: str) -> bytes:
    """The content of the file called ``name``; FileNotFoundError if it is not there."""
    return unseal(_path(name).read_bytes(), bound_to=name)
