"""A ZIP of scans: found by number, told by content, and never a bomb."""

import io
import zipfile
from typing import Any

import pytest

from jiangli.applications.roster_models import Pile, PileState, Roster, Scan
from jiangli.applications.rosters import actions as rosters
from jiangli.applications.rosters import scans
from jiangli.applications.rosters.scans import sort
from jiangli.refused import Refused
from roster_stories import IN_2022, IN_2025, TRAINING, brought, school_of_training, the_law_then, trainee
from stories import identity_number, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster() -> Roster:
    the_law_then(IN_2022)
    return brought(TRAINING, school_of_training(), [trainee(1), trainee(2)], at=IN_2025)


def packed(files: dict[str, bytes], *, gbk: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            if gbk:
                info = zipfile.ZipInfo()
                info.filename = name.encode("gb18030").decode("cp437")
                book.writestr(info, content)
            else:
                book.writestr(name, content)
    content = out.getvalue()
    # Windows packs with its own code page and no mark of UTF-8; the writer here always marks.
    return content.replace(b"PK\x03\x04\x14\x00\x00\x08", b"PK\x03\x04\x14\x00\x00\x00") if gbk else content


def sorted_scans(roster: Roster, content: bytes, material: str = "") -> list[Scan]:
    by: Any = roster.uploaded_by
    pile = rosters.add_scans(roster, content, material=material, by=by, at=IN_2025)
    sort(pile.pk, at=IN_2025)
    return list(Scan.objects.filter(pile=pile))


CERTIFICATE = trainee(1)["certificate_number"]


@pytest.mark.parametrize(
    "name",
    [
        f"等级证书/{CERTIFICATE}.jpg",
        f"全部/等级证书/{CERTIFICATE[:6]}-{CERTIFICATE[6:]}.JPG",
        f"{CERTIFICATE}_等级证书.jpg",
        f"{identity_number(1)}/等级证书.jpg",
        f"学员1 {identity_number(1).lower()} certificate.png",
    ],
)
def test_a_file_finds_its_row_by_a_number_and_its_material_by_a_word(roster: Roster, name: str) -> None:
    (scan,) = sorted_scans(roster, packed({name: photograph()}))
    assert scan.why == {}
    assert scan.row is not None
    assert (scan.row.number, scan.material, scan.content_type) == (2, "certificate", "image/jpeg")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("等级证书/S99999999.jpg", photograph(), "对不上"),
        (f"{CERTIFICATE}.jpg", photograph(), "哪种材料"),
        (f"等级证书/{CERTIFICATE}.jpg", b"MZ no picture", "不是照片"),
        (f"等级证书/{CERTIFICATE}.jpg", b"", "空"),
        (f"等级证书/{CERTIFICATE}.jpg", b"\xff\xd8\xff" + b"\0" * 5_000_000, "压缩"),
        (f"等级证书/{CERTIFICATE} {identity_number(2)}.jpg", photograph(), "不止一行"),
    ],
)
def test_a_file_that_is_not_taken_says_why(roster: Roster, name: str, content: bytes, why: str) -> None:
    (scan,) = sorted_scans(roster, packed({name: content}))
    assert scan.row is None
    assert why in scan.why["zh"]


def test_the_page_may_say_what_the_files_are(roster: Roster) -> None:
    (scan,) = sorted_scans(roster, packed({f"{CERTIFICATE}.jpg": photograph()}), material="certificate")
    assert scan.material == "certificate"


def test_names_that_windows_wrote_in_gbk_are_read() -> None:
    info = zipfile.ZipInfo("等级证书/1.jpg".encode("gb18030").decode("cp437"))
    assert scans.name_of(info) == "等级证书/1.jpg"


def test_what_a_system_leaves_in_a_zip_is_passed_over(roster: Roster) -> None:
    files = {
        "__MACOSX/x.jpg": b"",
        ".DS_Store": b"",
        "a/Thumbs.db": b"",
        f"等级证书/{CERTIFICATE}.jpg": photograph(),
    }
    assert len(sorted_scans(roster, packed(files))) == 1


def test_too_many_files_are_not_opened(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_FILES", 2)
    sorted_scans(roster, packed({f"{n}.jpg": b"" for n in range(3)}))
    pile = Pile.objects.get()
    assert pile.state == PileState.UNREADABLE
    assert "2 个文件" in pile.trouble["zh"]


def test_what_is_no_zip_is_refused_at_once(roster: Roster) -> None:
    with pytest.raises(Refused, match="ZIP"):
        rosters.add_scans(roster, b"no zip", by=roster.uploaded_by, at=IN_2025)


def test_a_pile_is_sorted_once(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "STEP", 1)
    files = {f"等级证书/{trainee(n)['certificate_number']}.jpg": photograph() for n in (1, 2)}
    assert len(sorted_scans(roster, packed(files))) == 2
    sort(Pile.objects.get().pk, at=IN_2025)
    assert Scan.objects.count() == 2
