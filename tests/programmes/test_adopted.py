"""A draft that is adopted takes claims: what the tests of the Qiantang programmes stand on."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiangli.applications.permissions import cannot_apply_here
from jiangli.applications.stages import filers
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import drafts, rule
from stories import adopted_law, the_law


@pytest.mark.django_db
def test_an_adopted_draft_takes_claims(at: datetime) -> None:
    the_law(at)
    assert drafts()
    adopted_law(at)
    assert not drafts()
    for row in Programme.objects.with_law().filter(pk__startswith="qiantang-"):
        for filer in filers(rule(row.version)):
            assert cannot_apply_here(row, on=at.date(), filer=filer) is None
