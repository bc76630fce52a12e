"""The texts: complete, without links, and filled strictly."""

from datetime import date
from pathlib import Path

import pytest

from jiangli.correspondence.texts import LINK, TextFault, read, text_for, texts

DAY = date(2025, 6, 10)
GOOD = 'when = "x"\nvalues = ["number"]\nzh = "号 {number}"\nen = "No {number}"\n'


@pytest.mark.parametrize("event", sorted(texts()))
def test_every_text_can_be_said_in_both_languages(event: str) -> None:
    text = text_for(event)
    for language in ("zh", "en"):
        said = text.fill(dict.fromkeys(text.values, 7), today=DAY, language=language)
        assert not LINK.search(said) and "{" not in said
    assert len(text.words["zh"]) < 140


def test_days_and_amounts_in_words(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('when="x"\nvalues=["on","sum_fen"]\nzh="{on} {sum_fen}"\nen="{on} {sum_fen}"\n', "utf-8")
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


@pytest.mark.parametrize("link", ["https://a.example/x?y=1", "www.abc.cn", "abc.com/pay", "HTTP://X"])
def test_a_link_in_a_value_is_taken_out(link: str) -> None:
    given = {"number": "1", "programme": f"请看{link}。"}
    said = text_for("application.withdrawn").fill(given, today=DAY)
    assert link not in said and not LINK.search(said) and "请看" in said
