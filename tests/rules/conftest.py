"""The policies of the repository, and a small law of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_law import SMALL

from jiangli.rules import Library, build, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def law() -> Library:
    """The policies of the repository."""
    return load(ROOT / "policies")


@pytest.fixture(scope="session")
def small() -> Library:
    return build(SMALL)
