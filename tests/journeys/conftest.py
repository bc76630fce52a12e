"""A real Chromium, at a phone's width and a desk's; pictures of every page go to test-results/."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from windows import PHONE, Window

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in this thread
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser that ``make test`` found; without one the journeys are skipped, and it says so loudly."""
    path = os.environ.get("JIANGLI_CHROMIUM")
    if not path:
        pytest.skip("JIANGLI_CHROMIUM names no browser; `make test` finds or installs one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Styles and translations, as ``make install`` makes them."""
    root = Path(__file__).parents[2]
    if not (root / "src/jiangli/looks/static/looks/built/main.css").exists():
        subprocess.run([sys.executable, "tools/install.py"], cwd=root, check=True)


@pytest.fixture(autouse=True)
def own_outbox(settings: Any, tmp_path: Path) -> None:
    """Journeys run side by side and their people share phones: each reads the messages of its own town."""
    settings.OUTBOX = tmp_path / "outbox"


@pytest.fixture
def window(chromium: Any, live_server: Any, request: Any) -> Iterator[Callable[..., Window]]:
    """Open a window with nothing remembered: a phone's width, unless the journey or the person has a desk's.
    Each story is told once; ``look`` sees every page of it at both widths."""
    usual = getattr(request, "param", PHONE)
    contexts, opened = [], []

    def make(story: str, size: dict[str, int] = usual) -> Window:
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        opened.append(Window(context, live_server.url, story))
        return opened[-1]

    yield make
    for one in opened:
        one.keep("last")
    for context in contexts:
        context.close()


@pytest.fixture
def work() -> Callable[[], None]:
    """Let a minute pass: what is due falls due, and the worker does what is waiting."""

    def run() -> None:
        call_command("tick", verbosity=0)
        call_command("db_worker", "--batch", "--interval", "0.05", verbosity=0)

    return run
