"""One person's browser window: it opens, presses, looks, and complains about what it sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PICTURES = Path(__file__).parents[2] / "test-results"

# What a page is built of, without its words: axe finds the same on two pages that are built alike.
BUILT_OF = """() => [...document.querySelectorAll('*')].map(one => one.tagName + [...one.attributes].map(
  attribute => ['class', 'type', 'role', 'lang', 'tabindex', 'style', 'hidden'].includes(attribute.name)
    || attribute.name.startsWith('aria-') ? attribute.name + '=' + attribute.value.replace(/[0-9]+/g, '')
    : attribute.name + (attribute.value.trim() ? '=' : '')) + (one.textContent ? '.' : '')
).join(' ')"""
# What another width can change: which names, labels and focusable parts are shown, and what scrolls.
BY_WIDTH = [
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "nested-interactive",
    "link-name",
    "button-name",
    "label",
    "select-name",
]
AXE = """async ([script, rules]) => {
  if (!window.axe) (0, eval)(script)
  return await axe.run({resultTypes: ['violations'], ...(rules && {runOnly: {type: 'rule', values: rules}})})
}"""
_found_well: set[tuple[int, int]] = set()  # width, and what a page is built of


class Window:
    """One person's browser window. ``look`` takes pictures at both widths, and asks axe about the page."""

    def __init__(self, context: Any, base: str, story: str) -> None:
        self.page = context.new_page()
        self.context, self.base, self.story, self.shots = context, base, story, 0
        self.size = self.page.viewport_size
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
        """Pictures of the whole page at its own width and at the other; serious findings of axe, sideways
        scrolling and errors of scripts fail the journey."""
        self._look_here(name)
        self.page.set_viewport_size(DESK if self.size == PHONE else PHONE)
        self._look_here(name, BY_WIDTH)
        self.page.set_viewport_size(self.size)
        assert not self.errors, self.errors

    def _look_here(self, name: str, rules: list[str] | None = None) -> None:
        width = self.page.viewport_size["width"]
        self.keep(name)
        built = width, hash(self.page.evaluate(BUILT_OF))
        if built not in _found_well:
            found = self.page.evaluate(AXE, [Axe().axe_script, rules])["violations"]
            serious = [
                f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in {"serious", "critical"}
            ]
            assert not serious, f"{name} at {width}: {serious}"
            _found_well.add(built)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width}"

    def keep(self, name: str) -> None:
        """A picture of the whole page, as it is."""
        self.shots += 1
        folder = PICTURES / self.story
        folder.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=folder / f"{self.shots:02d}-{name}-{width}.png", full_page=True)

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the button, or follow the link, of this name."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=exact)
        target.first.click()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        """The page shows this text."""
        self.page.get_by_text(text).first.wait_for()
