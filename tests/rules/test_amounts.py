"""Brackets, rows of different days, payers of different days, and overlays, on the small law."""

from datetime import date

import pytest
from small_law import PROGRAMME, SMALL, changed, programme

from jiangli.rules import Outcome, Payment, PolicyError, answer, assess, build

DAY = date(2025, 6, 10)
SLICES = """of = "a.money"
brackets = [{ up_to = 1000, percent = 20 }, { up_to = 10000, percent = 50 }, { percent = 90 }]"""


def law(amount: str, **files: str):
    text = PROGRAMME.replace("yuan  = 100", amount)
    return build(changed(one=text, **files)).programmes["test-one"]


def fen(found_law, **facts):
    return assess(found_law, {"a.yes": True, **facts}, on=DAY).amount_fen


@pytest.mark.parametrize(
    ("share", "amount"),
    [
        (100, 20),
        (1000, 200),
        (1001, "200.50"),
        (10000, 4700),
        (10001, "4700.90"),
        (20000, 13700),
        ("0.02", 0),
    ],
)
def test_each_slice_of_a_sum_has_its_percent(share, amount):
    money = {"a.money": round(float(share) * 100)}
    assert fen(law(SLICES), **money) == round(float(amount) * 100)


def test_a_sum_above_zero_is_raised():
    raised = law(SLICES + "\nat_least = 100")
    assert fen(raised, **{"a.money": 5}) == 10000
    assert fen(raised, **{"a.money": 100000}) == 20000
    found = assess(raised, {"a.yes": True, "a.money": 0}, on=DAY)
    assert (found.outcome, found.failed) == (Outcome.INELIGIBLE, ("rate",))
    assert assess(raised, {"a.yes": True}, on=DAY).unknown == ("a.money",)


def test_nothing_is_paid_above_the_last_bracket():
    closed = law('of = "a.money"\nbrackets = [{ up_to = 10, percent = 50 }]')
    assert fen(closed, **{"a.money": 999900}) == 500


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ('of = "a.money"\nbrackets = []', "must rise"),
        ('of = "a.money"\nbrackets = [{ percent = 1 }, { up_to = 5, percent = 2 }]', "must rise"),
        ('of = "a.money"\nbrackets = [{ up_to = 5, percent = 1 }, { up_to = 5, percent = 2 }]', "must rise"),
        ('of = "a.day"\nbrackets = [{ percent = 1 }]', "must be money"),
        ("brackets = [{ percent = 1 }]", "of is missing"),
        ('yuan = 1\nof = "a.money"', "belongs to brackets"),
        ("yuan = 1\nat_least = 3", "belongs to brackets"),
    ],
)
def test_wrong_brackets(amount, says):
    with pytest.raises(PolicyError) as error:
        law(amount)
    assert says in str(error.value)


# --- rows of different days


DATED = "rates = [{ to = 2025-06-10, yuan = 100 }, { from = 2025-06-11, yuan = 200 }]"


@pytest.mark.parametrize(("day", "amount"), [(date(2025, 6, 10), 10000), (date(2025, 6, 11), 20000)])
def test_a_new_rate_from_a_day_on(day, amount):
    assert assess(law(DATED), {"a.yes": True}, on=day).amount_fen == amount


def test_the_law_names_the_day_that_decides():
    found = programme(was="[claim.E1]", now='decided_by = "a.day"\n[claim.E1]').programmes["test-one"]
    assert found.facts_read == ("a.yes",)
    text = PROGRAMME.replace("yuan  = 100", DATED).replace("[claim.E1]", 'decided_by = "a.day"\n[claim.E1]')
    dated = build(changed(one=text)).programmes["test-one"]
    assert assess(dated, {"a.yes": True, "a.day": date(2025, 6, 11)}, on=date(2024, 1, 1)).amount_fen == 20000
    assert assess(dated, {"a.yes": True}, on=DAY).unknown == ("a.day",)
    with pytest.raises(PolicyError, match="decided_by"):
        build(changed(one=text.replace('"a.day"', '"a.text"')))


def test_a_row_has_its_days_and_its_condition():
    row = 'rates = [{ from = 2025-06-11, when = "b.yes", yuan = 7 }, { to = 2025-06-10, yuan = 5 }]'
    assert assess(law(row), {"a.yes": True, "b.yes": True}, on=date(2025, 6, 11)).amount_fen == 700
    assert assess(law(row), {"a.yes": True, "b.yes": False}, on=date(2025, 6, 11)).failed == ("rate",)


