"""Every check of the gate but the tests, all of them in one run; names as words choose some."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import docs
from stamps import ROOT

BIN = ROOT / ".venv" / "bin"
TEXT = {
    ".py",
    ".sh",
    ".toml",
    ".md",
    ".html",
    ".scss",
    ".js",
    ".mjs",
    ".json",
    ".jsonl",
    ".yaml",
    ".yml",
    ".po",
    ".txt",
}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|tmp|work)/[\w.-]+/")
ADDRESS = re.compile(r"\b(?:https?|file|git\+\w+)://")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def found(pattern: re.Pattern[str], files: Iterator[Path] | list[Path], why: str) -> Iterator[str]:
    for file in files:
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if match := pattern.search(line):
                yield f"{file.relative_to(ROOT)}:{number}: {why}: {match[0]}"


def programmes() -> Iterator[str]:
    """A new policy is a new file and no Python, so no programme's id stands in src/."""
    ids = {match[1] for file in (ROOT / "policies").rglob("*.toml") if (match := named(file))}
    if ids:
        pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(ids)))
        code = [file for file in tracked() if file.is_relative_to(ROOT / "src") and file.suffix in TEXT]
        yield from found(pattern, code, "a programme's id belongs in policies/ and tests/ only")


def named(file: Path) -> re.Match[str] | None:
    return re.search(r"""^id\s*=\s*["']([^"']+)["']""", file.read_text("utf-8"), re.MULTILINE)


def locks() -> Iterator[str]:
    """A lock names no host, so that it installs from any mirror; and each of its lines is hashed."""
    for file in [*ROOT.glob("*.lock"), *ROOT.glob("tools/*.lock"), ROOT / "package-lock.json"]:
        if not file.is_file():
            continue
        if file.suffix == ".lock":
            yield from found(ADDRESS, [file], "a lock names no host")
            names = re.findall(r"^[\w.\[\]-]+==[^\\]*(?!\\)$", file.read_text("utf-8"), re.MULTILINE)
            yield from (f"{file.name}: no hash: {name}" for name in names)
        else:
            yield from found(re.compile('"resolved": "http'), [file], "a lock names no host")


def paths() -> Iterator[str]:
    files = [file for file in tracked() if file.suffix in TEXT or file.name in {"Makefile", "run"}]
    yield from found(MACHINE_PATH, files, "a path of one machine")


def command(*words: str) -> Callable[[], Iterator[str]]:
    def run() -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="jiangli-check-") as var:
            env = {**os.environ, "DJANGO_SETTINGS_MODULE": "jiangli.settings", "JIANGLI_VAR": var}
            env.pop("JIANGLI_DATABASE_URL", None)
            done = subprocess.run(
                [BIN / words[0], *words[1:]], cwd=ROOT, env=env, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        if done.returncode:
            yield done.stdout.strip() or f"{' '.join(words)} ended with {done.returncode}"

    return run


def tests_named_alike() -> Iterator[str]:
    """pytest imports a test by its basename alone: two that share one cannot both be collected."""
    seen: dict[str, Path] = {}
    for file in (file.relative_to(ROOT) for file in tracked()):
        if file.parts[0] == "tests" and file.suffix == ".py" and file.name != "conftest.py":
            if file.name in seen:
                yield f"{file}: {seen[file.name]} has the same name; over all of tests/ a file's name is its own"
            seen[file.name] = file


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "types": command("mypy", "--no-error-summary"),  # first, as it takes as long as all others
    "format": command("ruff", "format", "--check", "--quiet", "."),
    "lint": command("ruff", "check", "--quiet", "."),
    "names": tests_named_alike,
    "imports": command("lint-imports"),
    "migrations": command("jiangli", "makemigrations", "--check", "--dry-run"),
    "settings": command("jiangli", "check", "--fail-level", "WARNING"),
    "policies": command("jiangli", "policy", "check"),
    "translations": command("python", "tools/translations.py", "check"),
    "docs": docs.problems,
    "programmes": programmes,
    "locks": locks,
    "paths": paths,
}


def timed(name: str) -> tuple[str, list[str], float]:
    started = time.monotonic()
    return name, list(CHECKS[name]()), time.monotonic() - started


def main(chosen: list[str]) -> int:
    """Two checks at a time: each waits for a process of its own."""
    failed = []
    with ThreadPoolExecutor(2) as both:
        for done in as_completed([both.submit(timed, name) for name in chosen or CHECKS]):
            name, problems, seconds = done.result()
            print(f"{name:13} {'FAILED' if problems else 'ok':7} {seconds:5.1f} s", flush=True)
            if problems:
                failed.append(name)
                print("\n".join(problems) + "\n", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}. One alone: make check ARGS={failed[0]}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
