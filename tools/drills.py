"""Kill things for real and look at what is left. Each drill has a folder and a database of its own.

photographs   SIGKILL to the worker, again and again, while it works off photographs
messages      the same, while it sends messages
rosters       the same, while it reads, checks and files a roster of 20,000 rows
properties    every property and state machine of the tests, with twenty times the examples of `make test`
publicity     throw hidden numbers at the guard in every way that is known, and tell what passes
"""

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JIANGLI = ROOT / ".venv" / "bin" / "jiangli"
PHOTOGRAPHS = 60
MESSAGES = 400
DAY = "2025-06-10"  # of the demonstration: what is filed here is open then
KILLS = 8
DEEP, TIMES = "from deep import", 20
HIDDEN = 4000
ROSTER_ROWS = int(os.environ.get("JIANGLI_DRILL_ROWS", "20000"))


def photograph(seed: int) -> bytes:
    """A picture that takes the worker some time."""
    from PIL import Image

    noise = random.Random(seed).randbytes(3 * 400 * 300)
    stream = io.BytesIO()
    Image.frombytes("RGB", (400, 300), noise).resize((1600, 1200)).save(stream, "JPEG")
    return stream.getvalue()


def fill() -> None:
    """A case with photographs, each with its task waiting."""
    from jiangli import clock, files
    from jiangli.applications.models import Application, Evidence
    from jiangli.applications.tasks import make_previews
    from jiangli.registers.models import Person

    person = Person.objects.create(name="演练", id_number="drill", id_number_index="drill")
    case = Application.objects.create(programme_code="drill", claimant=person, started_at=clock.now())
    for number in range(PHOTOGRAPHS):
        content = photograph(number)
        evidence = Evidence.objects.create(
            application=case, material=f"drill-{number}", content_type="image/jpeg", size=len(content),
            file=files.keep(content), added_at=clock.now(),
        )  # fmt: skip
        make_previews.enqueue(str(evidence.pk))


