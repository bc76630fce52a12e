from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from jiangli.looks.icons import icon_names
from jiangli.looks.states import STATES, state_of
from jiangli.looks.templatetags.looks import mask_card, yuan, yuan_short, zh_day

TODAY = date(2025, 6, 10)

# The table of states in the visual direction, word for word.
WORDS = {
    "condition": "符合 待更正 不符合 待核 证书待查",
    "result": "可以申请 还差一处 不符合 还要查一下",
    "register": "查到 没查到 对不上",
    "case": "草稿 已提交 审核中 待您更正 公示中 同意发放 未同意 已撤回 逾期未更正",
    "payment": "等待发放 银行办理中 已到账 银行退回 正在查询",
}
COLOURS = {
    "condition": "green amber crimson grey grey",
    "result": "green amber crimson grey",
    "register": "green grey amber",
    "case": "grey indigo indigo amber indigo green crimson grey grey",
    "payment": "grey indigo green amber grey",
}


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def show(text: str, **context: object) -> str:
    return Template("{% load looks %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (120000, "1,200.00"),
        (50000000, "500,000.00"),
        (0, "0.00"),
        (5, "0.05"),
        (-120050, "-1,200.50"),
        (None, ""),
    ],
)
def test_fen_are_written_as_yuan(fen: int | None, written: str) -> None:
    assert yuan(fen) == written


def test_headlines_leave_out_empty_decimals() -> None:
    assert (yuan_short(120000), yuan_short(120050)) == ("1,200", "1,200.50")


def test_days_name_the_year_only_when_it_is_another() -> None:
    assert zh_day(date(2025, 12, 1), TODAY) == "12 月 1 日"
    assert zh_day(date(2026, 2, 28), TODAY) == "2026 年 2 月 28 日"
    assert zh_day("2025-12-01") == "2025 年 12 月 1 日"
    assert zh_day(None, TODAY) == ""


def test_a_moment_is_written_as_the_day_it_has_in_hangzhou(settings) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    assert zh_day(datetime(2025, 6, 10, 17, 0, tzinfo=UTC), TODAY) == "6 月 11 日"


def test_the_tag_takes_today_from_the_page() -> None:
    assert show("{% day value %}", value=date(2025, 12, 1), today=TODAY) == "12 月 1 日"


def test_english_days() -> None:
    with translation.override("en"):
        assert zh_day(date(2025, 12, 1), TODAY) == "1 December"


def test_a_card_shows_its_last_four_figures() -> None:
    assert mask_card("6222000000000000") == "尾号 0000"


@pytest.mark.parametrize("kind", WORDS)
def test_states_say_what_the_direction_says(kind: str) -> None:
    rows = STATES[kind].values()
    assert [str(row.word) for row in rows] == WORDS[kind].split()
    assert [row.colour for row in rows] == COLOURS[kind].split()


def test_only_decided_cases_are_stamped() -> None:
    assert {code for code, row in STATES["case"].items() if row.stamped} == {"approved", "refused"}


def test_every_state_has_an_icon_and_a_word() -> None:
    for kind, rows in STATES.items():
        for code, row in rows.items():
            assert row.icon in icon_names()
            assert str(row.word) in show("{% state kind code %}", kind=kind, code=code)


def test_a_condition_may_be_given_as_one_of_three_values() -> None:
    assert [str(state_of("condition", value).word) for value in (True, False, None)] == [
        "符合",
        "不符合",
        "待核",
    ]


def test_an_icon_without_a_drawing_is_a_fault() -> None:
    with pytest.raises(TemplateSyntaxError):
        show('{% icon "unicorn" %}')
