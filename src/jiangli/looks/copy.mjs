// Puts the scripts that pages load beside the compiled style sheet.
import { copyFileSync, mkdirSync } from "node:fs";

const built = new URL("static/looks/built/", import.meta.url);
mkdirSync(built, { recursive: true });
for (const [from, to] of [
  ["htmx.org/dist/htmx.min.js", "htmx.min.js"],
  ["govuk-frontend/dist/govuk/govuk-frontend.min.js", "govuk-frontend.min.js"],
]) {
  copyFileSync(new URL(`../../../node_modules/${from}`, import.meta.url), new URL(to, built));
}
