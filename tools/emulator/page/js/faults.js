// Buttons that inject faults, and the list of queued faults.

import * as control from "./control.js";
import { ask } from "./dialog.js";
import { byId, el, nextFrame, toast } from "./dom.js";

const words = (name) => String(name).replaceAll("_", " ");

export class Faults {
  constructor() {
    this.place = byId("faults");
    this.count = byId("faults-waiting");
    this.list = el("ul", { "aria-label": "Queued faults" });
    this.none = el("p", {}, "No faults are queued. A queued fault applies to the next request, connection or notification.");
    this.forget = el("button.quiet", { type: "button", onclick: () => this.#clear() }, "Remove all");
    this.refresh = nextFrame(() => this.#refresh().catch(() => {}));
  }

  /** Creates the buttons from faults.json. */
  async start() {
    const answer = await fetch("/faults.json");
    const groups = await answer.json();
    const waiting = el("section.waiting", {}, el("h3", {}, "Waiting", this.forget), this.none, this.list);
    const webhooks = await otherWebhooks().catch(() => null);
    const parts = [waiting, ...groups.map((group) => this.#group(group)), webhooks, window24(), this.#any()];
    this.place.replaceChildren(...parts.filter(Boolean));
    this.refresh();
  }

  #group({ title, about, target, faults }) {
    const inject = target === "webhook" ? control.injectWebhookFault : control.injectFault;
    const buttons = faults.map(({ title, about, fault }) =>
      el(
        "button.fault",
        { type: "button", "data-fault": fault.fault, onclick: () => this.#inject(inject, fault, title) },
        el("b", {}, title),
        el("span", {}, about),
      ),
    );
    return el("section.fault-group", {}, el("h3", {}, title), el("p", {}, about), el("div.fault-grid", {}, buttons));
  }

  /** Injects any fault of the README, given as JSON. */
  #any() {
    const open = () => {
      const field = el("textarea", { spellcheck: "false", "aria-label": "The fault as JSON" });
      field.value = '{ "fault": "delay", "ms": 2000, "times": 3 }';
      ask("A fault as JSON", field, "Inject", async () => {
        await control.injectFault(JSON.parse(field.value));
        this.refresh();
        return true;
      });
    };
    return el("button.quiet", { type: "button", onclick: open }, "Any other fault as JSON…");
  }

  async #inject(inject, fault, title) {
    try {
      await inject(fault);
      toast(`${title}: queued for the next request`);
      this.refresh();
    } catch {
      // The error is already shown as a toast.
    }
  }

  async #clear() {
    await control.clearFaults().catch(() => {});
    this.refresh();
  }

  async #refresh() {
    const [requests, webhooks] = await Promise.all([
      control.waitingFaults(),
      control.waitingWebhookFaults(),
    ]);
    const waiting = [
      ...requests.map((it) => [it.fault, it.times]),
      ...webhooks.map((it) => [it.fault, 1]),
    ];
    const total = waiting.reduce((sum, [, times]) => sum + times, 0);
    this.list.replaceChildren(
      ...waiting.map(([name, times]) =>
        el("li", {}, el("span.badge.struck", {}, times > 1 ? `${words(name)} × ${times}` : words(name))),
      ),
    );
    this.none.hidden = total > 0;
    this.forget.hidden = total === 0;
    this.count.hidden = total === 0;
    this.count.textContent = String(total);
    this.count.setAttribute("aria-label", `${total} waiting`);
  }
}

/** A button for each webhook field beyond messages, which raises Meta's sample of it. */
async function otherWebhooks() {
  const fields = Object.keys(await control.changes());
  // Meta tells them inside the field messages.
  const title = (field) => (field === "messages" ? "user actions" : words(field));
  const raise = async (field) => {
    await control.raiseChange(field);
    toast(`${title(field)}: notification queued`);
  };
  const buttons = fields.map((field) =>
    el("button.quiet", { type: "button", "data-change": field, onclick: () => raise(field).catch(() => {}) }, title(field)),
  );
  const about = "Raises a notification of this field, as Meta’s page shows one.";
  return el("section.fault-group", {}, el("h3", {}, "Other webhooks"), el("p", {}, about), el("div.window", {}, buttons));
}

/** The customer service window: its enforcement, and a button that advances the clock by 25 hours. */
function window24() {
  const rules = [
    ["ignored", "not enforced: messages are accepted"],
    ["refused", "messages are refused with 131047"],
    ["reported", "messages are accepted, then fail with 131047"],
  ];
  const choice = el("select", {}, rules.map(([value, title]) => el("option", { value }, title)));
  const known = control.strictness();
  known.then((it) => (choice.value = it.service_window)).catch(() => {});
  choice.addEventListener("change", async () => {
    const rules = { ...(await known), service_window: choice.value };
    await control.setStrictness(rules).catch(() => {});
  });
  const pass = async () => {
    await control.letTimePass(25 * 3600);
    toast("The emulator’s clock was advanced by 25 hours");
  };
  return el(
    "section.fault-group",
    {},
    el("h3", {}, "24-hour customer service window"),
    el("p", {}, "The window closes 24 hours after the customer’s last message; templates can always be sent."),
    el(
      "div.window",
      {},
      el("label", {}, "When the window is closed ", choice),
      el("button.quiet", { type: "button", onclick: () => pass().catch(() => {}) }, "Advance the clock by 25 hours"),
    ),
  );
}
