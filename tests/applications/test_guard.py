"""What is paid once is reserved once: across levels, across rounds, for a person and for a certificate."""

from datetime import date, datetime
from typing import Any

import pytest

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.guard import keys_of, unknown_keys
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here, cannot_take
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme
from jiangli.refused import Refused
from jiangli.registers.models import Person, RowState
from jiangli.registers.queries import normalise_certificate_number
from jiangli.reviews import actions as reviews
from stories import (
    CHIEF,
    SENIOR,
    SUBBRANCH,
    TECHNICIAN,
    certificate,
    draft,
    filed,
    library,
    member,
    officer,
    the_law,
)

FACTS = {"person.id": "p", "certificate.id": "c"}


def next_year(code: str) -> rules.Programme:
    """The same notice, published again for the next year."""
    sources = {
        path.replace("2025", "2026"): text.replace("xiaoshan-union-2025", "xiaoshan-union-2026")
        for path, text in library().sources_of(code).items()
    }
    return rules.compile(sources, code.replace("2025", "2026"))


def test_all_levels_of_a_notice_share_their_keys() -> None:
    keys = [set(keys_of(library().programmes[code], FACTS)) for code in (TECHNICIAN, SENIOR, CHIEF)]
    assert keys[0] == keys[1] == keys[2]


def test_the_next_round_shares_the_key_of_the_certificate_and_not_that_of_the_person() -> None:
    this, following = (
        set(keys_of(p, FACTS)) for p in (library().programmes[TECHNICIAN], next_year(TECHNICIAN))
    )
    assert {(key.limit, key.subject) for key in this & following} == {
        ("certificate@series:union-skill-incentive", "c")
    }


def test_a_limit_whose_subject_is_unknown_is_named() -> None:
    programme = library().programmes[TECHNICIAN]
    assert [limit.id for limit in unknown_keys(programme, {"person.id": "p"})] == ["E8"]


def bring_in(
    *people: Person, levels: tuple[str, ...] = ("首席技师",), at: datetime, by: User | None = None
) -> Any:
    """A published list with one row for each of these people."""
    lines = ["姓名,身份证号,等级,证书编号,发证日期"]
    for number, (person, level) in enumerate(zip(people, levels, strict=True)):
        lines.append(f"{person.name},{person.id_number},{level},L000{number},2024-10-30")
    return applications.file_list(
        CHIEF,
        "\n".join(lines).encode(),
        document_number="浙人社测〔2024〕1号",
        document_date=date(2024, 11, 15),
        by=by or officer("hangzhou-union", Role.REGISTRAR),
        at=at,
    )


