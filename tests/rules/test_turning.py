"""Where an expression turns, at the edges of what can be looked at."""

from __future__ import annotations

from datetime import date

from small_law import programme

from jiangli.rules.turning import SCANNED, Axis, days, turning_points

AXIS = Axis("a.count", 0, 10**12, False)


def points(when, axis=AXIS, **facts):
    rule = programme(was='when  = "a.yes"', now=f'when  = "{when}"').programmes["test-one"]
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return turning_points(rule.condition("E1").rule.node, axis, named)


def test_numbers_turn_where_a_side_reaches_the_other():
    assert points("a.count >= 50") == {50, 51}
    assert points("3 - a.count > b.count", b__count=1) == {2, 3}
    assert points("a.count * b.count > 10", b__count=3) == {4}
    assert points("a.count * (b.count - 5) > 0 - 10", b__count=0) == {2, 3}
    assert points("percent_of(100 * a.count, 10) >= 50") == {5, 6}
    assert points("a.count IN (3, 5)") == {3, 4, 5, 6}
    assert points("b.count > 3") == points("a.count * b.count > 10") == set()


def test_two_sides_that_move_are_tried_one_by_one_or_not_at_all():
    near = Axis("a.count", 0, 100, False)
    assert points("a.count * a.count > 20 * a.count - 75", near) == {5, 6, 15, 16}
    assert points("percent_of(100, a.count) >= 50", near) == {50, 51}
    assert points("percent_of(100, a.count) >= 50", Axis("a.count", 0, SCANNED + 1, False)) == set()


def test_answers_can_be_compared_too():
    near = Axis("a.count", 0, 100, False)
    assert points("(a.count > 3) = b.yes", near, b__yes=True) == {4}
    assert points("same(a.count, b.count, c_other.count)".replace("c_other", "b"), near, b__count=7) == {7, 8}


def test_a_value_turns_wherever_it_changes():
    rule = programme(was="yuan  = 100", now='yuan = "100 * a.count * a.count"').programmes["test-one"]
    node = rule.amount.rates[0].amount.node
    assert turning_points(node, Axis("a.count", 0, 3, False), {}) == {1, 2, 3}


def test_an_axis_of_one_day_has_no_turn():
    day = date(2025, 7, 1)
    assert points("a.day >= DATE '2025-07-01'", days("a.day", day, day)) == set()
