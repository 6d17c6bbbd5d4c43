// Connection indicators for the emulator, the webhook and the workflow host.

import { byId, el } from "./dom.js";

export class Lamps {
  constructor() {
    const lamp = (title) => {
      const text = el("span", {}, title);
      const line = el("li.lamp", {}, text);
      byId("lamps").append(line);
      return { line, text };
    };
    this.emulator = lamp("Emulator");
    this.webhook = lamp("Webhook");
    this.host = lamp("Workflow");
  }

  /** `on` is true, false, or null if nothing is configured. */
  set(name, on, said) {
    const { line, text } = this[name];
    line.className = `lamp${on === true ? " on" : on === false ? " off" : ""}`;
    line.title = said;
    text.textContent = said;
  }
}
