// Workflow runs: one card for each run, with its steps, their requests and outputs.

import { runs as askForRuns } from "./control.js";
import { byId, clock, el, nextFrame, said } from "./dom.js";
import { phoneNumber } from "./people.js";
import { valueView } from "./json-view.js";

const LOOK = { done: "good", failed: "bad", unknown: "struck" };
const WORDS = { unknown: "outcome unknown" };

export class Runs {
  constructor() {
    this.place = byId("runs");
    this.known = false;
    this.cards = new Map();
    this.refresh = nextFrame(() => this.#refresh());
    this.#nothing();
  }

  /** Whether a workflow host is connected. */
  setHost(known) {
    this.known = known;
    if (known) this.refresh();
    else this.#nothing();
  }

  #nothing() {
    const reason = this.known
      ? "No workflow has run yet. Write “hello” as the customer."
      : "No workflow host is connected. See the timeline for events and requests.";
    this.place.replaceChildren(el("p.nothing", {}, reason));
  }

  /** Fetches again if something happened while a response was pending. */
  async #refresh() {
    // The view is hidden; the runs are fetched when it is shown.
    if (!this.known || this.place.offsetParent === null) return;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      const { runs } = await askForRuns();
      this.#render(runs ?? []);
    } catch {
      // The error is already shown as a toast; the next event triggers another request.
    } finally {
      this.asking = false;
      if (this.again) {
        this.again = false;
        this.refresh();
      }
    }
  }

  #render(runs) {
    if (!runs.length) {
      this.#nothing();
      return;
    }
    const open = new Set([...this.place.querySelectorAll("details[open]")].map((it) => it.dataset.key));
    const focused = document.activeElement?.closest?.("#runs details")?.dataset.key;
    const cards = new Map();
    for (const run of runs) {
      // Unchanged cards are kept, so that open and focused parts stay open and focused.
      const json = JSON.stringify(run);
      const known = this.cards.get(run.id);
      cards.set(run.id, known?.json === json ? known : { json, element: card(run, open) });
    }
    this.cards = cards;
    const of = (list) => list.map((run) => cards.get(run.id).element);
    const plumbing = runs.filter(isPlumbing);
    const details = el("details.plumbing", { "data-key": "plumbing", open: open.has("plumbing") });
    details.append(el("summary", {}, `${plumbing.length} runs that only pass a notification to the adapter`));
    details.append(...of(plumbing));
    const others = of(runs.filter((run) => !isPlumbing(run)));
    this.place.replaceChildren(...others, ...(plumbing.length ? [details] : []));
    if (focused) this.place.querySelector(`details[data-key="${CSS.escape(focused)}"] summary`)?.focus();
  }
}

function isPlumbing(run) {
  const steps = run.steps ?? [];
  return steps.length > 0 && run.state === "done" && steps.every((it) => it.command === "processWebhook");
}

function card(run, open) {
  return el(
    "article.run",
    {},
    el(
      "header",
      {},
      el("h3", {}, run.workflow),
      state(run.state),
      el("small", {}, `run ${run.id} · ${clock(run.startedAt, true)}`),
    ),
    el(
      "p.small",
      {},
      `started by ${run.trigger}`,
      run.customer ? [" for ", said("bdi", {}, phoneNumber(run.customer))] : null,
    ),
    run.error ? said("p.note.bad", {}, run.error) : null,
    el("ol.steps", {}, (run.steps ?? []).map((step) => line(run, step, open))),
  );
}

function line(run, step, open) {
  if (step.kind === "branch") return branch(step);
  const looks = { done: "done", failed: "failed", started: "running", waiting: "running" };
  const key = `${run.id}/${step.seq}`;
  const inside = [
    step.request ? valueView("Request", step.request) : null,
    step.output ? valueView("Output", step.output) : null,
  ].filter(Boolean);
  const details = el("details", { "data-key": key, open: open.has(key) });
  const title = step.request ? (step.output ? "Request and output" : "Request") : "Output";
  details.append(el("summary", {}, title), ...inside);
  const took = step.endedAt ? ` · ${step.endedAt - step.at} ms` : "";
  return el(
    "li",
    { "data-state": looks[step.state] ?? step.state },
    el("b", {}, step.name),
    " ",
    state(step.state),
    el("small", {}, `${step.command ?? step.kind}${took}`),
    inside.length ? details : null,
  );
}

/** A branch step: it runs no command and only selects the next step. */
function branch(step) {
  const taken = step.output?.taken;
  return el(
    "li",
    { "data-state": "branch" },
    el("b", {}, step.name),
    " ",
    el("small", {}, taken ? `branch to ${taken}` : "branch to the end"),
  );
}

function state(name) {
  const look = LOOK[name];
  return el(look ? `span.badge.${look}` : "span.badge", {}, WORDS[name] ?? name);
}
