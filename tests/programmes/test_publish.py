"""Publishing: what is in force, and since when."""

from datetime import datetime

import pytest

from jiangli import rules
from jiangli.audit.models import Event
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme, Version
from stories import TECHNICIAN, library, the_law

pytestmark = pytest.mark.django_db


def in_force() -> list[dict[str, str]]:
    events = Event.objects.filter(name="programme.version_in_force", details__programme=TECHNICIAN)
    return list(events.order_by("pk").values_list("details", flat=True))


def test_each_move_to_another_version_is_recorded_also_back(at: datetime) -> None:
    the_law(at)
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


def test_what_another_system_decides_is_published_for_reference_and_stays_as_an_officer_sets_it(
    at: datetime,
) -> None:
    the_law(at)
    law, path = library(), library().paths[TECHNICIAN]
    text = law.sources[path] + '\n[elsewhere]\ntitle = "在别处办"\ninferred = "试"\n'
    Programme.objects.filter(pk=TECHNICIAN).delete()
    programmes.publish(rules.build({**law.sources, path: text}), by=None, at=at)
    assert Programme.objects.get(pk=TECHNICIAN).mode == Mode.REFERENCE
    Programme.objects.filter(pk=TECHNICIAN).update(mode=Mode.OPEN)
    programmes.publish(law, by=None, at=at)
    assert Programme.objects.get(pk=TECHNICIAN).mode == Mode.OPEN
