"""The compiled style sheet is ours: nothing of either kit's own look is left in it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCSS = ROOT / "src/jiangli/looks/scss"
SASS = ROOT / "node_modules/sass/sass.js"
STRANGERS = [
    "#1d70b8",
    "#0f7a52",
    "#ffdd00",
    "#0b0c0c",
    "#ca3535",
    "GDS Transport",
    "crest",
    "@font-face",
    "url(http",
]


@pytest.fixture(scope="module")
def sheet() -> str:
    node = shutil.which("node")
    if not node or not SASS.exists():
        pytest.skip("needs node and `npm ci`")
    loads = [
        "--load-path=.",
        "--load-path=node_modules",
        "--quiet-deps",
        "--style=compressed",
        "--no-source-map",
    ]
    done = subprocess.run([node, SASS, *loads, SCSS / "main.scss"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nothing_of_the_kits_own_look_remains(sheet: str, stranger: str) -> None:
    assert stranger.lower() not in sheet.lower()


def test_the_sheet_stays_small(sheet: str) -> None:
    assert len(sheet) < 130_000


def test_partials_stay_short() -> None:
    for partial in SCSS.glob("*.scss"):
        assert len(partial.read_text(encoding="utf-8").splitlines()) < 200, partial.name
