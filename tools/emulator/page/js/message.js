// One message on the phone: its bubble, and the parts of it that change.

import { reportStatus } from "./control.js";
import { content, outline } from "./content.js";
import { clock, el, icon, said } from "./dom.js";
import { formatted } from "./format.js";
import { choices } from "./interactive.js";
import { firstWords } from "./template.js";

const TICKS = {
  pending: ["clock", "Not yet sent"],
  sent: ["tick", "Sent"],
  delivered: ["ticks", "Delivered"],
  read: ["ticks", "Read"],
  failed: ["alert", "Failed"],
};
const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const FAILED = [{ code: 131026, title: "Message undeliverable", message: "Message undeliverable" }];

/** The element of a message; `element.update()` shows what has changed since. */
export function view(message, phone) {
  if (message.kind === "system" || message.kind === "request_welcome") {
    const line = el("li.message.system", { "data-id": message.id }, content(message));
    line.update = () => {};
    return line;
  }
  const ticks = el("span", { role: "img" });
  const reactions = el("div.reactions", { hidden: true });
  const note = said("div.note", { hidden: true });
  const more = el(
    "button.round.more",
    { type: "button", "aria-expanded": "false", "aria-label": "Message actions" },
    icon("more"),
  );
  const bare = message.kind === "sticker";
  const inside = el("div");
  const edited = el("span");
  const bubble = el(
    bare ? "div.bubble.bare" : "div.bubble",
    {},
    quote(message, phone),
    inside,
    el("div.meta", {}, edited, el("time", {}, clock(message.at)), ticks),
  );
  const answer = (reply) => phone.answer(message, reply);
  const answers = el("div.choices", { hidden: true });
  const line = el("div.line", {}, bubble, more);
  const item = el(
    message.mine ? "li.message.mine.fresh" : "li.message.fresh",
    { "data-id": message.id, tabindex: "-1" },
    el("span.hidden", {}, message.mine ? "You:" : "Business:"),
    line,
    reactions,
    note,
    answers,
  );
  more.addEventListener("click", () => toggleActions(item, more, message, phone));
  let version = null;
  item.update = () => {
    if (version !== (message.version ?? 0)) {
      version = message.version ?? 0;
      const shown = message.deleted ? [el("span.deleted", {}, "Deleted by the customer")] : content(message, answer);
      inside.replaceChildren(...shown.flat(Infinity).filter(Boolean));
      const found = message.mine ? [] : choices(message, answer);
      answers.replaceChildren(...found);
      answers.hidden = found.length === 0;
      edited.textContent = message.edited && !message.deleted ? "edited" : "";
    }
    const [symbol, word] = TICKS[message.state];
    if (ticks.dataset.state !== message.state) {
      ticks.dataset.state = message.state;
      ticks.setAttribute("aria-label", word);
      ticks.title = word;
      const drawn = icon(symbol, "ticks");
      drawn.dataset.state = message.state;
      ticks.replaceChildren(drawn);
    }
    const given = Object.values(message.reactions).filter(Boolean);
    reactions.hidden = given.length === 0;
    reactions.replaceChildren(...given.map((emoji) => el("span", {}, emoji)));
    note.hidden = !message.note;
    note.classList.toggle("bad", Boolean(message.note?.bad));
    note.textContent = message.note?.text ?? "";
  };
  item.update();
  return item;
}

/** The message that this one replies to. */
export function quote(message, phone) {
  if (!message.quoted) return null;
  const original = phone.conversations.message(message.quoted);
  if (!original) return el("div.quote", {}, el("strong", {}, "Reply"), el("span", {}, "to an earlier message"));
  return quoted(original);
}

/** A message as a quote. */
export function quoted(original) {
  const template = original.kind === "template" && firstWords(original.template, original.body.template);
  const words = template || outline(original.kind, original.body) || original.kind;
  return el(
    "div.quote",
    {},
    el("strong", {}, original.mine ? "You" : "Business"),
    said("span", {}, formatted(words)),
  );
}

function toggleActions(item, more, message, phone) {
  const shown = item.querySelector(".actions");
  if (shown) {
    shown.remove();
    more.setAttribute("aria-expanded", "false");
    more.focus();
    return;
  }
  const done = (work) => () => {
    toggleActions(item, more, message, phone);
    Promise.resolve(work()).catch(() => {});
  };
  const button = (title, work) => el("button", { type: "button", onclick: done(work) }, title);
  const bar = el("div.actions", { role: "toolbar", "aria-label": "Message" });
  if (!message.mine) {
    const current = message.reactions.customer;
    for (const emoji of EMOJI) {
      const chosen = current === emoji;
      const attributes = {
        type: "button",
        "aria-pressed": String(chosen),
        "aria-label": `React with ${emoji}`,
        onclick: done(() => phone.react(message, chosen ? "" : emoji)),
      };
      bar.append(el("button.emoji", attributes, emoji));
    }
    bar.append(el("span.break"));
  }
  bar.append(button("Reply", () => phone.replyTo(message)));
  if (message.mine && message.kind === "text") bar.append(button("Edit", () => phone.edit(message)));
  if (message.mine) bar.append(button("Delete", () => phone.send(revoke(message))));
  bar.append(button("Show in timeline", () => phone.showInTimeline(message)));
  if (!message.mine) {
    bar.append(el("span.break"));
    for (const state of ["sent", "delivered", "read", "failed"]) {
      bar.append(button(`Report ${state}`, () => report(message, state)));
    }
  }
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      toggleActions(item, more, message, phone);
    }
  });
  item.querySelector(".line").after(bar);
  more.setAttribute("aria-expanded", "true");
  bar.querySelector("button").focus();
  bar.scrollIntoView({ block: "nearest" });
}

const revoke = ({ id }) => ({ type: "revoke", revoke: { original_message_id: id } });

/** A status of this message, as Meta writes it. */
function report(message, status) {
  const { number, userId, key } = message.person;
  const recipient = !number && userId ? { recipient_user_id: userId } : { recipient_id: number || key };
  const it = { id: message.id, status, ...recipient };
  const correlation = message.body.biz_opaque_callback_data;
  if (correlation) it.biz_opaque_callback_data = correlation;
  if (status === "failed") it.errors = FAILED;
  return reportStatus(it);
}
