"""Remember what a step was done with, so that a step whose inputs are unchanged is skipped."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """One hash over the names and contents of files, and over some words."""
    total = hashlib.sha256("\0".join(words).encode())
    for file in sorted(set(files)):
        total.update(str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file).encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


class Stamp:
    """A file that holds the fingerprint of a step's inputs after the step has succeeded."""

    def __init__(self, file: Path, value: str) -> None:
        self.file, self.value = file, value

    def is_fresh(self) -> bool:
        return self.file.is_file() and self.file.read_text("ascii") == self.value

    def set(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.value, "ascii")
