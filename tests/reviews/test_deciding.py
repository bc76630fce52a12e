"""Every programme goes from filing to its decision through the stages that its file names."""

import pytest

from any_programme import approver, examples, passed, right_case
from jiangli.applications.stages import Filer, filers
from jiangli.applications.status import Status
from jiangli.programmes.queries import rule_in_force
from jiangli.reviews import deciding
from jiangli.reviews.models import Act, DecisionOutcome
from jiangli.reviews.queries import decision_of
from stories import library

HERE = [
    code
    for code, law in sorted(library().programmes.items())
    if law.elsewhere is None and Filer.AGENCY not in filers(law) and any(examples(code))
]


@pytest.mark.django_db
@pytest.mark.parametrize("code", HERE)
def test_a_right_case_goes_on_from_stage_to_stage_and_is_decided_once(code: str) -> None:
    case = right_case(code)
    law, at = rule_in_force(code), case.first_filed_at
    case = passed(case, at=at)
    for _again in law.stages:
        if case.status == Status.SUBMITTED:
            assert decision_of(case) is None
            case = deciding.go_on(case, text="无异议。", by=approver(case), at=at)
    decision = decision_of(case)
    assert (case.status, law.stages[case.stage].kind) == (Status.APPROVED, "pay")
    assert decision is not None and decision.outcome == DecisionOutcome.APPROVED
    assert sum(row.amount_fen for row in decision.entitlements.all()) == decision.amount_fen > 0
    assert case.opinions.filter(act=Act.PASS).count() == len(
        {opinion.stage for opinion in case.opinions.all()}
    )
