// Interactive messages: what is inside the bubble, and the choices below it.

import { customerSends } from "./control.js";
import { ask } from "./dialog.js";
import { el, icon } from "./dom.js";

/** The inside of an interactive message, of the business or of the customer. */
export function interactive({ interactive: it }) {
  const reply = it.button_reply ?? it.list_reply;
  if (reply) {
    return [
      el("div.text", {}, reply.title),
      reply.description ? el("span.small", {}, reply.description) : null,
    ];
  }
  if (it.nfm_reply) {
    return [el("div.headline", {}, "Form sent"), el("pre.raw", {}, String(it.nfm_reply.response_json))];
  }
  const header = it.header?.text ?? (it.header ? `[${it.header.type}]` : null);
  return [
    header ? el("div.headline", {}, header) : null,
    it.body?.text ? el("div.text", {}, it.body.text) : null,
    it.footer?.text ? el("span.small", {}, it.footer.text) : null,
  ];
}

/** What the customer can tap on below a message of the business; null if there is nothing. */
export function choices(message, answer) {
  const kind = message.kind;
  const body = message.body[kind];
  const found = kind === "interactive" ? ofInteractive(body, answer) : ofTemplate(kind, body, answer);
  return found.length ? el("div.choices", {}, found) : null;
}

function ofInteractive(it, answer) {
  const action = it?.action ?? {};
  const reply = (type, chosen) => answer({ type: "interactive", interactive: { type, [type]: chosen } });
  switch (it?.type) {
    case "button":
      return (action.buttons ?? []).map(({ reply: button }) =>
        tap(button.title, "reply", () => reply("button_reply", button)),
      );
    case "list":
      return [
        tap(action.button, "list", async () => {
          const row = await choose(action);
          const { id, title, description } = row ?? {};
          if (row) await reply("list_reply", { id, title, ...(description && { description }) });
        }),
      ];
    case "cta_url": {
      // Where it leads is shown and not followed: the page opens nothing that a message names.
      const { display_text: title, url } = action.parameters ?? {};
      return [el("div.cta", {}, icon("link"), String(title), el("small", {}, String(url)))];
    }
    case "location_request_message":
      return [
        tap("Send location", "location", () =>
          answer({ type: "location", location: { latitude: 37.484, longitude: -122.148, name: "Here" } }),
        ),
      ];
    case "flow":
      return [
        tap(action.parameters?.flow_cta ?? "Open the form", "document", () =>
          reply("nfm_reply", { name: "flow", body: "Sent", response_json: '{"flow_token":"unused"}' }),
        ),
      ];
    default:
      return [];
  }
}

/** Quick-reply buttons of a template; only their payloads are in the request. */
function ofTemplate(kind, template, answer) {
  if (kind !== "template") return [];
  const buttons = (template?.components ?? []).filter((part) => part.type === "button");
  return buttons
    .filter((button) => button.sub_type === "quick_reply")
    .map((button) => {
      const payload = String(button.parameters?.[0]?.payload ?? "");
      return tap(payload, "reply", () => answer({ type: "button", button: { payload, text: payload } }));
    });
}

function tap(title, symbol, then) {
  return el("button", { type: "button", onclick: () => then()?.catch?.(() => {}) }, icon(symbol), String(title));
}

/** Lets the customer choose a row of a list. */
function choose(action) {
  const rows = [];
  const sections = (action.sections ?? []).map((section, at) => {
    const options = (section.rows ?? []).map((row) => {
      const value = String(rows.push(row) - 1);
      const radio = el("input", { type: "radio", name: "row", value, required: true });
      const lines = el("span", {}, row.title, row.description ? el("span.small", {}, row.description) : null);
      return el("label", {}, radio, lines);
    });
    const title = section.title ? el("h3", { id: `section-${at}` }, section.title) : null;
    const group = { role: "group", "aria-labelledby": section.title ? `section-${at}` : null };
    return el("div", group, title, options);
  });
  const form = el("div.options", {}, sections);
  return ask(String(action.button ?? "Choose"), form, "Send", () => {
    const chosen = form.querySelector("input:checked");
    if (!chosen) throw new Error("Choose one of the rows.");
    return rows[Number(chosen.value)];
  });
}

/** The customer's answer to a message: the same with the message as its context. */
export function answering(message, number, business) {
  return (reply) =>
    customerSends({
      from: number,
      ...reply,
      context: { from: business, id: message.id },
    });
}
