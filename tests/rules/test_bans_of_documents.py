"""What a document says of fraud: a ban only where its own words give one."""

import pytest
from small_law import DOCUMENT, TRIED, changed

from jiangli.rules import PolicyError, build, load
from jiangli.rules.checking import check

BAN = {"quote": "总则第一句。", "who": "claimant", "until": "document_end", "scope": "document"}


def document(**other: str) -> str:
    rows = "".join(f'{name} = "{value}"\n' for name, value in (BAN | other).items() if value)
    return f"{DOCUMENT}\n[ban]\n{rows}"


def test_a_document_bans_by_its_own_words_and_their_clause():
    ban = build(changed(document=document())).documents["test"].ban
    assert ban and (ban.who, ban.until, ban.scope) == ("claimant", "document_end", "document")
    assert ban.basis.quote == "总则第一句。"
    assert build(changed()).documents["test"].ban is None


def test_the_words_of_a_ban_count_as_quoted():
    (found,) = check(changed(document=document()), TRIED).coverage
    assert "总则第一句。" not in [one.words for one in found.missing]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"quote": "没有这句话。"}, "not in the text"),
        ({"quote": ""}, "quote is missing"),
        ({"who": "anybody"}, "who"),
        ({"until": "for_ever"}, "until"),
        ({"scope": ""}, "scope"),
        ({"years": "3"}, "Unknown key years"),
    ],
)
def test_what_a_ban_may_not_say(other, says):
    with pytest.raises(PolicyError) as found:
        build(changed(document=document(**other)))
    assert says in str(found.value)
    assert str(found.value).startswith("test/document.toml:")


def test_a_ban_over_a_series_needs_one():
    without = document(scope="series").replace('series = "test-series"\n', "")
    with pytest.raises(PolicyError, match="no series"):
        build(changed(document=without))


def test_of_the_policies_only_qiantang_bans():
    banning = {id: found.ban for id, found in load().documents.items() if found.ban}
    assert list(banning) == ["qiantang"]
    assert "政策有效期内不得再次申请" in (banning["qiantang"].basis.quote or "")
