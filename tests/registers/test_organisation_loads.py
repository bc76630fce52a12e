"""The load of organisations: what their register vouches for, column by column."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.registers.loads import load_organisations
from jiangli.registers.models import Organisation, RegisterLoad
from stories import credit_code

pytestmark = pytest.mark.django_db
ROW = {
    "credit_code": credit_code(5000),
    "name": "测试机械有限公司",
    "kind": "企业",
    "area": "330109",
    "certification_filing_area": "none",
    "star_rating": 5,
}


def test_organisations_twice(at: datetime) -> None:
    first, again = load_organisations([ROW], at=at), load_organisations([ROW], at=at)
    assert (first.new, again.new, again.changed, again.same) == (1, 0, 0, 1)
    row = Organisation.objects.get()
    assert row.in_register and row.known == {
        "organisation.kind": "enterprise",
        "organisation.area": "330109",
        "organisation.certification_filing_area": "none",
        "organisation.star_rating": 5,
    }
    assert Event.objects.about(row).count() == 1 and RegisterLoad.objects.count() == 2


def test_a_later_load_changes_its_own_columns_only(at: datetime) -> None:
    load_organisations([ROW], at=at)
    Organisation.objects.update(name="测试旧名")
    loaded = load_organisations(
        [{"credit_code": ROW["credit_code"].lower(), "name": ROW["name"], "star_rating": ""}], at=at
    )
    row = Organisation.objects.get()
    assert loaded.changed == 1 and row.name == ROW["name"]
    assert "organisation.star_rating" not in row.known and row.known["organisation.kind"] == "enterprise"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_code": "123"}, "credit_code"),
        ({"name": ""}, "name"),
        ({"kind": "马戏团"}, "kind"),
        ({"star_rating": "五"}, "star_rating"),
    ],
)
def test_a_fault_is_named_and_the_row_left_out(at: datetime, change: dict[str, str], field: str) -> None:
    loaded = load_organisations([{**ROW, **change}, {**ROW, "credit_code": credit_code(5001)}], at=at)
    assert [(fault.row, fault.field) for fault in loaded.faults] == [(1, field)]
    assert loaded.new == Organisation.objects.count() == 1


@pytest.mark.parametrize("column", ["colour", "id", "organisation.id", "person.sex"])
def test_an_unknown_column_is_refused_whole(at: datetime, column: str) -> None:
    with pytest.raises(Refused, match=column):
        load_organisations([ROW, {**ROW, column: "x"}], at=at)
    assert not Organisation.objects.exists()


def test_the_command_reads_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "单位.csv"
    file.write_text(
        f"credit_code,name,kind\n{credit_code(5000)},测试机械有限公司,企业\n123,测试乙,企业\n", "utf-8"
    )
    with pytest.raises(CommandError, match="credit_code"):
        call_command("organisations", str(file))
    assert Organisation.objects.get().name == "测试机械有限公司"
    assert "1" in capsys.readouterr().out
    file.write_text("credit_code,name,colour\n1,2,3\n", "utf-8")
    with pytest.raises(CommandError, match="colour"):
        call_command("organisations", str(file))
    with pytest.raises(CommandError):
        call_command("organisations", str(tmp_path / "none.csv"))
