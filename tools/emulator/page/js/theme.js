// Light or dark theme: the system's or the chosen one. Loaded before the first paint.

import { forGood } from "./keep.js";

const root = document.documentElement;
const chosen = forGood.get("theme");
if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

export function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.dataset.theme ?? (dark ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  forGood.set("theme", root.dataset.theme);
}
