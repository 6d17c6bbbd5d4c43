// One message on the phone: its bubble, and the parts of it that change.

import { postNotification } from "./control.js";
import { content, outline } from "./content.js";
import { clock, el, icon } from "./dom.js";
import { choices } from "./interactive.js";

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
  const note = el("div.note", { hidden: true });
  const more = el(
    "button.round.more",
    { type: "button", "aria-expanded": "false", "aria-label": "What to do with this message" },
    icon("more"),
  );
  const bare = message.kind === "sticker";
  const bubble = el(
    bare ? "div.bubble.bare" : "div.bubble",
    {},
    quote(message, phone),
    content(message),
    el("div.meta", {}, el("time", {}, clock(message.at)), ticks),
  );
  const answers = message.mine ? null : choices(message, (reply) => phone.answer(message, reply));
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
  item.update = () => {
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

/** What the message replies to. */
export function quote(message, phone) {
  if (!message.quoted) return null;
  const original = phone.conversations.message(message.quoted);
  if (!original) return el("div.quote", {}, el("strong", {}, "Reply"), el("span", {}, "to an earlier message"));
  return quoted(original);
}

/** A message as others quote it. */
export function quoted(original) {
  const said = outline(original.kind, original.body) || original.kind;
  return el(
    "div.quote",
    {},
    el("strong", {}, original.mine ? "You" : "Business"),
    el("span", {}, said),
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
  bar.append(button("Show in timeline", () => phone.showInTimeline(message)));
  if (!message.mine) {
    bar.append(el("span.break"));
    for (const state of ["sent", "delivered", "read", "failed"]) {
      bar.append(button(`Report ${state}`, () => report(message, state, phone)));
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

/** A status notification about this message, as Meta writes it. */
function report(message, status, { business }) {
  const it = {
    id: message.id,
    status,
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: message.person.id,
  };
  if (message.body.biz_opaque_callback_data) {
    it.biz_opaque_callback_data = message.body.biz_opaque_callback_data;
  }
  if (status === "failed") it.errors = FAILED;
  const metadata = {
    display_phone_number: business.display_phone_number,
    phone_number_id: business.phone_number_id,
  };
  const value = { messaging_product: "whatsapp", metadata, statuses: [it] };
  return postNotification({
    object: "whatsapp_business_account",
    entry: [{ id: business.business_account_id, changes: [{ value, field: "messages" }] }],
  });
}
