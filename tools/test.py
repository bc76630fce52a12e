"""Run the tests on SQLite, then on PostgreSQL what a database decides. ARGS="-k guard" goes to pytest.

``--whole``: the long ones too (marked ``by_hand``), and all rooms that write on PostgreSQL.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import chromium
import postgres
from stamps import ROOT

NO_TESTS_RAN = 5
# On PostgreSQL, in the gate: what a database decides (locks, constraints, two at once), and a way through each act.
# `make whole` runs every test of the rooms that write. The rules know no database, and pages are the same on every one.
WRITE = ("accounts", "registers", "programmes", "correspondence", "applications", "reviews", "payments")
DECIDED_BY_THE_DATABASE = (
    *("accounts", "payments", "test_fields.py", "tools", "correspondence/test_handed_over_once.py"),
    *("programmes/test_publish.py", "registers/test_identify.py", "registers/test_loads.py"),
    *("registers/test_history_imports.py", "registers/test_recognitions.py"),
    *(f"applications/test_{name}.py" for name in ("guard", "guard_in_bulk", "guard_machine", "two_at_once")),
    *(
        f"applications/test_{name}.py"
        for name in ("ceilings_at_once", "shared_cap", "roster_filing", "filing")
    ),
    *(
        f"reviews/test_{name}.py"
        for name in ("reviewing", "reconsidering", "deliberation", "outside", "publicity")
    ),
    *(f"reviews/test_{name}.py" for name in ("work", "case_machine", "fraud", "rosters_reviewed")),
)


def suite(name: str, words: list[str], **env: str) -> tuple[str, int, float]:
    """One pass in a folder of its own, so that no test touches the installation's var/."""
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jiangli-test-") as folder:
        there = {**os.environ, "JIANGLI_VAR": str(Path(folder) / "var"), "JIANGLI_DEMO_DAY": "", **env}
        (Path(folder) / "var").mkdir()
        keys = [sys.executable, "-m", "jiangli", "keys"]  # now, not by two processes of tests at once
        subprocess.run(keys, cwd=ROOT, env=there, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *words]
        code = subprocess.run(command, cwd=ROOT, env=there, check=False).returncode
    return name, code, time.monotonic() - started


def main(words: list[str]) -> int:
    chromium.fonts()
    path = chromium.browser()
    shared = {"JIANGLI_CHROMIUM": path} if path else {}
    for name in ("JIANGLI_DATABASE_URL", "JIANGLI_TEST_DATABASE"):
        os.environ.pop(name, None)  # tests never run on the installation's own database
    whole = "--whole" in words
    words = [word for word in words if word != "--whole"]
    named = any(word.startswith("tests") for word in words)  # ARGS names what to run
    if not (whole or named or "-m" in words):
        words += ["-m", "not by_hand"]
    passes = [suite("SQLite", words, **shared)]
    rooms = (*WRITE, "test_fields.py", "tools") if whole else DECIDED_BY_THE_DATABASE
    try:
        with postgres.cluster() as address:
            rest = [*words, *(() if named else (f"tests/{room}" for room in rooms))]
            passes.append(suite("PostgreSQL", rest, JIANGLI_DATABASE_URL=address, **shared))
    except postgres.Missing as reason:
        print(f"{chromium.LOUD}\nSKIPPED ON POSTGRESQL: {reason}\n{chromium.LOUD}", file=sys.stderr)
    print()
    for name, code, seconds in passes:
        said = "passed" if code == 0 else "no test chosen" if code == NO_TESTS_RAN else f"FAILED ({code})"
        print(f"{name:12} {said}, {seconds:.0f} s")
    if not path:
        print("journeys     SKIPPED, no Chromium")
    codes = {code for _name, code, _seconds in passes}
    return max(codes - {NO_TESTS_RAN}, default=NO_TESTS_RAN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
