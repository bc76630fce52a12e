"""A PostgreSQL of our own: a private folder, a Unix socket, no port, no trace afterwards.

Used by `tools/test.py`; by hand, `tools/postgres.py COMMAND…` runs a command with JIANGLI_DATABASE_URL set.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# No autovacuum: a vacuum of the last tables can outlive the tests and keep their database from being dropped.
FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB -c autovacuum=off"
)


class Missing(Exception):
    """PostgreSQL is not here and cannot be installed; the message says why."""


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    return next(
        (path for path in [*folders, *debian] if (path / "initdb").exists() and (path / "pg_ctl").exists()),
        None,
    )


def install() -> Path:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing("no initdb found, and no root to install it; on Debian: sudo apt install postgresql")
    print("· installing Debian's postgresql", file=sys.stderr, flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "postgresql"],
    ):
        subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL)
    if not (folder := programs()):
        raise Missing("Debian's postgresql could not be installed")
    return folder


def owner() -> pwd.struct_passwd:
    """The server refuses to run as root: then it runs as postgres, or as nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("running as root, and there is neither a user postgres nor a user nobody")


@contextmanager
def cluster() -> Iterator[str]:
    """Start a new cluster and yield its address for JIANGLI_DATABASE_URL; stop and remove it afterwards."""
    folder, user = programs() or install(), owner()
    home = Path(
        tempfile.mkdtemp(prefix="jiangli-pg-")
    )  # mode 0700; short, as a socket's path may have 107 bytes
    other = {} if os.geteuid() != 0 else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    os.chown(home, user.pw_uid, user.pw_gid) if other else None

    def run(program: str, *words: str) -> None:
        done = subprocess.run(
            [folder / program, *words], cwd=home, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **other,  # type: ignore[call-overload]
        )  # fmt: skip
        if done.returncode:
            raise Missing(f"{program} failed: {done.stdout.strip()[-400:]}")

    data, log = str(home / "data"), str(home / "log")
    try:
        run(
            "initdb",
            "-D",
            data,
            "-U",
            "jiangli",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-c listen_addresses='' -k {home} {FAST}", "start")
        yield f"postgres:///postgres?host={quote(str(home), safe='')}&user=jiangli"
    finally:
        subprocess.run(
            [folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], cwd=home, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other,  # type: ignore[call-overload]
        )  # fmt: skip
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    try:
        with cluster() as address:
            env = {**os.environ, "JIANGLI_DATABASE_URL": address}
            sys.exit(subprocess.run(sys.argv[1:] or ["env"], env=env, check=False).returncode)
    except Missing as reason:
        sys.exit(f"PostgreSQL is not available: {reason}")