@pytest.mark.django_db
class TestCases:
    @pytest.fixture(autouse=True)
    def law(self, at: datetime) -> None:
        the_law(at)

    def test_no_case_is_filed_without_the_number_of_its_certificate(self, at: datetime) -> None:
        person = member()
        case = draft(person, certificate(person), at=at)
        applications.save_answers(case, stated={"certificate.number": None}, by=person.account, at=at)
        with pytest.raises(Refused, match="证书编号"):
            applications.submit(case, by=person.account, at=at)

    @pytest.mark.parametrize(
        "stated",
        [{"list.level": "chief_technician"}, {"officer.approved_amount": "9.00"}, {"person.id": "x"}],
    )
    def test_nobody_states_what_the_form_does_not_ask(self, at: datetime, stated: dict[str, Any]) -> None:
        person = member()
        case = draft(person, certificate(person), at=at)
        with pytest.raises(rules.FactError):
            applications.save_answers(case, stated=stated, by=person.account, at=at)

    def test_a_certificate_registered_for_another_cannot_be_claimed_and_their_name_is_not_told(
        self, at: datetime
    ) -> None:
        owner, other = member("测试机密"), member("测试乙")
        with pytest.raises(Refused) as said:
            filed(other, certificate(owner), at=at)
        assert "测试机密" not in str(said.value)

    def test_a_programme_that_closed_takes_no_draft_any_more(self, at: datetime) -> None:
        person = member()
        case = draft(person, certificate(person), at=at)
        Programme.objects.filter(pk=TECHNICIAN).update(mode=Mode.CLOSED)
        with pytest.raises(Refused):
            applications.submit(case, by=person.account, at=at)

    @pytest.mark.parametrize(
        "more, status, said",
        [
            ('\n[elsewhere]\ntitle = "在别处办"\ninferred = "试"\n', "in_force", "别的系统"),
            ("", "draft", "征求意见稿"),
            ("", "expired", "申请时间已过"),
        ],
    )
    def test_what_could_not_be_begun_any_more_is_not_filed_for_the_same_reason(
        self, at: datetime, more: str, status: str, said: str
    ) -> None:
        person = member()
        case = draft(person, certificate(person), at=at)
        document, path = "xiaoshan-union-2025/document.toml", library().paths[TECHNICIAN]
        sources = dict(library().sources)
        sources[path] += more
        sources[document] = sources[document].replace('"in_force"', f'"{status}"')
        programmes.publish(rules.build(sources), by=None, at=at)
        row = Programme.objects.with_law().get(pk=TECHNICIAN)
        reason = cannot_apply_here(row, on=at.date())
        with pytest.raises(Refused, match=said) as refusal:
            applications.submit(case, by=person.account, at=at)
        assert str(refusal.value) == reason
        assert bool(cannot_take(row)) is (status != "expired")  # a list may come in late

    def test_a_listed_person_with_a_lower_case_is_held_for_a_choice(self, at: datetime) -> None:
        person = member("测试甲")
        lower = filed(person, certificate(person), at=at)
        row = bring_in(person, at=at).rows.get()
        assert row.state == RowState.HELD
        assert lower.number in row.reason
        assert Application.objects.count() == 1

    def test_a_higher_row_comes_first_whatever_the_order(self, at: datetime) -> None:
        person = member("测试甲")
        rows = bring_in(person, person, levels=("特级技师", "首席技师"), at=at).rows.order_by("number")
        assert [row.state for row in rows] == [RowState.HELD, RowState.TAKEN]

    def test_a_listed_certificate_stays_with_its_case_through_a_correction(self, at: datetime) -> None:
        person = member("测试甲")
        bring_in(person, at=at)
        case = Application.objects.get()
        account = {
            "account_name": "测试甲",
            "account_number": "6228000000000000018",
            "account_bank": "测试银行萧山支行",
        }
        applications.confirm_card(case, account=account, by=person.account, at=at)
        approver = officer("hangzhou-union", Role.APPROVER)
        reviews.send_back(
            Application.objects.get(), fields=[{"field": "account", "reason": "请写支行"}], by=approver, at=at
        )
        case = Application.objects.get()
        applications.save_answers(case, account=account, by=person.account, at=at)
        applications.submit(case, by=person.account, at=at)
        assert reviews.pass_on(Application.objects.get(), by=approver, at=at).status == "approved"

    def test_whoever_brought_a_list_in_does_not_decide_its_cases(self, at: datetime) -> None:
        person = member("测试甲")
        both = officer("hangzhou-union", Role.REGISTRAR, Role.APPROVER)
        bring_in(person, at=at, by=both)
        account = {
            "account_name": "测试甲",
            "account_number": "6228000000000000018",
            "account_bank": SUBBRANCH,
        }
        case = applications.confirm_card(Application.objects.get(), account=account, by=person.account, at=at)
        with pytest.raises(Refused):
            reviews.pass_on(case, by=both, at=at)
        assert reviews.pass_on(case, by=officer("hangzhou-union", Role.APPROVER), at=at).status == "approved"

    def test_labels_copied_with_a_number_make_no_other_certificate(self) -> None:
        written = [
            "S00003301000777",
            "证书编号：S00003301000777",
            "No. S00003301000777",
            "第S00003301000777号（副本）",
        ]
        assert {normalise_certificate_number(text) for text in written} == {"S00003301000777"}
