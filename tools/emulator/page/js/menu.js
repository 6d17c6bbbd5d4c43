// A menu button: arrow keys, Home, End and Escape work, and focus returns to the button.

import { el, icon } from "./dom.js";

/** `items` are `{title, symbol, run}`; the menu is an empty list beside the button. */
export function menu(button, list, items) {
  const entries = items.map(({ title, symbol, run }) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          close();
          run();
        },
      },
      icon(symbol),
      title,
    ),
  );
  list.append(...entries.map((entry) => el("li", { role: "none" }, entry)));

  const show = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const close = () => {
    show(false);
    button.focus();
  };
  button.addEventListener("click", () => {
    show(list.hidden);
    if (!list.hidden) entries[0]?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      entries[(to + entries.length) % entries.length].focus();
      event.preventDefault();
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
      event.preventDefault();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && !list.contains(event.target) && !button.contains(event.target)) show(false);
  });
}
