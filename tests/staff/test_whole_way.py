"""A district case runs whole on the officers' pages: looked up, passed, on public notice, before the meeting, due."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.core.management import call_command
from django.urls import reverse

from any_programme import by_officers, example, filed_case
from jiangli.clock import SHANGHAI
from jiangli.payments.models import Payment
from jiangli.programmes.queries import rule_in_force
from jiangli.reviews.deliberation.models import Meeting
from jiangli.reviews.deliberation.tasks import carry_on
from jiangli.reviews.models import Act
from jiangli.reviews.queries import decision_of
from office_stories import Office, desk
from stories import clerk_of

pytestmark = pytest.mark.django_db
CODE, BUREAU, DAY = "qiantang-11-graduate-stay", "qiantang-hrss", date(2025, 10, 20)


def test_a_district_case_runs_whole_by_the_officers_pages(settings: object) -> None:
    settings.DEMO_DAY = DAY  # type: ignore[attr-defined]
    case = filed_case(CODE, at=datetime.combine(DAY, time(9), SHANGHAI))
    law, facts = rule_in_force(CODE), example(CODE).request["facts"]
    found = {name: value for name, value in facts.items() if by_officers(law, name)}

    def work() -> None:
        call_command("tick", verbosity=0)
        for meeting in Meeting.objects.filter(state="recorded"):
            carry_on.call(str(meeting.pk))

    case = Office(BUREAU, work).pays(case, found)
    kinds = [(opinion.stage, opinion.act) for opinion in case.opinions.all()]
    assert kinds == [(1, Act.PASS), (2, Act.PASS), (3, Act.PASS)]
    decision = decision_of(case)
    assert decision is not None and decision.amount_fen == 120_000
    payment = Payment.objects.get()
    assert (payment.amount_fen, payment.status, payment.payee_name) == (120_000, "due", case.account_name)
    assert case.organisation is not None and case.claimant is not None
    mine = desk(clerk_of(case.organisation)).get(reverse("public:application", args=[case.pk]))
    assert "1,200" in mine.content.decode()
