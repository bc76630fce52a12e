"""The texts: complete, without links, and filled strictly."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli.correspondence.forbidden import LINK, asks_for_secret
from jiangli.correspondence.texts import TextFault, read, text_for, texts
from jiangli.correspondence.values import packed, unpacked
from jiangli.rules.errors import Words

DAY = date(2025, 6, 10)
GOOD = (
    'when = "x"\ntitle = {zh = "题", en = "T"}\nvalues = ["number"]\nzh = "号 {number}"\nen = "No {number}"\n'
)


@pytest.mark.parametrize("event", sorted(texts()))
def test_every_text_can_be_said_in_both_languages(event: str) -> None:
    text = text_for(event)
    for language in ("zh", "en"):
        said = text.fill(dict.fromkeys(text.values, 7), today=DAY, language=language)
        assert not LINK.search(said) and "{" not in said
    assert text.words["zh"].startswith("【匠励】") and text.words["en"].startswith("[Jiangli] ")


def test_days_and_amounts_in_words(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(
        'when="x"\ntitle={zh="题",en="T"}\nvalues=["on","sum_fen"]\nzh="{on} {sum_fen}"\nen="{on} {sum_fen}"\n',
        "utf-8",
    )
    text = read(file)
    assert text.fill({"on": DAY, "sum_fen": 120000}, today=DAY) == "6 月 10 日 1,200 元"
    assert text.fill({"on": date(2026, 1, 2), "sum_fen": 50050}, today=DAY) == "2026 年 1 月 2 日 500.50 元"
    assert text.fill({"on": DAY, "sum_fen": 100}, today=DAY, language="en") == "10 June 1 yuan"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD.replace("号 {number}", "号 {number} {more}"), "more"),
        (GOOD.replace("号 {number}", "号"), "number"),
        (GOOD.replace("号", "www.example.cn"), "web address"),
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace('en = "T"', 'fr = "T"'), "title"),
        (GOOD.replace("number", "password"), "password"),
        (GOOD.replace("号", "请回复银行卡号"), "asks for a card number"),
        (GOOD.replace("号", "请把收到的验证码发给我们"), "asks for a card number"),
        (GOOD.replace("号", "请短信告知银行卡"), "asks for a card number"),
        (GOOD.replace("No", "Reply with your password"), "asks for a card number"),
        (GOOD.replace("No", "Please send us the code"), "asks for a card number"),
        (GOOD.replace("号", "号" * 140), "at most 140"),
        (GOOD.replace("number", "code"), "secret = true"),
        (GOOD.replace("number", "code") + "secret = true\n", "never to pass the code on"),
        (GOOD.replace('when = "x"\n', ""), "when"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "a.b.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(TextFault, match=says) as fault:
        read(file)
    assert "a.b.toml" in str(fault.value)


def test_values_are_all_given_and_no_others() -> None:
    text = text_for("application.withdrawn")
    with pytest.raises(TextFault, match="give programme"):
        text.fill({"number": "1"}, today=DAY)
    with pytest.raises(TextFault, match="colour"):
        text.fill({"number": "1", "programme": "x", "colour": "red"}, today=DAY)
    with pytest.raises(TextFault, match=r"none\.such"):
        text_for("none.such")


@pytest.mark.parametrize(
    "words",
    ["不要在短信里回复卡号或验证码。", "Never answer with a card number or a code.", "查询密码换成新的了。",
     "请自己打开匠励，填一张本人的银行卡。", "打到尾号 0000 的卡上了。"],
)  # fmt: skip
def test_a_text_may_name_a_secret_without_asking_for_it(words: str) -> None:
    assert asks_for_secret(words) == ""


def test_the_version_follows_the_words(tmp_path: Path) -> None:
    versions = []
    for content in (GOOD, GOOD.replace('when = "x"', 'when = "y"'), GOOD.replace("No", "Nr")):
        file = tmp_path / "a.toml"
        file.write_text(content, "utf-8")
        versions.append(read(file).version)
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("账号6217000000000000000不存在", "账号…0000不存在"),
        ("卡 6217 0000 0000 0000 009 已销户", "卡 …0009 已销户"),
        ("身份证11010519491231002X不符", "身份证…002X不符"),
        ("请打 0571-83712123", "请打 0571-83712123"),
    ],
)
def test_a_bank_that_writes_a_card_number_is_cut(said: str, told: str) -> None:
    text = text_for("organisation.refused").fill({"organisation": "测试公司", "reason": said}, today=DAY)
    assert told in text


def test_a_value_that_runs_on_is_cut() -> None:
    text = text_for("organisation.refused").fill(
        {"organisation": "测试公司", "reason": "长" * 300}, today=DAY
    )
    assert len(text) < 140 and "长…" in text


SAID = st.text('匠a{"}\n7', max_size=12)


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.one_of(st.dates(), st.integers(), SAID, st.builds(Words, SAID, st.one_of(st.none(), SAID))),
    )
)
def test_values_come_back_as_they_were_given(values: dict[str, Any]) -> None:
    assert unpacked(packed(values)) == values and list(unpacked(packed(values))) == list(values)


@pytest.mark.parametrize("link", ["https://a.example/x?y=1", "www.abc.cn", "abc.com/pay", "HTTP://X"])
def test_a_link_in_a_value_is_taken_out(link: str) -> None:
    given = {"number": "1", "programme": f"请看{link}。"}
    said = text_for("application.withdrawn").fill(given, today=DAY)
    assert link not in said and not LINK.search(said) and "请看" in said
