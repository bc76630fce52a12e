"""A roster read, checked and filed as one case, in a database of its own: what 2,000 and 20,000 rows cost.

Seconds are of one core, so that other work of the machine does not count. SQLite, forced to disk as in use.
Run by ``make bench``; alone: ``.venv/bin/python tools/benches/rosters_filed.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = (2_000, 20_000)
GOAL = 30  # seconds for the larger, on two cores


def report() -> None:
    """Print what each size costs, each in a process and a database of its own."""
    took = {size: _one(size) for size in SIZES}
    small, large = (sum(took[size].values()) for size in SIZES)
    for size, parts in took.items():
        said = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items())
        print(f"{size:>6,} rows of a roster: {sum(parts.values()):.1f} s ({said})")
    print(f"       ten times the rows cost {large / small:.1f} times; goal for {SIZES[1]:,}: {GOAL} s")


def _one(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="jiangli-bench-") as var:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "jiangli.settings", "JIANGLI_VAR": var}
        env |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
        env.pop("JIANGLI_DATABASE_URL", None)
        for words in (["keys"], ["migrate", "--no-input", "--verbosity", "0"]):
            subprocess.run(
                [sys.executable, "-m", "jiangli", *words], env=env, check=True, stdout=subprocess.DEVNULL
            )
        done = subprocess.run(
            [sys.executable, __file__, "--here", str(size)],
            env=env,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        )
    pairs = (line.split("=") for line in done.stdout.splitlines() if "=" in line)
    return {name: float(seconds) for name, seconds in pairs}


def here(size: int) -> None:
    """Bring, check and file a roster of so many rows, and print the seconds that each part takes of a core."""
    import django

    django.setup()
    from jiangli.applications.models import Application
    from jiangli.applications.roster_models import Roster
    from jiangli.applications.rosters import actions as rosters
    from jiangli.applications.rosters.filing import file_rows
    from jiangli.applications.rosters.staging import stage

    roster, by, at = timed("upload", lambda: brought_by_a_clerk(size))
    timed("read and checked", lambda: stage(roster.pk, at=at))
    timed("filed", lambda: (rosters.file(roster, by=by, at=at), file_rows(roster.pk, at=at)))
    roster = Roster.objects.get(pk=roster.pk)
    case = Application.objects.get(pk=roster.application_id)
    assert (case.status, case.lines.count()) == ("submitted", size), (case.status, roster.notes)


def brought_by_a_clerk(size: int) -> tuple[Any, Any, Any]:
    """A roster of so many trainees that a clerk has brought, whose case lacks nothing else; the clerk; the moment.

    One scan does for all rows: what many thousands of scans cost is no matter of the roster.
    """
    from jiangli.applications import actions as applications
    from jiangli.applications.rosters import actions as rosters
    from roster_stories import IN_2025, TRAINING, school_of_training, sheet, the_law_then, trainee
    from stories import photograph

    the_law_then(IN_2025, scan_of_each=False)
    organisation, by = school_of_training()
    case = applications.start(None, TRAINING, organisation=organisation, by=by, at=IN_2025)
    for material in ("application_form", "roster", "certificate"):
        applications.add_evidence(case, material, "a.jpg", photograph(), by=by, at=IN_2025)
    content = sheet(TRAINING, (trainee(n, id_number=number(n)) for n in range(1, size + 1)))
    return rosters.bring(TRAINING, organisation, content, by=by, at=IN_2025), by, IN_2025


def number(serial: int) -> str:
    """An identity number of nobody, distinct up to many thousands."""
    from jiangli.registers.identity_numbers import check_character

    digits = f"339999{1950 + serial // 9000}{1 + serial // 750 % 12:02d}{1 + serial // 27 % 28:02d}{serial % 1000:03d}"
    return digits + check_character(digits)


def timed(name: str, act: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = act()
    print(f"{name}={time.process_time() - start:.3f}")
    return result


if __name__ == "__main__":
    here(int(sys.argv[2])) if sys.argv[1:2] == ["--here"] else report()
