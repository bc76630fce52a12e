"""What officers and the claimant see of a finding, a ban and money to come back."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from fraud_stories import UNION, approver, banning_law, confirmed, proposed
from jiangli.accounts.roles import Role
from jiangli.public.people import BACKEND
from jiangli.registers.bans.models import Ban
from jiangli.reviews.fraud.models import Finding
from stories import certificate, filed, member, officer

pytestmark = pytest.mark.django_db


def seen_by(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_an_officer_records_a_finding_and_another_confirms_it() -> None:
    at = datetime.fromisoformat("2025-06-10T12:00+08:00")
    banning_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    reviewer, second = officer(UNION, Role.REVIEWER), approver()
    first = seen_by(reviewer)
    there = reverse("staff:record-finding", args=[case.pk])
    assert there in first.get(reverse("staff:case", args=[case.pk])).content.decode()
    assert first.get(there).status_code == 200
    first.post(there, {"what": "证书是假的", "conditions": []})
    one = Finding.objects.get()
    assert first.get(reverse("staff:finding", args=[one.pk])).status_code == 200
    waiting = proposed(case, at=at, by=reviewer)
    page = reverse("staff:finding", args=[waiting.pk])
    assert first.post(page, {"which": "confirm"}).status_code == 302
    assert not Ban.objects.exists()
    assert seen_by(second).get(page).status_code == 200
    confirmed(case, at=at)
    ban = Ban.objects.get()
    assert first.get(reverse("staff:ban", args=[ban.pk])).status_code == 200
    for name in ("findings", "bans", "recoveries"):
        assert first.get(reverse(f"staff:{name}")).status_code == 200
        assert first.get(reverse(f"staff:{name}"), {"strange": "1"}).status_code == 400
        assert first.get(reverse(f"staff:{name}-export")).status_code == 200
    stranger = seen_by(officer("qiantang-hrss", Role.APPROVER))
    assert stranger.get(reverse("staff:ban", args=[ban.pk])).status_code == 404
    assert person.account is not None
    mine = seen_by(person.account).get(reverse("public:my")).content.decode()
    assert ban.finding_number in mine
