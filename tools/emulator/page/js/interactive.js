// Interactive messages: the bubble's content, and the choices below it.

import { ask } from "./dialog.js";
import { el, icon, said } from "./dom.js";
import { formatted } from "./format.js";
import { filled } from "./template.js";

/** The content of an interactive message from the business or the customer. */
export function interactive({ interactive: it }) {
  const reply = it.button_reply ?? it.list_reply;
  if (reply) {
    return [
      said("div.text", {}, reply.title),
      reply.description ? said("span.small", {}, reply.description) : null,
    ];
  }
  if (it.nfm_reply) {
    return [el("div.headline", {}, "Form sent"), said("pre.raw", {}, String(it.nfm_reply.response_json))];
  }
  const header = it.header?.text ?? (it.header ? `[${it.header.type}]` : null);
  return [
    ...worded({ header, body: it.body?.text, footer: it.footer?.text }),
  ];
}

/** Header, body and footer, as far as present. */
export function worded({ header, body, footer }) {
  return [
    header ? said("div.headline", {}, header) : null,
    body ? said("div.text", {}, formatted(body)) : null,
    footer ? said("span.small", {}, formatted(footer)) : null,
  ];
}

/** The buttons that the customer can tap below a message from the business. */
export function choices(message, answer) {
  const body = message.body[message.kind];
  if (message.kind === "interactive") return ofInteractive(body, answer);
  if (message.kind !== "template") return [];
  return message.template
    ? templateButtons(filled(message.template.components, body.components).buttons, answer)
    : ofTemplate(body, answer);
}

/** The buttons of a template or of one of its cards. */
export function templateButtons(buttons, answer) {
  return buttons.map(({ kind, title, detail, payload }) => {
    const tapped = { type: "button", button: { payload, text: title } };
    if (kind === "reply") return tap(title, "reply", () => answer(tapped));
    if (kind === "flow") return tap(title, "document", () => answer(formSent()));
    // The URL is shown but not opened: the page never follows links from messages.
    const symbol = { link: "link", call: "phone", copy: "document" }[kind] ?? "list";
    return cta(symbol, title, detail);
  });
}

function cta(symbol, title, detail) {
  const lines = [said("span", {}, String(title)), detail ? said("small", {}, String(detail)) : null];
  return el("div.cta", {}, icon(symbol), lines);
}

const formSent = () => ({
  type: "interactive",
  interactive: {
    type: "nfm_reply",
    nfm_reply: { name: "flow", body: "Sent", response_json: '{"flow_token":"unused"}' },
  },
});

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
      const { display_text: title, url } = action.parameters ?? {};
      return [cta("link", title, url)];
    }
    case "location_request_message":
      return [
        tap("Send location", "location", () =>
          answer({ type: "location", location: { latitude: 37.484, longitude: -122.148, name: "Here" } }),
        ),
      ];
    case "flow":
      return [
        tap(action.parameters?.flow_cta ?? "Open the form", "document", () => answer(formSent())),
      ];
    default:
      return [];
  }
}

/** Quick-reply buttons of a deleted template: the request contains only their payloads. */
function ofTemplate(template, answer) {
  const buttons = (template?.components ?? []).filter((part) => part.type === "button");
  return buttons
    .filter((button) => button.sub_type === "quick_reply")
    .map((button) => {
      const payload = String(button.parameters?.[0]?.payload ?? "");
      return tap(payload, "reply", () => answer({ type: "button", button: { payload, text: payload } }));
    });
}

function tap(title, symbol, then) {
  return el("button", { type: "button", onclick: () => then()?.catch?.(() => {}) }, icon(symbol), said("span", {}, String(title)));
}

/** Lets the customer choose a row of a list. */
function choose(action) {
  const rows = [];
  const sections = (action.sections ?? []).map((section, at) => {
    const options = (section.rows ?? []).map((row) => {
      const value = String(rows.push(row) - 1);
      const radio = el("input", { type: "radio", name: "row", value, required: true });
      const description = row.description ? said("span.small", {}, row.description) : null;
      const lines = el("span", {}, said("span", {}, row.title), description);
      return el("label", {}, radio, lines);
    });
    const title = section.title ? said("h3", { id: `section-${at}` }, section.title) : null;
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
