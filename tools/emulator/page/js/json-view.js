// Shows a body as text: formatted and coloured if it is JSON, with a button that copies the raw text.

import { el, toast } from "./dom.js";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;

/** `shown` is `{text, bytes}` as the feed has it. */
export function jsonView(title, shown) {
  const cut = shown.text !== null && shown.bytes > new Blob([shown.text]).size;
  const size = `${shown.bytes.toLocaleString("en")} bytes${cut ? ", truncated here" : ""}`;
  const pre = el("pre", { tabindex: "0", "aria-label": title });
  let raw = false;
  const text = shown.text ?? "(not text)";
  const render = () => pre.replaceChildren(...(raw ? [text] : coloured(pretty(text))));
  const toggle = el(
    "button",
    {
      type: "button",
      "aria-pressed": "false",
      onclick: () => {
        raw = !raw;
        toggle.setAttribute("aria-pressed", String(raw));
        render();
      },
    },
    "Raw",
  );
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied");
    } catch {
      toast("The browser does not allow copying here", true);
    }
  };
  render();
  return el(
    "section.json",
    {},
    el("header", {}, title, el("small", {}, size), toggle, el("button", { type: "button", onclick: copy }, "Copy")),
    pre,
  );
}

/** A JSON value that the feed has already parsed. */
export const valueView = (title, value) => {
  const text = JSON.stringify(value);
  return jsonView(title, { text, bytes: new Blob([text]).size });
};

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text || "(empty)";
  }
}

function coloured(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon] = match;
    const token = string ?? whole;
    parts.push(text.slice(from, match.index));
    parts.push(el(string ? (colon ? "span.k" : "span.s") : "span.n", {}, token));
    from = match.index + token.length;
  }
  parts.push(text.slice(from));
  return parts;
}
