"""Files that no row knows go after a day; all others stay."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

import making
from jiangli import files
from jiangli.applications.models import Evidence
from jiangli.payments.models import Batch, ReturnedSheet


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES = tmp_path / "files"


def aged(name):
    """The file as if it were two days old."""
    path = files._path(name)
    moment = time.time() - 2 * 24 * 3600
    os.utime(path, (moment, moment))
    return name


def sweep():
    out = io.StringIO()
    call_command("sweep", stdout=out)
    return out.getvalue()


def left():
    return {path.name for path in files._everything()}


def test_every_file_of_a_row_stays_and_old_orphans_go(office):
    case = making.approved_case()
    office.read(office.bank_answers(office.send()))
    evidence = Evidence.objects.create(
        application=case, material="photo", content_type="image/png", size=1, added_at=office.at,
        file=files.keep(b"original"), previews=[files.keep(b"one"), files.keep(b"two")],
    )  # fmt: skip
    kept = {evidence.file, *evidence.previews, Batch.objects.get().sheet, ReturnedSheet.objects.get().file}
    for name in kept:
        aged(name)
    orphan, fresh = aged(files.keep(b"orphan")), files.keep(b"its row is on the way")
    half = files._path(orphan).with_suffix(".part")
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    assert "removed: 2" in sweep()
    assert left() == kept | {fresh}
    assert "removed: 0" in sweep()


@pytest.mark.django_db
def test_a_database_that_knows_no_file_is_not_believed():
    name = aged(files.keep(b"somebody's"))
    with pytest.raises(CommandError, match="knows no file"):
        sweep()
    assert left() == {name}


def test_a_file_without_a_folder_is_nothing(settings):
    settings.FILES = Path(settings.FILES) / "none"
    assert files.sweep(set(), older_than=timezone.now() + timedelta(days=1)) == 0
