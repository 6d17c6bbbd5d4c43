// The page's dialog: a title and a form.

import { byId, el } from "./dom.js";

/** Resolves to the value of `result()`, or to null if the dialog is cancelled. `result` rejects input by throwing. */
export function ask(title, inside, action, result) {
  const dialog = byId("dialog");
  const problem = el("p.problem", { role: "alert" });
  return new Promise((resolve) => {
    let outcome = null;
    const form = el(
      "form",
      {
        method: "dialog",
        novalidate: true,
        onsubmit: async (event) => {
          event.preventDefault();
          try {
            outcome = await result();
            dialog.close();
          } catch (error) {
            problem.textContent = error.message;
          }
        },
      },
      el("h2", { id: "dialog-title" }, title),
      inside,
      problem,
      el(
        "div.foot",
        {},
        el("button.quiet", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        el("button.primary", { type: "submit" }, action),
      ),
    );
    dialog.replaceChildren(form);
    dialog.addEventListener("close", () => resolve(outcome), { once: true });
    dialog.showModal();
    form.querySelector("input, textarea")?.focus();
  });
}