def test_payers_change_on_a_day():
    payers = 'yuan = 100\npayers = [{ payer = "x" }, { payer = "y", from = 2025-06-11 }]'
    joined = law(payers)
    assert assess(joined, {"a.yes": True}, on=DAY).payments == (Payment("x", 10000),)
    later = assess(joined, {"a.yes": True}, on=date(2025, 6, 11))
    assert (later.amount_fen, len(later.payments)) == (20000, 2)


def test_who_pays_must_be_known():
    text = PROGRAMME.replace(
        "yuan  = 100", 'yuan = 100\npayers = [{ payer = "x" }, { payer = "y", from = 2025-06-11 }]'
    )
    found = build(changed(one=text.replace("[claim.E1]", 'decided_by = "a.day"\n[claim.E1]'))).programmes[
        "test-one"
    ]
    assert assess(found, {"a.yes": True}, on=DAY).unknown == ("a.day",)


PAYERS = [
    '{ payer = "x", to = 2025-05-31 }',
    '{ payer = "x", percent = 90, to = 2025-05-31 }, { payer = "z", from = 2025-06-01 }',
    '{ payer = "x", percent = 150 }, { payer = "y", percent = -50 }',
    '{ payer = "x", percent = 100 }, { payer = "y", percent = 0 }',
    '{ payer = "x", percent = 100 }, { payer = "y" }',
    '{ payer = "x", ratio = 0 }',
]


@pytest.mark.parametrize("rows", PAYERS)
def test_on_every_day_somebody_pays_the_whole(rows):
    with pytest.raises(PolicyError, match="do not pay the whole"):
        law(f"yuan = 100\npayers = [{rows}]")


def test_what_payers_of_different_days_pay_has_no_one_span():
    rows = '{ payer = "x", to = 2025-05-31 }, { payer = "y", from = 2025-06-01 }'
    changing = law(f"yuan = 100\npayers = [{rows}]")
    assert changing.amount_range_fen() is None
    assert assess(changing, {"a.yes": True}, on=DAY).payments == (Payment("y", 10000),)


def test_the_day_on_which_payers_turn_is_asked_for():
    text = PROGRAMME.replace(
        "yuan  = 100", 'yuan = 100\npayers = [{ payer = "x" }, { payer = "y", from = 2025-06-11 }]'
    )
    found = build(changed(one=text.replace("[claim.E1]", 'decided_by = "a.day"\n[claim.E1]'))).programmes[
        "test-one"
    ]
    assert "a.day" in found.facts_read


def test_the_span_of_an_amount_knows_its_supplements_and_ceilings():
    rows = 'by = "a.level"\nrates = [{ is = ["low", "middle"], yuan = 100 }, { is = "high", yuan = 300 }]'
    low = """{ when = "a.level = 'low'", yuan = 50, inferred = "x" }"""
    extra = f'\nsupplements = [{low}, {{ percent = 10, inferred = "x" }}]'
    assert law(rows).amount_range_fen() == (10000, 30000)
    assert law(rows + extra).amount_range_fen() == (10000, 33000)
    capped = (
        PROGRAMME.replace("yuan  = 100", rows + extra)
        + '[[limits]]\nat_most = 310\nper = ["person"]\ninferred = "x"'
    )
    assert build(changed(one=capped)).programmes["test-one"].amount_range_fen() == (10000, 31000)


# --- overlays


OVERLAY = """
overlays = "test-one"
id       = "newer"
status   = "proposed"
source   = "报纸一版"
[claim.E1]
when     = "a.yes OR b.yes"
inferred = "报纸"
[amount]
yuan     = 300
inferred = "报纸"
"""


def with_overlay(text: str = OVERLAY):
    return build(SMALL | {"test/one.newer.overlay.toml": text})


def request(facts, **more):
    return {"programme": "test-one", "applied_on": "2025-06-10", "facts": facts, **more}


def test_a_proposed_overlay_decides_nothing():
    both = with_overlay()
    assert answer(both, request({"a.yes": False, "b.yes": True}))["failed"] == ["E1"]
    assert both.programmes["test-one"].hash == build(SMALL).programmes["test-one"].hash
    assert "test/one.newer.overlay.toml" not in both.sources_of("test-one")


def test_it_serves_an_estimate_called_one():
    found = answer(with_overlay(), request({"a.yes": False, "b.yes": True}, overlay="newer"))
    assert (found["outcome"], found["amount"], found["estimate"]) == ("eligible", "300.00", True)
    assert found["overlays"] == [{"id": "newer", "status": "proposed"}]


@pytest.mark.parametrize("overlay", ["older", 3])
def test_an_overlay_that_is_not_there_is_invalid(overlay):
    assert answer(with_overlay(), request({"a.yes": True}, overlay=overlay))["at"] == "overlay"


