// Zoom and turn for the evidence viewer. Without it the picture is a link to itself.
const STEPS = [25, 50, 75, 100, 125, 150, 200, 300, 400];

for (const viewer of document.querySelectorAll("[data-viewer]")) {
  const sheet = viewer.querySelector("[data-sheet]");
  if (!sheet) continue;
  const text = viewer.querySelector("[data-zoom-text]");
  viewer.querySelector("[data-tools]").hidden = false;

  const show = (zoom) => {
    if (zoom) sheet.dataset.zoom = zoom;
    else delete sheet.dataset.zoom;
    text.value = `${zoom || Math.round((100 * sheet.offsetWidth) / viewer.clientWidth)}%`;
  };
  const step = (by) => {
    const now = Number(sheet.dataset.zoom) || Math.round((100 * sheet.offsetWidth) / viewer.clientWidth);
    const next = by > 0 ? STEPS.find((size) => size > now) : STEPS.findLast((size) => size < now);
    if (next) show(next);
  };
  const acts = {
    in: () => step(1),
    out: () => step(-1),
    turn: () => (sheet.dataset.turn = (Number(sheet.dataset.turn || 0) + 1) % 4),
    fit: () => { delete sheet.dataset.turn; show(0); },
  };
  viewer.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.());
  const picture = sheet.querySelector("img");
  if (picture.complete) show(0);
  else picture.addEventListener("load", () => show(0));
}
