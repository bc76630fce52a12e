"""From an official text to the first version of its files: what is recognised, and where the author is asked."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest
from notices import NOTICE
from small_law import SMALL

from jiangli.rules import build, load
from jiangli.rules.checking import check
from jiangli.rules.document import Clause
from jiangli.rules.drafting import headings
from jiangli.rules.drafting.finding import Sentence, likely_facts, payable_sections, sentences
from jiangli.rules.drafting.folder import document, draft, section_titles, summary
from jiangli.rules.library import default_folder, read_sources
from jiangli.rules.reading import text as law


@pytest.fixture(scope="module")
def facts():
    return load().facts


@pytest.fixture(scope="module")
def files(facts):
    return draft(NOTICE, "county-2026", facts)


# --- headings


def test_headings_are_recognised_by_their_numbers():
    found = [line for line in headings.markdown(NOTICE).splitlines() if line.startswith("#")]
    assert found == [
        "# 关于做好2026年度云溪县技能提升激励工作的通知",
        "## 一、技能提升激励",
        "### （一）激励对象和条件",
        "### （二）激励标准",
        "### （三）申报流程",
        "### （四）申报材料",
        "## 二、企业培训补助",
        "## 三、其他",
    ]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("# 已有标题\n正文", "# 已有标题\n正文\n"),
        ("关于某事\n的若干意见\n正文。", "# 关于某事的若干意见\n\n正文。\n"),
        ("没有题目的一行\n正文。", "# 没有题目的一行\n\n正文。\n"),
        ("某某办法\n第一章 总则\n1、条\n（1）款\n第二章 分则", None),
        ("某某办法\n一、对象。凡在本县就业的职工，都可以申请，手续从简。", None),
    ],
)
def test_titles_and_levels(text, made):
    found = headings.markdown(text)
    if made:
        assert found == made
    elif "章" in text:
        assert found.strip().split("\n\n")[1:] == [
            "## 第一章 总则",
            "### 1、条",
            "（1）款",
            "## 第二章 分则",
        ]
    else:
        assert found.strip().split("\n\n")[1:] == [
            "## 一、对象。",
            "凡在本县就业的职工，都可以申请，手续从简。",
        ]


# --- sentences


def sentence(text: str) -> Sentence:
    return Sentence(text, Clause("x", ("x",), "", 1, text, 1))


def test_what_a_sentence_says(facts):
    found = sentence("每家企业每年最高不超过5万元，满6个月的另给1200.50元，其中30%由区里出")
    assert [str(amount) for amount in found.amounts] == ["50000", "1200.50"]
    assert (found.percents, found.spans, found.is_ceiling) == (["30"], ["满6个月"], True)
    assert sentence("自2026年3月1日至2026年2月30日").days == [date(2026, 3, 1)]
    assert sentence("已享受的予以补差").is_top_up
    assert sentence("每人仅限享受一次").is_once
    levels = facts["certificate.level"].enum
    assert sentence("技师、高级技师和高级工").values(levels) == ["technician", "senior_technician", "senior"]


def test_facts_are_suggested_by_their_names(facts):
    assert likely_facts("须为工会实名认证会员", facts)[0].name == "membership.real_name_verified"
    assert likely_facts("天气很好", facts) == []


def test_payable_clauses_are_those_that_name_money():
    assert section_titles(NOTICE) == ["技能提升激励", "企业培训补助"]
    assert section_titles("某通知\n每人100元。") == ["某通知"]


def test_sections_of_the_real_texts(law):
    found = {name: len(payable_sections(document.clauses)) for name, document in law.documents.items()}
    assert found["xiaoshan-union-2025"] == 2
    assert found["qiantang"] == 12


# --- the files


def test_the_document_takes_what_the_text_gives_away(files):
    found = tomllib.loads(files["county-2026/document.toml"])
    assert found["title"] == "关于做好2026年度云溪县技能提升激励工作的通知"
    assert found["number"] == "云人社〔2026〕8号"
    assert found["status"] == "draft"
    assert found["from"] == date(2026, 3, 1)
    assert found["contact"]["phone"] == "0571-12345678"


def test_a_text_without_number_days_and_phone_leaves_comments():
    found = document(law.clauses("# 某通知\n\n没有什么。"), "agency")
    assert [line[0] for line in found.splitlines() if line.startswith("#")] == ["#"] * 4


def test_rates_windows_limits_stages_and_materials_are_written(files):
    found = tomllib.loads(files["county-2026/programme-01.toml"])
    assert found["section"] == "一"
    assert "2026-03-01" in found["claim"]["window"]["when"]
    assert [(row["is"], row["yuan"]) for row in found["amount"]["rates"]] == [
        ("senior", 500),
        ("technician", 800),
    ]
    assert found["limits"][0]["once_per"] == ["person", "period"]
    assert found["record"] == {"period": "year_of(application.applied_on)"}
    assert [stage["kind"] for stage in found["process"]["stages"]] == ["file", "review", "publish", "pay"]
    assert len(found["process"]["materials"]) == 2


def test_days_of_a_certificate_are_written_and_other_conditions_asked(files):
    claim = tomllib.loads(files["county-2026/programme-01.toml"])["claim"]
    assert claim["E1"]["when"] == ""
    assert claim["E2"]["when"] == "certificate.issue_date BETWEEN DATE '2025-12-01' AND DATE '2026-11-30'"
    assert "# 可用的事实：membership.real_name_verified" in files["county-2026/programme-01.toml"]


def test_an_amount_without_scale_is_left_to_an_officer_under_its_ceiling(files):
    found = tomllib.loads(files["county-2026/programme-02.toml"])
    assert found["claimant"] == "organisation"
    assert found["amount"]["yuan"] == "officer.approved_amount"
    assert found["limits"][0]["at_most"] == 50000
    assert found["limits"][1]["less_paid_per"] == ["person"]
    assert found["claim"]["E1"] == {"title": "可以申领的人", "when": "", "inferred": "原文没有单独写条件"}


def test_a_text_without_any_amount_says_so(facts):
    files = draft("某通知\n符合条件的，给予奖励。证书不得重复使用，不再重复受理。", "x", facts)
    found = tomllib.loads(files["x/programme-01.toml"])
    assert found["amount"] == {"yuan": "officer.approved_amount", "inferred": "原文没有写标准"}
    assert found["limits"][0]["once_per"] == ["certificate"]


def test_a_single_sum_and_months_are_hinted_at(facts):
    text = "某通知\n一、补贴\n（一）条件\n1.在本县连续工作满6个月的高级工职工；\n（二）标准\n每人2000元。\n每人3000元。"
    found = draft(text, "x", facts)["x/programme-01.toml"]
    assert tomllib.loads(found)["amount"]["yuan"] == 2000
    assert "# 说到 满6个月" in found
    assert "IN ('senior')" in found
    second = draft(text, "x", facts)["x/programme-02.toml"]
    assert tomllib.loads(second)["amount"]["yuan"] == 3000
    assert tomllib.loads(second)["title"] == "每人3000元"


def test_items_that_name_no_step_are_no_stages_and_nothing_may_be_left(facts):
    text = "某通知\n一、补贴\n（一）标准\n每人2000元。\n（二）流程\n详见官网"
    found = draft(text, "x", facts)["x/programme-01.toml"]
    assert "process" not in tomllib.loads(found)
    assert "还没有用到" not in found


def test_percents_are_hinted_at(facts):
    text = "某通知\n一、补贴\n（一）标准\n每人2000元。\n紧缺工种提高20%。"
    found = draft(text, "x", facts)["x/programme-01.toml"]
    assert "# 说到 20%：提高标准写 supplements" in found


def test_words_that_stand_twice_get_their_clause(facts):
    text = "某通知\n一、甲\n（一）标准\n每人100元。\n（二）范围\n每人100元。"
    assert tomllib.loads(draft(text, "x", facts)["x/programme-01.toml"])["amount"]["at"] == "一(一)"


def test_the_check_leads_the_author_on(files):
    """Nothing undecided can decide: the first message names the first blank rule."""
    cases = {name: text for name, text in files.items() if name.endswith(".jsonl")}
    rest = {name: text for name, text in files.items() if name not in cases}
    found = [str(problem) for problem in check({**read_sources(default_folder()), **rest}, cases).problems]
    mine = [problem for problem in found if problem.startswith("county-2026/programme")]
    assert "county-2026/programme-01.toml:" in mine[0]
    assert any("when 是空的" in problem or "没有 agency 这个机构" in problem for problem in mine)


def test_a_summary_counts_what_is_to_be_decided(files):
    lines = summary(files)
    assert len(lines) == len(files) == 6
    assert any(line.startswith("county-2026/programme-01.toml\t") and "\t0 处" not in line for line in lines)


def test_a_dictionary_without_certificates_still_gives_a_draft():
    small = build(SMALL).facts
    made = draft(NOTICE, "x", small)["x/programme-01.toml"]
    assert tomllib.loads(made)["claim"]["E2"]["when"] == ""


def test_sentences_keep_their_stops():
    clause = Clause("x", ("x",), "", 1, "甲。乙；\n丙", 1)
    assert [found.text for found in sentences([clause])] == ["甲。", "乙；", "丙"]


# --- a notice for enterprises, with regimes, shared ceilings and plain steps

COUNTY = """关于做好2026年度云溪县企业培训工作的通知
一、企业培训补贴
（一）对象
1.在本县参保的企业。
2.职工在本企业连续工作满2年。
（二）标准
2026年3月1日至6月30日取得证书的，每人给予企业500元补贴。
2026年7月1日起取得证书的，每人给予企业800元补贴。
已享受低等级一次性补贴的，发给差额。
（三）办法
1.申报。企业在县人社局网站提出申请。
2.审核。县人社局审核。
3.公示。公示5个工作日。
取得证书之日起12个月内未申报的，视为自动放弃。
二、奖励
（一）给予企业一次性奖励10000元。
（二）对获奖选手每人给予3000元。
逾期未申报的，不予受理。
申报时间为2026年3月1日至10月31日。
三、其他规定
同一企业每年累计最高不超过50万元。
同一证书不得重复，不再重复受理。
"""


@pytest.fixture(scope="module")
def county(facts):
    files = draft(COUNTY, "county-2026", facts)
    return {name.removeprefix("county-2026/"): text for name, text in files.items()}


def test_a_section_without_sums_of_its_own_pays_nothing(county):
    assert [name for name in county if name.endswith("1.toml")] == ["programme-01.toml"]
    assert sorted(name for name in county if name.startswith("programme") and name.endswith(".toml")) == [
        "programme-01.toml",
        "programme-02.toml",
        "programme-03.toml",
    ]
    titles = [tomllib.loads(county[f"programme-0{number}.toml"])["title"] for number in (1, 2, 3)]
    assert titles == ["企业培训补贴", "给予企业一次性奖励10000元", "对获奖选手每人给予3000元"]


def test_a_scale_is_one_programme_and_other_sums_are_their_own(facts):
    text = (
        "某通知\n一、工作室\n（一）技师建工作室的，给予100元。\n（二）技师工作室合格的，给予30元。\n"
        "二、基地\n（一）给予最高30元的补助。\n（二）给予每年不超过10元的资助。\n"
    )
    files = draft(text, "x", facts)
    found = [
        tomllib.loads(body) for name, body in files.items() if name.endswith(".toml") and "programme" in name
    ]
    assert [one["amount"]["yuan"] for one in found[2:]] == ["officer.approved_amount"] * 2
    assert [one["limits"][0]["at_most"] for one in found[2:]] == [30, 10]
    assert len(found) == 4


def test_enterprises_claim_for_their_people(county):
    found = tomllib.loads(county["programme-01.toml"])
    assert (found["claimant"], found["lines"]) == ("organisation", "person")
    case = json.loads(county["programme-01.cases.jsonl"])
    assert case["request"]["lines"] == [{"facts": {}}]
    assert "lines" not in tomllib.loads(county["programme-02.toml"])


def test_dated_sums_are_rows_with_their_days(county):
    found = tomllib.loads(county["programme-01.toml"])
    assert found["decided_by"] == "certificate.issue_date"
    assert [(row["from"], row.get("to"), row["yuan"]) for row in found["amount"]["rates"]] == [
        (date(2026, 3, 1), date(2026, 6, 30), 500),
        (date(2026, 7, 1), None, 800),
    ]


def test_shared_ceilings_look_across_and_top_ups_are_no_once(county):
    found = tomllib.loads(county["programme-01.toml"])
    assert [sorted(limit)[0] for limit in found["limits"]] == ["less_paid_per", "across", "once_per"]
    assert found["limits"][1]["across"] == ["county-2026-01", "county-2026-02", "county-2026-03"]
    assert found["limits"][1]["per"] == ["organisation", "period"]
    assert "# across = [" in county["programme-01.toml"]


def test_plain_numbers_are_steps(county):
    found = tomllib.loads(county["programme-01.toml"])["process"]["stages"]
    assert [(stage["kind"], stage["quote"]) for stage in found] == [
        ("file", "1.申报。企业在县人社局网站提出申请。"),
        ("review", "2.审核。县人社局审核。"),
        ("publish", "3.公示。公示5个工作日。"),
    ]
    assert '# quote = "县人社局审核。"' not in county["programme-01.toml"]


def test_years_and_what_lapses_are_drafted(county):
    assert "years_after(" in county["programme-01.toml"]
    deadline = tomllib.loads(county["programme-01.toml"])["line"]["deadline"]
    assert deadline["when"] == "" and "12个月内" in deadline["quote"]
    assert (
        'when = "application.applied_on <= months_after(certificate.issue_date, 12)"'
        in county["programme-01.toml"]
    )
    late = tomllib.loads(county["programme-02.toml"])["not_modelled"]
    assert late[0]["quote"] == "逾期未申报的，不予受理。"


def test_one_is_two_is(facts):
    text = "某通知\n一、补贴\n（一）标准\n每人2000元。\n（二）流程\n主要步骤：一是本人申请，二是单位审核，三是发放。"
    found = tomllib.loads(draft(text, "x", facts)["x/programme-01.toml"])["process"]["stages"]
    assert [stage["quote"] for stage in found] == ["一是本人申请，", "二是单位审核，", "三是发放。"]


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("2026年3月1日起", (date(2026, 3, 1), None)),
        ("2026年3月1日前", (None, date(2026, 2, 28))),
        ("至2026年3月1日", (None, date(2026, 3, 1))),
        ("2026年3月1日至10月31日", (date(2026, 3, 1), date(2026, 10, 31))),
        ("每年", None),
    ],
)
def test_regimes(text, regime):
    assert sentence(text).regime == regime
    assert sentence("满两年，12个月，十二个月").lengths == [
        ("years_after", 2), ("months_after", 12), ("months_after", 12),
    ]  # fmt: skip


def test_list_items_stay_whole():
    lines = headings.markdown(COUNTY).split("\n\n")
    assert "1.在本县参保的企业。" in lines
    assert "1.申报。企业在县人社局网站提出申请。" in lines