def test_english_of_what_an_overlay_replaces_no_longer_holds():
    base = {"test/one.en.toml": '[claim.E1]\ntitle = "First class"\n'}
    found = build(SMALL | base | {"test/one.newer.overlay.toml": OVERLAY}).estimated("test-one", "newer")
    assert found.condition("E1").title is None
    titled = OVERLAY.replace("[claim.E1]", '[claim.E1]\ntitle = "甲或乙"')
    found = build(SMALL | base | {"test/one.newer.overlay.toml": titled}).estimated("test-one", "newer")
    assert found.condition("E1").title.say("en") == "甲或乙"


def test_two_overlays_that_hold_may_not_change_the_same():
    confirmed = OVERLAY.replace('"proposed"', '"confirmed"\nlegal_basis = "测办〔2025〕1号"')
    other = confirmed.replace('"newer"', '"other"')
    for text, says in (
        (other, "changes E1, too"),
        (other.replace("[claim.E1]", "[claim.E9]"), "changes amount, too"),
    ):
        with pytest.raises(PolicyError, match=says):
            build(SMALL | {"test/one.newer.overlay.toml": confirmed, "test/one.other.overlay.toml": text})


def test_an_overlay_has_its_english_beside_it():
    english = '[claim.E1]\ntitle = "First class"\ntell = "Not first class: {a.yes}."\n'
    chinese = OVERLAY.replace("[claim.E1]", '[claim.E1]\ntitle = "甲"\ntell = "不是甲等：{a.yes}。"')
    both = build(SMALL | {"test/one.newer.overlay.toml": chinese, "test/one.newer.overlay.en.toml": english})
    found = assess(both.estimated("test-one", "newer"), {"a.yes": False, "b.yes": False}, on=DAY)
    assert found.finding("E1").tell("en") == "Not first class: No."
    assert found.finding("E1").title("en") == "First class"


READINGS = """
[parameters]
loose = { value = false, reason = "严格" }
since = { value = 2025-01-01, reason = "起算" }
[claim.E2]
when     = "parameter.loose OR a.day >= parameter.since"
inferred = "试"
"""


@pytest.mark.parametrize(
    ("turned", "outcome"),
    [({}, "ineligible"), ({"loose": True}, "eligible"), ({"since": "2024-12-31"}, "eligible")],
)
def test_another_reading_can_be_tried(turned, outcome):
    found = answer(programme(READINGS), request({"a.yes": True, "a.day": "2024-12-31"}, parameters=turned))
    assert (found["outcome"], found.get("estimate", False)) == (outcome, bool(turned))


def test_a_reading_that_the_file_cannot_bear_is_invalid():
    rows = 'payers = [{ payer = "x", ratio = "parameter.share" }]\n[parameters]\nshare = { value = 1, reason = "x" }'
    text = PROGRAMME.replace('quote = "每人一百元。"', f'quote = "每人一百元。"\n{rows}')
    assert (
        answer(build(changed(one=text)), request({"a.yes": True}, parameters={"share": -1}))["at"]
        == "parameters"
    )


@pytest.mark.parametrize("turned", [{"none": True}, {"loose": 1}, {"since": True}, {"since": "soon"}, []])
def test_a_reading_that_is_not_there_is_invalid(turned):
    assert answer(programme(READINGS), request({"a.yes": True}, parameters=turned))["at"] == "parameters"


def test_a_confirmed_overlay_is_the_law():
    text = OVERLAY.replace('"proposed"', '"confirmed"\nlegal_basis = "测办〔2025〕1号"')
    found = answer(with_overlay(text), request({"a.yes": True}))
    assert (found["amount"], found["estimate"]) == ("300.00", False)
    assert "test/one.newer.overlay.toml" in with_overlay(text).sources_of("test-one")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OVERLAY.replace('"proposed"', '"confirmed"'), "legal_basis is missing"),
        (OVERLAY.replace('"test-one"', '"test-two"'), "not the id of the programme beside it"),
        (OVERLAY.replace("[claim.E1]", "[process]"), "Unknown key process"),
        (OVERLAY.replace("yuan     = 300", "yuan = -1"), "newer.overlay.toml:10"),
    ],
)
def test_wrong_overlays(text, says):
    with pytest.raises(PolicyError) as error:
        with_overlay(text)
    assert says in str(error.value)


def test_an_overlay_stands_beside_its_programme():
    with pytest.raises(PolicyError, match="no programme file beside it"):
        build(SMALL | {"test/other.newer.overlay.toml": OVERLAY})
