"""Organisations, their clerks and the sheets they bring, for the tests of rosters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

import xlsxwriter

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.roster_models import Roster, RosterRow
from jiangli.applications.rosters import actions as rosters
from jiangli.applications.rosters.columns import known_columns
from jiangli.applications.rosters.filing import file_rows
from jiangli.applications.rosters.staging import stage
from jiangli.clock import SHANGHAI
from jiangli.programmes import actions as programmes
from jiangli.programmes.queries import rule_in_force
from jiangli.registers.models import Clerk, ClerkState, Organisation
from stories import agencies, identity_number, library, member, photograph

TRAINING = "xiaoshan-hrss-2025-02-training-institution"  # an organisation claims, a line for each trainee
UNION = "hangzhou-union-2022"  # an employer files for each of its people, in eleven columns
STUDENTS = "xiaoshan-hrss-2025-03-student-senior-skill"  # a school files for its students
IN_2022 = datetime(2022, 11, 1, 9, tzinfo=SHANGHAI)
IN_2025 = datetime(2025, 6, 10, 12, tzinfo=SHANGHAI)

_serial = count(700)


def the_law_then(at: datetime, *, scan_of_each: bool = True) -> None:
    """The policies as they were before any of them expired; without ``scan_of_each`` one scan does for all rows."""
    agencies()
    sources = {
        name: text.replace('"expired"', '"in_force"') if name.endswith("/document.toml") else text
        for name, text in library().sources.items()
    }
    if not scan_of_each:
        sources = {name: text.replace(', per = "line"', "") for name, text in sources.items()}
    programmes.publish(rules.build(sources), by=None, at=at)


def house(name: str = "测试培训学校", **known: Any) -> tuple[Organisation, User]:
    """An organisation with its account, and the user of its clerk."""
    serial = next(_serial)
    organisation = Organisation.objects.create(
        name=name,
        credit_code=f"91330109MA{serial:08d}",
        known=known,
        account_name=name,
        account_number="3301040160000000000",
        account_bank="测试银行萧山支行",
    )
    person = member(f"经办{serial}", serial=serial)
    moment = datetime(2022, 1, 5, 9, tzinfo=SHANGHAI)
    Clerk.objects.create(
        organisation=organisation, person=person, head=True, state=ClerkState.ACTIVE, asked_at=moment
    )
    assert person.account is not None
    return organisation, person.account


def school_of_training() -> tuple[Organisation, User]:
    """A training institution of the district, vouched for."""
    facts = {"organisation.kind": "training_institution", "organisation.area": "330109"}
    return house("测试培训学校", **facts)


def trainee(serial: int, **cells: Any) -> dict[str, Any]:
    """A trainee who passes as far as the roster says."""
    return {
        "number": str(serial),
        "name": f"学员{serial}",
        "id_number": identity_number(serial),
        "certificate_number": f"S00003301{serial:07d}",
        "certificate.kind": "职业技能等级证书",
        "certificate.level": "高级工",
        "certificate.issue_date": "2025-05-20",
        "training.started_on": "2025-03-10",
    } | cells


def worker_of_union(serial: int, **cells: Any) -> dict[str, Any]:
    """A worker in the eleven columns of the union's roster."""
    return {
        "number": str(serial),
        "name": f"职工{serial}",
        "person.sex": "女",
        "employment.employer_name": "测试机械有限公司",
        "id_number": identity_number(serial),
        "certificate.occupation": "焊工",
        "certificate.level": "技师",
        "certificate_number": f"S00003302{serial:07d}",
        "phone": f"139{serial:08d}",
        "account_number": f"62284800000{serial:08d}",
        "account_bank": "测试银行萧山支行",
    } | cells


def student(serial: int, **cells: Any) -> dict[str, Any]:
    """A student who passes as far as the roster says."""
    return {
        "number": str(serial),
        "name": f"学生{serial}",
        "id_number": identity_number(serial),
        "certificate_number": f"S00003303{serial:07d}",
        "certificate.issue_date": "2025-05-20",
        "certificate.level": "高级工",
        "person.school_role": "学生",
        "person.school_kind": "技工院校",
        "person.school_area": "萧山区",
        "person.graduation_date": "2025-06-30",
        "account_number": f"62284800000{serial:08d}",
        "account_bank": "测试银行萧山支行",
    } | cells


def scans_of(programme: str, serials: Iterable[int], *, by: str = "certificate") -> bytes:
    """A ZIP with every material of these people, a folder for each material, files called by a number."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for material in rule_in_force(programme).materials:
            for serial in serials:
                number = identity_number(serial) if by == "id" else f"S00003302{serial:07d}"
                book.writestr(f"扫描件/{material.title.zh}/{number}.jpg", photograph())
    return out.getvalue()


def sheet(programme: str, rows: Iterable[Mapping[str, Any]], *, lang: str = "zh") -> bytes:
    """A workbook with the headings of these cells. Days as days of the spreadsheet, numbers as its numbers."""
    rows = list(rows)
    titles = {column.key: column.title.say(lang) for column in known_columns(rule_in_force(programme))}
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return workbook(
        [[titles.get(key, key) for key in keys], *([row.get(key, "") for key in keys] for row in rows)]
    )


def workbook(table: Sequence[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for line, cells in enumerate(table):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(line, place, datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
                elif isinstance(cell, int | float):
                    page.write_number(line, place, cell)
                else:
                    page.write_string(line, place, str(cell))
    return out.getvalue()


def brought(
    programme: str, house: tuple[Organisation, User], rows: Iterable[Mapping[str, Any]], *, at: datetime
) -> Roster:
    """A roster that the worker has read and checked."""
    organisation, by = house
    roster = rosters.bring(programme, organisation, sheet(programme, rows), by=by, at=at)
    return worked(roster, at=at)


def worked(roster: Roster, *, at: datetime) -> Roster:
    """The roster once the worker has done what it asks for."""
    stage(roster.pk, at=at)
    file_rows(roster.pk, at=at)
    return Roster.objects.get(pk=roster.pk)


def row(roster: Roster, number: int) -> RosterRow:
    """The row with this number of the sheet; the first below the heading has 2."""
    return roster.rows.get(number=number)


def words(row: RosterRow) -> str:
    """Everything a row says of itself."""
    return " ".join(one["zh"] for one in [*row.faults, *row.notes])


def told(law: rules.Programme, row: RosterRow) -> rules.Facts:
    """The facts of a row, parsed."""
    return law.dictionary.parse(row.stated)
