"""Prepare the data, then run web server and worker together until Ctrl-C or until one of them dies."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from stamps import ROOT, Stamp, fingerprint

HOST = "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
BIN = ROOT / ".venv" / "bin"
VAR = Path(os.environ.get("JIANGLI_VAR") or ROOT / "var").resolve()
SIGN_INS = VAR / "sign-ins.txt"
DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG: should this script be killed outright, its children go too
PATIENCE = 60

ENV = {
    **os.environ,
    "DJANGO_SETTINGS_MODULE": "jiangli.settings",
    "JIANGLI_VAR": str(VAR),
    "JIANGLI_DEMO_DAY": os.environ.get("JIANGLI_DEMO_DAY", "2025-06-10"),
    "PYTHONUNBUFFERED": "1",
}

TAKEN = f"""Port {PORT} is taken by another program. Choose another one:  PORT={PORT + 1} make serve
端口 {PORT} 已被其他程序占用，请换一个：PORT={PORT + 1} make serve"""

OPEN = f"""
  匠励 Jiangli  →  http://{HOST}:{PORT}/

  职工 / for workers        http://{HOST}:{PORT}/
  工会人员 / for officers   http://{HOST}:{PORT}/staff/
  试用的人 / people to try   var/people.txt
  演示日期 / day of the demonstration: {ENV["JIANGLI_DEMO_DAY"]}
{{sign_ins}}
  按 Ctrl-C 停止 / Ctrl-C stops it
"""


# --- data


def jiangli(*words: str) -> str:
    done = subprocess.run(
        [BIN / "jiangli", *words], cwd=ROOT, env=ENV, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nThis step failed: jiangli {' '.join(words)}")
    return done.stdout


def prepare() -> None:
    """Keys, tables, policies, demonstration data; each safe to run twice, all skipped if unchanged."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    (VAR / "demo-day").write_text(
        ENV["JIANGLI_DEMO_DAY"], "ascii"
    )  # `jiangli bank` and others stand there too
    sources = [
        *(ROOT / "src").rglob("*.py"),
        *(file for file in (ROOT / "policies").rglob("*") if file.is_file()),
    ]
    address = os.environ.get("JIANGLI_DATABASE_URL", "")
    stamp = Stamp(VAR / "stamps" / "data", fingerprint([*sources, ROOT / "requirements.lock"], address))
    is_there = bool(address) or (VAR / "jiangli.sqlite3").is_file()
    if stamp.is_fresh() and is_there and (VAR / "keys").is_dir():
        return
    for words, note in (
        (["keys"], "keys under var/keys"),
        (["migrate", "--no-input", "--verbosity", "0"], "tables"),
        (["agencies"], "agencies"),
        (["publish"], "policies"),
    ):
        print(f"· {note}", file=sys.stderr, flush=True)
        jiangli(*words)
    print("· demonstration data", file=sys.stderr, flush=True)
    keep_sign_ins(jiangli("demo"), is_new=not is_there)
    stamp.set()


def keep_sign_ins(said: str, *, is_new: bool) -> None:
    """The demonstration says its passwords once; later runs must not write over them."""
    if said.strip() and (is_new or not SIGN_INS.is_file()):
        SIGN_INS.unlink(missing_ok=True)
        SIGN_INS.touch(mode=0o600)  # before a word is in it
        SIGN_INS.write_text(said, "utf-8")


# --- processes


def is_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return True
    return False


def in_own_group() -> None:
    """Ctrl-C reaches this script alone, which then stops both in order."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGTERM)


def start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([BIN / command[0], *command[1:]], cwd=ROOT, env=ENV, preexec_fn=in_own_group)


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + 10
    for process in processes.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers() -> bool:
    try:
        urllib.request.urlopen(f"http://{HOST}:{PORT}/", timeout=5)
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


def note() -> str:
    if not SIGN_INS.is_file():
        return OPEN.format(sign_ins="")
    lines = SIGN_INS.read_text("utf-8").rstrip().splitlines()
    return OPEN.format(sign_ins="\n".join(["", *(f"  {line}" for line in lines), f"  ({SIGN_INS})"]))


def watch(processes: dict[str, subprocess.Popen[bytes]]) -> int:
    """Say once when the pages answer; end as soon as one process does."""
    is_open, started = False, time.monotonic()
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                print(
                    f"The {name} has stopped (exit {process.returncode}); stopping the rest.", file=sys.stderr
                )
                return process.returncode or 1
        if not is_open and (is_open := answers()):
            print(note(), flush=True)
        elif not is_open and time.monotonic() - started > PATIENCE:
            print(f"http://{HOST}:{PORT}/ does not answer; see the messages above.", file=sys.stderr)
            return 1
        time.sleep(0.5 if is_open else 0.1)


def asked_to_stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    if is_taken():
        print(TAKEN, file=sys.stderr)
        return 1
    prepare()
    signal.signal(signal.SIGTERM, asked_to_stop)
    web = ["granian", "--interface", "wsgi", "--host", HOST, "--port", str(PORT), "--log-level", "warning"]
    web += ["--blocking-threads", "4", "--backpressure", "64"]  # few: more only wait for SQLite's one writer
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        processes["web server"] = start(*web, "jiangli.wsgi:application")
        name = f"worker-{secrets.token_hex(4)}"
        processes["worker"] = start(
            "jiangli", "db_worker", "--queue-name", "*", "--worker-id", name, "--verbosity", "0"
        )
        processes["clockwork"] = start("jiangli", "tick", "--every", "60")  # what time brings
        return watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
