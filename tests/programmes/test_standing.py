"""How a programme stands on a day, and its estimates by a proposed standard."""

from datetime import date, datetime

import pytest

from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import estimates, published, rule
from jiangli.programmes.status import Standing, standing
from stories import TECHNICIAN, library, the_law

pytestmark = pytest.mark.django_db
WOMEN = "hangzhou-mutual-aid-2025-women"


@pytest.mark.parametrize(
    "code, day, expected",
    [
        (TECHNICIAN, date(2025, 4, 14), Standing.COMING),
        (TECHNICIAN, date(2025, 4, 15), Standing.OPEN),
        (TECHNICIAN, date(2025, 12, 1), Standing.OPEN),
        (TECHNICIAN, date(2025, 12, 2), Standing.CLOSED),
        (WOMEN, date(2025, 6, 10), Standing.ELSEWHERE),
        ("qiantang-04-skill-upgrade", date(2025, 6, 10), Standing.DRAFT),
        ("hangzhou-union-2022", date(2022, 6, 10), Standing.CLOSED),
        ("xiaoshan-union-2024-fee-refund", date(2025, 6, 10), Standing.CLOSED),
        ("xiaoshan-hrss-2025-10-digital-skill", date(2028, 2, 29), Standing.OPEN),
        ("xiaoshan-hrss-2025-10-digital-skill", date(2028, 3, 10), Standing.OPEN),
        ("xiaoshan-hrss-2025-11b-chief-technician-allowance", date(2028, 3, 10), Standing.OPEN),
        ("xiaoshan-union-2025-chief-technician", date(2025, 12, 2), Standing.OPEN),
    ],
)
def test_standing(at: datetime, code: str, day: date, expected: Standing) -> None:
    the_law(at)
    row = Programme.objects.with_law().get(pk=code)
    assert standing(row, rule(row.version), on=day) == expected


def test_an_officer_may_close_or_only_show_a_programme(at: datetime) -> None:
    the_law(at)
    for mode, expected in (
        (Mode.CLOSED, Standing.CLOSED),
        (Mode.REFERENCE, Standing.ELSEWHERE),
        (Mode.SIMULATION, Standing.SIMULATION),
        (Mode.BACK_ENTRY, Standing.BACK_ENTRY),
    ):
        Programme.objects.filter(pk=TECHNICIAN).update(mode=mode)
        row = Programme.objects.with_law().get(pk=TECHNICIAN)
        assert standing(row, rule(row.version), on=at.date()) == expected


def test_a_proposed_overlay_is_published_beside_its_programme_and_only_estimates(at: datetime) -> None:
    the_law(at)
    row = Programme.objects.with_law().get(pk=WOMEN)
    (estimated,) = estimates(row)
    assert estimated.overlays[0].proposed and not rule(row.version).overlays
    assert row.proposals == library().proposals_of(WOMEN)
    assert estimates(Programme.objects.with_law().get(pk=TECHNICIAN)) == ()


def test_every_law_is_read_without_its_long_texts(at: datetime, django_assert_num_queries: object) -> None:
    the_law(at)
    assert len(published()) == len(library().programmes)
    with django_assert_num_queries(1) as queries:  # type: ignore[operator]
        published()
    assert "sources" not in queries.captured_queries[0]["sql"]
