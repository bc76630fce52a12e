"""The policies of the repository, and a small law of our own."""

from __future__ import annotations

import pytest
from small_law import ROOT, SMALL

from jiangli.rules import Library, build, load


@pytest.fixture(scope="session")
def law() -> Library:
    """The policies of the repository."""
    return load(ROOT / "policies")


@pytest.fixture(scope="session")
def small() -> Library:
    return build(SMALL)
