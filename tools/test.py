"""Run the whole suite on SQLite, then the rooms that write on PostgreSQL. ARGS="-k guard" goes to pytest."""

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
# On PostgreSQL only the rooms that write: the rules know no database, and pages are the same on every one.
WRITE = ("accounts", "registers", "programmes", "correspondence", "applications", "reviews", "payments")
ON_POSTGRESQL = (*(f"tests/{room}" for room in WRITE), "tests/test_fields.py", "tests/tools")


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
    passes = [suite("SQLite", words, **shared)]
    try:
        with postgres.cluster() as address:
            named = any(word.startswith("tests") for word in words)  # ARGS names what to run
            rest = [*words, *(() if named else ON_POSTGRESQL)]
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
