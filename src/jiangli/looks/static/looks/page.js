// On every page. Everything works without it.
document.querySelector("[data-focus]")?.focus();

// A form is sent once, even when pressed twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

// Officers' one-letter keys, where the page allows them: a body with data-keys. They move the focus; Enter still decides.
document.addEventListener("keydown", (event) => {
  if (!document.body.dataset.keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key.toUpperCase())}"]:not([aria-disabled])`)?.focus();
});

// A button that cannot be pressed yet keeps its place and does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
});

// "Choose all" in the head of a table.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of event.target.closest("table").querySelectorAll("tbody .tick")) box.checked = event.target.checked;
});

// In a list: j and k go from row to row, x ticks, ? shows the keys. Enter opens the link that has the focus.
document.addEventListener("keydown", (event) => {
  const table = document.querySelector("[data-rows]");
  if (!table || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not(.tick), select, textarea")) return;
  const rows = [...table.querySelectorAll("tbody tr")];
  const here = rows.indexOf(document.activeElement.closest("tr"));
  const help = document.querySelector("[data-help]");
  if (event.key === "?" && help) help.open = !help.open;
  if (event.key === "x" && here >= 0) rows[here].querySelector(".tick")?.click();
  const step = { j: 1, k: -1 }[event.key];
  if (step) rows[Math.min(Math.max(here + step, 0), rows.length - 1)]?.querySelector("th a")?.focus();
});

// Words that are kept go behind what was typed; the button beside them does the same without script.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-phrase]") || !event.target.value) return;
  const text = event.target.form.elements[event.target.dataset.phrase];
  text.value = [text.value.trim(), event.target.value].filter(Boolean).join("\n");
  event.target.value = "";
  text.focus();
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
