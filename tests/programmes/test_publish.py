"""Publishing: what is in force, and since when."""

from datetime import date, datetime
from functools import cache

import pytest
from django.core.management import CommandError, call_command

from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import programme_of
from jiangli.applications.permissions import cannot_apply_here, cannot_take
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme, Version
from jiangli.programmes.queries import open_programmes, rule
from jiangli.programmes.status import Standing, standing
from jiangli.reviews import actions as reviews
from stories import TECHNICIAN, agencies, certificate, filed, library, member, officer, the_law

pytestmark = pytest.mark.django_db
DRAFT, OTHER = "qiantang-04-skill-upgrade", "qiantang-03-gold-worker"


def in_force() -> list[dict[str, str]]:
    events = Event.objects.filter(name="programme.version_in_force", details__programme=TECHNICIAN)
    return list(events.order_by("pk").values_list("details", flat=True))


def test_each_move_to_another_version_is_recorded_also_back(at: datetime) -> None:
    agencies()
    programmes.publish(library(), by=None, at=at)
    first = Programme.objects.get(pk=TECHNICIAN).version
    assert in_force() == [{"programme": TECHNICIAN, "hash": first.hash, "before": ""}]
    other = Version.objects.create(
        programme_code=TECHNICIAN, hash="e" * 64, sources=first.sources, published_at=at
    )
    Programme.objects.filter(pk=TECHNICIAN).update(version=other)
    assert programmes.publish(library(), by=None, at=at) == []
    assert Programme.objects.get(pk=TECHNICIAN).version == first
    assert in_force()[1:] == [{"programme": TECHNICIAN, "hash": first.hash, "before": other.hash}]
    programmes.publish(library(), by=None, at=at)
    assert len(in_force()) == 2


def changed(path: str, old: str, new: str) -> rules.Library:
    """The policies with one file written otherwise."""
    sources = library().sources
    assert old in sources[path]
    return rules.build({**sources, path: sources[path].replace(old, new)})


def elsewhere() -> rules.Library:
    path = library().paths[TECHNICIAN]
    text = library().sources[path] + '\n[elsewhere]\ntitle = "在别处办"\ninferred = "试"\n'
    return rules.build({**library().sources, path: text})


def row_of(code: str) -> Programme:
    return Programme.objects.with_law().get(pk=code)


def test_what_the_file_sends_to_another_system_is_not_taken_here_until_the_file_takes_it_back(
    at: datetime,
) -> None:
    the_law(at)
    for law, taken in ((elsewhere(), False), (library(), True)):
        programmes.publish(law, by=None, at=at)
        row = row_of(TECHNICIAN)
        assert (cannot_take(row) is None, cannot_apply_here(row, on=at.date()) is None) == (taken, taken)
        assert (row in open_programmes()) is taken


@pytest.mark.parametrize("mode", Mode)
def test_a_mode_that_was_set_stays_whatever_the_file_says(at: datetime, mode: Mode) -> None:
    the_law(at)
    call_command("mode", TECHNICIAN, mode.value)
    for law in (elsewhere(), library()):
        programmes.publish(law, by=None, at=at)
        assert row_of(TECHNICIAN).mode == mode
        assert (cannot_take(row_of(TECHNICIAN)) is None) == (mode in (Mode.OPEN, Mode.BACK_ENTRY))


def test_what_another_system_decides_works_here_once_it_is_opened(at: datetime) -> None:
    the_law(at)
    refund = "xiaoshan-union-2024-fee-refund"
    assert row_of(refund).mode == Mode.REFERENCE and cannot_take(row_of(refund))
    call_command("mode", refund, "open")
    assert cannot_take(row_of(refund)) is None
    with pytest.raises(CommandError, match="There is no programme nothing"):
        call_command("mode", "nothing", "open")


def test_a_programme_goes_to_the_agency_that_its_file_names(at: datetime) -> None:
    the_law(at)
    path = library().paths[TECHNICIAN]
    law = changed(path, 'agency   = "xiaoshan-union"', 'agency   = "hangzhou-union"')
    programmes.publish(law, by=None, at=at)
    assert row_of(TECHNICIAN).agency_id == "hangzhou-union"


# --- out of the folder


@cache
def without_qiantang() -> rules.Library:
    kept = {path: text for path, text in library().sources.items() if not path.startswith("qiantang/")}
    return rules.build(kept)


def moves(code: str) -> list[str]:
    return list(Event.objects.about(row_of(code)).values_list("name", flat=True))


def test_what_is_taken_out_of_the_folder_closes_and_stands_last(at: datetime) -> None:
    the_law(at)
    for _twice in range(2):
        programmes.publish(without_qiantang(), by=None, at=at)
    row = row_of(DRAFT)
    assert standing(row, rule(row.version), on=at.date()) == Standing.CLOSED
    assert moves(DRAFT) == ["programme.taken_out"]
    codes = list(Programme.objects.values_list("code", flat=True))
    assert [code.startswith("qiantang") for code in codes] == sorted(c.startswith("qiantang") for c in codes)


def test_what_comes_back_into_the_folder_is_as_it_was(at: datetime) -> None:
    the_law(at)
    programmes.set_mode(row_of(OTHER), Mode.REFERENCE, by=None, at=at)
    for law in (without_qiantang(), library()):
        programmes.publish(law, by=None, at=at)
    assert (row_of(DRAFT).mode, row_of(OTHER).mode) == (Mode.SIMULATION, Mode.REFERENCE)
    assert moves(DRAFT) == ["programme.taken_out", "programme.put_back"]


def test_what_an_officer_closed_stays_closed_when_it_comes_back(at: datetime) -> None:
    the_law(at)
    Programme.objects.filter(pk=DRAFT).update(mode=Mode.CLOSED)
    for law in (without_qiantang(), library()):
        programmes.publish(law, by=None, at=at)
    assert row_of(DRAFT).mode == Mode.CLOSED and moves(DRAFT) == []


def test_a_filed_case_goes_on_by_its_version_when_its_programme_is_taken_out(at: datetime) -> None:
    the_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    kept = {path: text for path, text in library().sources.items() if path != library().paths[TECHNICIAN]}
    kept = {path: text for path, text in kept.items() if "union-2025/technician." not in path}
    programmes.publish(rules.build(kept), by=None, at=at)
    case = reviews.pass_on(case, by=officer("xiaoshan-union", Role.REVIEWER), at=at)
    assert programme_of(case).id == TECHNICIAN and case.status == Status.SUBMITTED


def test_the_newest_document_comes_first_and_one_without_a_day_last() -> None:
    order = programmes.in_order_of_the_notices(library())
    days = [library().programmes[code].document.first_day or date.min for code in order]
    assert days == sorted(days, reverse=True)
    assert order.index(TECHNICIAN) < order.index("xiaoshan-hrss-2025-01a-student-aid")