def worker() -> subprocess.Popen[bytes]:
    command = [JIANGLI, "db_worker", "--queue-name", "*", "--interval", "0.1", "--no-startup-delay"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 60, *, every: float = 0.02) -> None:
    """Look every so many seconds whether it has come; to look costs the worker part of the machine."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            sys.exit(f"FAILED: {what} did not come within {seconds:.0f} s")
        time.sleep(every)


def reclaim_all() -> int:
    """What the lease does in time, done now: tasks of a dead worker are put back."""
    from django.utils import timezone

    from jiangli import jobs

    return jobs.reclaim(at=timezone.now() + jobs.LEASE + timedelta(seconds=1))


def kill_while(done: Callable[[], int], total: int) -> int:
    """Kill the worker at eight points of its way; the tasks that were put back."""
    put_back = 0
    for kill in range(1, KILLS + 1):
        running, goal = worker(), kill * total // (KILLS + 1)
        wait_until(lambda goal=goal: done() >= goal, f"{goal} of {total}")  # type: ignore[misc]
        time.sleep(random.random() / 20)
        running.kill()
        running.wait()
        put_back += reclaim_all()
    return put_back


def finish(is_done: Callable[[], bool]) -> None:
    """Let one more worker do the rest, and see that no task is left."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    running = worker()
    wait_until(is_done, "the rest", 600, every=0.2)
    left = DBTaskResult.objects.exclude(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    wait_until(lambda: not left.exists(), "every task's end")
    running.terminate()
    running.wait()


def photographs() -> None:
    from jiangli import files
    from jiangli.applications.models import Evidence, EvidenceState

    def ready() -> int:
        return Evidence.objects.filter(state=EvidenceState.READY).count()

    fill()
    put_back = kill_while(ready, PHOTOGRAPHS)
    finish(lambda: ready() == PHOTOGRAPHS)
    for evidence in Evidence.objects.all():
        must(len(evidence.previews) == 1, f"{evidence} has {len(evidence.previews)} previews")
        must(files.read(evidence.previews[0])[:2] == b"\xff\xd8", f"the preview of {evidence} cannot be read")
    print(f"killed {KILLS} times, {put_back} tasks put back, {PHOTOGRAPHS} photographs done once each")


def messages() -> None:
    from django.conf import settings
    from django.utils import timezone

    from jiangli import clock
    from jiangli.correspondence import actions, tasks
    from jiangli.correspondence.models import Message, MessageState

    for number in range(MESSAGES):
        actions.tell(
            "phone.code", phone=f"139{number:08}", once=f"drill:{number}", at=clock.now(), code="000000", minutes=5
        )  # fmt: skip

    def closed() -> int:
        return Message.objects.filter(state__in=[MessageState.SENT, MessageState.FAILED]).count()

    kill_while(closed, MESSAGES)
    tasks.remind(now=timezone.now() + tasks.OVERLOOKED * 2)
    tasks.give_up(now=timezone.now() + tasks.LOST * 2)
    finish(lambda: closed() == MESSAGES)
    lines = [json.loads(line) for file in Path(settings.OUTBOX).glob("*.jsonl") for line in file.open()]
    out = [line["reference"] for line in lines]
    sent = {str(pk) for pk in Message.objects.filter(state=MessageState.SENT).values_list("pk", flat=True)}
    must(len(out) == len(set(out)), f"{len(out) - len(set(out))} messages went out twice")
    must(sent <= set(out), f"{len(sent - set(out))} messages are called sent and did not go out")
    print(
        f"killed {KILLS} times, {len(sent)} sent, {MESSAGES - len(sent)} shown as not delivered, none twice"
    )


def rosters() -> None:
    """Bring a roster, kill the worker twice while it stages it and twice while it files it; count what came of it."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]
    from benches.rosters_filed import brought_by_a_clerk

    from jiangli.applications.models import Application, Line
    from jiangli.applications.roster_models import Roster, RosterRow, RosterState
    from jiangli.applications.rosters import actions

    roster, by, at = brought_by_a_clerk(ROSTER_ROWS)

    def now() -> Roster:
        return Roster.objects.get(pk=roster.pk)

    def half_checked() -> bool:
        return now().state == RosterState.CHECKING and now().position >= ROSTER_ROWS // 2

    put_back = kill_at([lambda: RosterRow.objects.count() >= ROSTER_ROWS // 3, half_checked])
    finish(lambda: now().state == RosterState.READY)
    must(RosterRow.objects.count() == ROSTER_ROWS, f"{RosterRow.objects.count()} rows of {ROSTER_ROWS}")
    actions.file(now(), by=by, at=at)
    put_back += kill_at([lambda: Line.objects.count() >= ROSTER_ROWS // 3,
                         lambda: Line.objects.count() >= 2 * ROSTER_ROWS // 3])  # fmt: skip
    finish(lambda: now().state == RosterState.FILED)
    case = Application.objects.get(pk=now().application_id)
    people = case.lines.values("person").distinct().count()
    must(case.lines.count() == people == ROSTER_ROWS, f"{case.lines.count()} lines of {people} people")
    must(case.status == "submitted", f"the case is {case.status}: {now().notes}")
    print(f"killed 4 times, {put_back} tasks put back, {ROSTER_ROWS} rows filed once each")


def publicity() -> None:
    """Each way of hiding, tried so often; what the guard lets through, and which ordinary texts it stops."""
    sys.path[:0] = [str(ROOT / "tests")]
    from hiding import ordinary
    from hiding_files import WAYS, thrown
    from jiangli.reviews.publicity import guard

    seed, passed = random.randrange(10**6), []
    for way, kind, what in thrown(HIDDEN, seed=seed):
        found = guard.leaks(what) if isinstance(what, str) else guard.leaks_in_file(*what)
        passed += [] if found else [f"{way} ({kind})"]
    stopped = sum(bool(guard.leaks(text)) for text in ordinary(HIDDEN // 2, seed=seed))
    print(
        f"{HIDDEN} numbers hidden in {len(WAYS)} ways (seed {seed}): {len(passed)} passed{sorted(set(passed)) or ''}; "
    )
    print(f"  of {HIDDEN // 2} ordinary texts {stopped} were stopped for nothing")
    limits = (guard.__doc__ or "").partition("What it does not find: ")[2].partition(". ``make")[0]
    print(f"  not looked for: {' '.join(limits.split())}")
    must(not passed, "the guard let something through")
    must(stopped <= HIDDEN // 400, f"{stopped} ordinary texts were stopped")


def kill_at(moments: list[Callable[[], bool]]) -> int:
    """Kill the worker at each of these moments; the tasks that were put back."""
    put_back = 0
    for moment in moments:
        running = worker()
        wait_until(moment, "the moment to kill", 600, every=0.5)
        running.kill()
        running.wait()
        put_back += reclaim_all()
    return put_back


def must(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"FAILED: {otherwise}")


def properties() -> None:
    """What must hold in any order: the guard, never paid twice, handed over once, and what the rules promise."""
    files = [
        str(file) for file in sorted((ROOT / "tests").rglob("test_*.py")) if DEEP in file.read_text("utf-8")
    ]
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *files]
    env = {**os.environ, "JIANGLI_DEEP": str(TIMES), "JIANGLI_DEMO_DAY": ""}
    env.pop("JIANGLI_GATEWAYS")
    subprocess.run(command, cwd=ROOT, env=env, check=True)


DRILLS: dict[str, Callable[[], None]] = {
    "photographs": photographs,
    "messages": messages,
    "rosters": rosters,
    "properties": properties,
    "publicity": publicity,
}


def run(name: str) -> None:
    """One drill, in a process of its own, so that settings are read afresh."""
    with tempfile.TemporaryDirectory(prefix="jiangli-drill-") as var:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "jiangli.settings", "JIANGLI_VAR": var}
        env |= {"JIANGLI_GATEWAYS": "file"} | ({"JIANGLI_DEMO_DAY": DAY} if name == "rosters" else {})
        env.pop("JIANGLI_DATABASE_URL", None)
        for words in (["keys"], ["migrate", "--no-input", "--verbosity", "0"]):
            subprocess.run([JIANGLI, *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        print(f"{name}: ", end="", flush=True)
        subprocess.run([sys.executable, __file__, "--here", name], cwd=ROOT, env=env, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="drill", help=", ".join(DRILLS))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        import django

        django.setup()
        DRILLS[chosen.names[0]]()
        return
    try:
        for name in chosen.names or DRILLS:
            run(name)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"FAILED: {' '.join(map(str, failure.cmd))}")


if __name__ == "__main__":
    main()
