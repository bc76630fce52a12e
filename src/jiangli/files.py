"""Files of cases: encrypted on disk under a name that says nothing, synced before their row is written.

A file is named by the HMAC of its content and a random salt; the name is what a row keeps. A file
without a row is an orphan, which ``jiangli sweep`` takes away; a row without a file cannot happen.
The content begins with the id of the key that sealed it, as in ``fields``.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from datetime import datetime
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
    key_id, sealed = seal(content, bound_to=name)
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key_id.encode("ascii") + b"." + sealed)
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
    key_id, _dot, sealed = _path(name).read_bytes().partition(b".")
    return unseal(key_id.decode("ascii", "replace"), sealed, bound_to=name)


def orphans(known: set[str], *, older_than: datetime) -> list[Path]:
    """Files that no row knows, last written before ``older_than``; also what a crash left half written.

    ``older_than`` leaves time for the row: a file is written before it.
    """
    return [
        path
        for path in _everything()
        if path.name not in known and path.stat().st_mtime < older_than.timestamp()
    ]


def sweep(known: set[str], *, older_than: datetime) -> int:
    """Remove the ``orphans``; says how many. Safe to run twice."""
    found = orphans(known, older_than=older_than)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _everything() -> Iterator[Path]:
    yield from sorted(path for path in Path(settings.FILES).glob("[0-9a-f][0-9a-f]/*") if path.is_file())
