"""Find a Chromium for the journeys, or install one: Debian's package as root, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LOUD = "!" * 100


def present() -> str | None:
    if given := os.environ.get("JIANGLI_CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None) or of_playwright()


def of_playwright() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def apt(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"· installing Debian's {', '.join(packages)}", file=sys.stderr, flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *command], check=False, env=env, stdout=subprocess.DEVNULL)
    return True


def browser() -> str | None:
    """The path of a Chromium that starts, or nothing, with a loud line."""
    if found := present():
        return found
    if apt("chromium") and (found := present()):
        return found
    print("· fetching Playwright's Chromium", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if found := present():
        return found
    print(
        f"{LOUD}\nNO CHROMIUM: the journeys are SKIPPED. On Debian: sudo apt install chromium\n{LOUD}",
        file=sys.stderr,
    )
    return None


def has_chinese_font() -> bool:
    listed = (
        subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
        if shutil.which("fc-list")
        else None
    )
    return bool(listed and listed.stdout.strip())


def fonts() -> None:
    """Chinese glyphs for the pictures; the tests pass without them, the pictures show boxes."""
    if has_chinese_font() or (apt("fontconfig", "fonts-noto-cjk") and has_chinese_font()):
        return
    print(
        f"{LOUD}\nNO CHINESE FONT: pictures show boxes. On Debian: sudo apt install fonts-noto-cjk\n{LOUD}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    fonts()
    print(browser() or sys.exit(1))
