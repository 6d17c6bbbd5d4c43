// The timeline: all events in order; each entry opens to its raw JSON.

import { byId, clock, el, icon, said } from "./dom.js";
import { Follow } from "./follow.js";
import { jsonView, valueView } from "./json-view.js";
import { ofFault, ofHost, ofRequest, ofWebhook } from "./summary.js";

const FILTERS = [
  ["all", "Everything"],
  ["requests", "Requests"],
  ["webhooks", "Webhooks"],
  ["workflow", "Workflow"],
  ["faults", "Faults"],
];
const KEPT = 1000;
/** The command that a webhook's workflow runs. */
const PLUMBING = "processWebhook";

export class Timeline {
  /** `messageOf(id)` is the message with this id, if the conversations have it. */
  constructor(messageOf) {
    this.messageOf = messageOf;
    this.list = byId("timeline");
    this.end = new Follow(byId("panel-timeline"), 80);
    this.reset();
    byId("filter").append(
      ...FILTERS.map(([value, title]) =>
        el(
          "label",
          {},
          el("input", { type: "radio", name: "show", value, checked: value === "all" }),
          title,
        ),
      ),
    );
    byId("filter").addEventListener("change", (event) => {
      this.end.adding();
      this.list.dataset.show = event.target.value;
    });
  }

  reset() {
    this.list.replaceChildren();
    this.plumbing = new Set();
    this.webhooks = new Map();
    this.messages = new Map();
    byId("timeline-empty").hidden = false;
    this.end.toEnd();
  }

  webhook(item) {
    const attempts = el("dd", {}, item.url ? "under way" : "not posted");
    const entry = this.#add(item, ofWebhook(item, this.messageOf), () => [
      facts([
        ["posted to", item.url ?? "nowhere"],
        ["X-Hub-Signature-256", item.signature ?? "none"],
        ["answers", attempts],
      ]),
      jsonView("Notification", item.body),
    ]);
    entry.attempts = attempts;
    this.webhooks.set(item.sequence, entry);
    for (const [id] of (item.body.text ?? "").matchAll(/wamid\.[\w+/=\\]+/g)) {
      const bare = id.replaceAll("\\", "");
      if (!this.messages.has(bare)) this.messages.set(bare, entry);
    }
  }

  attempt(item) {
    const entry = this.webhooks.get(item.webhook);
    if (!entry) return;
    const said = item.http_status ? String(item.http_status) : (item.error ?? "no answer");
    const first = !entry.answered;
    entry.answered = true;
    entry.attempts.textContent = first ? said : `${entry.attempts.textContent}, ${said}`;
    const look = item.http_status === 200 ? "good" : "bad";
    entry.querySelector(".badges").append(badge(item.http_status ? said : "no answer", look));
  }

  request(item) {
    const entry = this.#add(item, ofRequest(item), () => [
      facts([
        ["path", `${item.method} ${item.path}`],
        ["answer", `${item.http_status}${item.accepted ? ", accepted" : ", not accepted"}`],
        ["message id", item.message_id],
        ["fault", item.fault && `${item.fault}: the client may have received a different response, or none`],
        ["user agent", item.user_agent],
        ["connection", item.connection],
      ]),
      jsonView("Request", item.body),
      jsonView("Answer", item.answer),
    ]);
    if (item.message_id) this.messages.set(item.message_id, entry);
  }

  fault(item) {
    this.#add(item, ofFault(item), () => [
      el("p", {}, "Applied to a connection or a request. A request that the fault interrupts appears only here."),
    ]);
  }

  host(item) {
    const summary = ofHost(item);
    if (!summary) return;
    const { kind, id, run = kind === "run" ? id : "", name } = item.data;
    const entry = this.#add(item, summary, () => [valueView("Reported by the host", item.data)]);
    if (run) entry.dataset.run = run;
    if (summary.fine || this.plumbing.has(run)) entry.dataset.fine = "";
    // A run that only passes a notification to the adapter would repeat its webhook's entry.
    if (kind === "command" && name === PLUMBING) {
      this.plumbing.add(run);
      const lines = this.list.querySelectorAll(`[data-run="${CSS.escape(run)}"]`);
      for (const line of lines) line.dataset.fine = "";
    }
  }

  /** Opens a message's entry and scrolls to it. */
  show(message) {
    const entry = this.messages.get(message.id);
    if (!entry) return;
    byId("filter").querySelector("input").click();
    this.end.leave();
    for (const lit of this.list.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
    const details = entry.querySelector("details");
    details.open = true;
    entry.build();
    entry.setAttribute("data-lit", "");
    entry.scrollIntoView({ block: "start" });
    details.querySelector("summary").focus();
  }

  #add(item, { group, symbol, minor, title, detail, badges }, inside) {
    const summary = el(
      "summary",
      {},
      el("time", {}, clock(item.at_ms, true)),
      el("span.way", {}, icon(symbol)),
      el("span.what", {}, el("b", {}, title), " ", said("span", {}, detail)),
      el("span.badges", {}, badges.map(([text, look]) => badge(text, look))),
    );
    const details = el("details", {}, summary);
    // Most entries are never opened, so their details are built on demand.
    const build = () => details.children.length > 1 || details.append(el("div.inside", {}, inside()));
    details.addEventListener("toggle", build, { once: true });
    const attributes = {
      "data-group": group,
      "data-fault": group === "faults" || Boolean(item.fault),
      "data-minor": minor,
    };
    const entry = el("li.entry", attributes, details);
    entry.build = build;
    this.end.adding();
    this.list.append(entry);
    if (this.list.children.length > KEPT) this.list.firstElementChild.remove();
    byId("timeline-empty").hidden = true;
    return entry;
  }
}

function badge(text, look) {
  return el(look ? `span.badge.${look}` : "span.badge", {}, text);
}

function facts(pairs) {
  const known = pairs.filter(([, fact]) => fact !== null && fact !== undefined && fact !== "");
  return el(
    "dl.facts",
    {},
    known.map(([name, fact]) => [el("dt", {}, name), fact instanceof Node ? fact : el("dd", {}, String(fact))]),
  );
}
