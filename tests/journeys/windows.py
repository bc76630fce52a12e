"""One person's browser window: it opens, presses, looks, and complains about what it sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PICTURES = Path(__file__).parents[2] / "test-results"


class Window:
    """One person's browser window. ``look`` takes a picture, and asks axe about the page."""

    def __init__(self, context: Any, base: str, story: str) -> None:
        self.page = context.new_page()
        self.context, self.base, self.story, self.shots = context, base, story, 0
        self.page.set_default_timeout(15_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "404" not in message.text:
            self.errors.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def look(self, name: str) -> None:
        """A picture of the whole page; serious findings of axe and sideways scrolling fail the journey."""
        self.keep(name)
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in {"serious", "critical"}
        ]
        assert not serious, f"{name}: {serious}"
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"
        assert not self.errors, self.errors

    def keep(self, name: str) -> None:
        """A picture of the whole page, as it is."""
        self.shots += 1
        folder = PICTURES / self.story
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{self.shots:02d}-{name}.png", full_page=True)

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the button, or follow the link, of this name."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=exact)
        target.first.click()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        """The page shows this text."""
        self.page.get_by_text(text).first.wait_for()
