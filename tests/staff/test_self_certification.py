"""企业自主认定: 49 persons are refused with the clause, 50 bring 30,000 yuan, more than 90 only 50,000."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from any_programme import approver, passed, reviewer_of, right_case
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews import deciding
from jiangli.reviews.models import Decision, DecisionOutcome
from jiangli.reviews.queries import decision_of
from stories import clerk_of

pytestmark = pytest.mark.django_db
CODE = "xiaoshan-hrss-2025-07a-self-certification"
ENOUGH = "每年自主认定技能人才满50人次的"
CEILING = "每家企业每年该项奖励累计不超过5万元"


def claimed(persons: int) -> Application:
    told = {"organisation__certifications_in_year": persons}
    return right_case(CODE, **told)


def decided(case: Application) -> Decision:
    at = case.first_filed_at
    assert at is not None
    case = passed(case, at=at)
    while case.status == Status.SUBMITTED:
        case = deciding.go_on(case, by=approver(case), at=at)
    found = decision_of(case)
    assert found is not None
    return found


def pages(case: Application, settings: object) -> list[str]:
    """What the officers' page of the case says, and the page of its organisation."""
    settings.JIANGLI_DEMO_DAY = "2026-01-20"  # type: ignore[attr-defined]
    assert case.organisation is not None
    found = []
    for user, name in ((approver(case), "staff:case"), (clerk_of(case.organisation), "public:application")):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found.append(client.get(reverse(name, args=[case.pk])).content.decode())
    return found


def test_49_are_not_taken_and_the_clause_is_named() -> None:
    with pytest.raises(Refused, match=r"满 50 人次.*49 人次.*鼓励企业开展职业技能等级认定"):
        claimed(49)


def test_50_that_a_look_up_brings_down_to_49_are_refused_with_the_clause(settings: object) -> None:
    case = claimed(50)
    assert case.first_filed_at is not None and case.organisation is not None
    at, by = case.first_filed_at + timedelta(minutes=1), reviewer_of(case)
    found = {"organisation.certifications_in_year": 49}
    reviews.look_up(case, found=found, place="证书查询系统", note="一本是上一年发的", by=by, at=at)
    with pytest.raises(Refused, match="E2"):
        passed(case, at=at)
    settings.DEMO_DAY = at.date()  # type: ignore[attr-defined]
    desk = Client()
    desk.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("staff:refuse", args=[case.pk])
    assert "49 人次" in desk.get(page).content.decode()
    said = {"conditions": ["E2"], "text": "查到的是 49 人次，明年满了再来。"}
    assert desk.post(page, said).status_code == 302
    decision = decision_of(case)
    assert decision is not None and decision.outcome == DecisionOutcome.REFUSED
    assert [(reason["id"], reason["quote"]) for reason in decision.reasons] == [("E2", ENOUGH)]
    mine = Client()
    mine.force_login(clerk_of(case.organisation), backend="django.contrib.auth.backends.ModelBackend")
    told = mine.get(reverse("public:application", args=[case.pk])).content.decode()
    assert ENOUGH in told and "明年满了再来" in told


@pytest.mark.parametrize(("persons", "fen"), [(50, 3_000_000), (90, 5_000_000)])
def test_from_50_on_the_reward_is_whole(persons: int, fen: int) -> None:
    decision = decided(claimed(persons))
    assert (decision.outcome, decision.amount_fen) == (DecisionOutcome.APPROVED, fen)
    assert not decision.reasons


def test_91_are_cut_at_the_ceiling_and_the_pages_say_so(settings: object) -> None:
    decision = decided(claimed(91))
    assert (decision.outcome, decision.amount_fen) == (DecisionOutcome.PART, 5_000_000)
    assert [reason["quote"] for reason in decision.reasons] == [CEILING]
    for page in pages(decision.application, settings):
        assert "没批的部分和理由" in page and CEILING in page
