// The views: next to the phone on wide screens, instead of it on narrow ones.

import { byId } from "./dom.js";

const narrow = matchMedia("(max-width: 820px)");

export class Tabs {
  /** Calls `shown(view)` when the view changes. */
  constructor(shown) {
    this.shown = shown;
    this.shell = byId("shell");
    this.tabs = [...byId("tabs").querySelectorAll('[role="tab"]')];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.view));
      tab.addEventListener("keydown", (event) => this.#move(event));
    }
    narrow.addEventListener("change", () => this.#fit());
    this.#fit();
  }

  show(view) {
    this.shell.dataset.view = view;
    for (const tab of this.tabs) {
      const selected = tab.dataset.view === view;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    this.shown(view);
  }

  /** On wide screens the chat is always visible and is not a view. */
  #fit() {
    const view = this.shell.dataset.view;
    if (narrow.matches && !this.fitted) this.show("chat");
    else this.show(!narrow.matches && view === "chat" ? "timeline" : view);
    this.fitted = true;
  }

  #move(event) {
    const shown = this.tabs.filter((tab) => tab.offsetParent !== null);
    const at = shown.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    const tab = shown[(to + shown.length) % shown.length];
    this.show(tab.dataset.view);
    tab.focus();
    event.preventDefault();
  }
}
