// The conversation on the phone: which customer's, its messages, the typing indicator.

import { customerSends } from "./control.js";
import { byId, el, nextFrame } from "./dom.js";
import { answering } from "./interactive.js";
import { view } from "./message.js";

export class Phone {
  constructor(conversations, { replyTo, edit, showInTimeline }) {
    this.conversations = conversations;
    this.replyTo = replyTo;
    this.edit = edit;
    this.showInTimeline = showInTimeline;
    this.business = {};
    this.views = new Map();
    this.changedMessages = new Set();
    this.log = byId("log");
    this.list = byId("messages");
    this.choice = byId("customer");
    this.render = nextFrame(() => this.#render());
    this.choice.addEventListener("change", () => this.show(this.choice.value));
    this.log.addEventListener("keydown", (event) => this.#move(event));
  }

  /** A new beginning, with this business and this customer. */
  reset(business, customer) {
    this.business = business;
    this.views.clear();
    this.changedMessages.clear();
    this.list.replaceChildren();
    this.choice.replaceChildren();
    byId("business").textContent = phoneNumber(business.display_phone_number);
    this.conversations.with(customer.number, customer.name);
    this.show(customer.number);
  }

  get customer() {
    return this.conversations.with(this.current);
  }

  show(id) {
    this.current = id;
    this.views.clear();
    this.list.replaceChildren();
    for (const message of this.customer.messages) this.changedMessages.add(message);
    this.render();
  }

  /** A message is new or has changed. */
  changed(message) {
    this.changedMessages.add(message);
    this.render();
  }

  answer(message, reply) {
    return answering(message, this.current, this.business.display_phone_number)(reply);
  }

  react(message, emoji) {
    const reaction = { message_id: message.id, ...(emoji && { emoji }) };
    return customerSends({ from: this.current, type: "reaction", reaction });
  }

  #render() {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    let added = false;
    for (const message of this.changedMessages) {
      if (message.person.id !== this.current) continue;
      const known = this.views.get(message.id);
      if (message.gone) {
        known?.remove();
        this.views.delete(message.id);
      } else if (known) {
        known.update();
      } else {
        const element = view(message, this);
        this.views.set(message.id, element);
        this.list.append(element);
        added = true;
      }
    }
    this.changedMessages.clear();
    this.#people();
    this.#typing();
    byId("log-empty").hidden = this.views.size > 0;
    if (added && atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  #people() {
    const { people } = this.conversations;
    if (this.choice.options.length !== people.size) {
      this.choice.replaceChildren();
      for (const id of people.keys()) this.choice.append(el("option", { value: id }));
    }
    for (const option of this.choice.options) {
      option.textContent = people.get(option.value)?.name || phoneNumber(option.value);
    }
    this.choice.value = this.current;
    this.choice.title = phoneNumber(this.current);
  }

  #typing() {
    const left = this.customer.typingUntil - Date.now();
    const line = byId("presence");
    const said = left > 0 ? "typing…" : "business account";
    if (line.textContent !== said) line.textContent = said;
    line.classList.toggle("typing", left > 0);
    clearTimeout(this.typingEnds);
    if (left > 0) this.typingEnds = setTimeout(this.render, left + 50);
  }

  /** Up and down through the messages; Enter for what can be done with one. */
  #move(event) {
    const items = [...this.list.children];
    const focused = document.activeElement;
    if (focused !== this.log && !items.includes(focused)) {
      if (event.key === "Escape") focused.closest(".message")?.focus();
      return;
    }
    const at = items.indexOf(focused);
    if (event.key === "ArrowUp") (items[at < 0 ? items.length - 1 : at - 1] ?? focused).focus();
    else if (event.key === "ArrowDown") (items[at < 0 ? items.length - 1 : at + 1] ?? focused).focus();
    else if (event.key === "Enter") focused.querySelector(".more")?.click();
    else if (event.key === "Escape") this.log.focus();
    else return;
    event.preventDefault();
  }
}

/** 16505551234 as +1 650 555 1234; any other number in groups, an id as it is. */
export function phoneNumber(number) {
  const text = String(number ?? "");
  if (!/^\d+$/.test(text)) return text;
  const american = text.match(/^1(\d{3})(\d{3})(\d{4})$/);
  if (american) return `+1 ${american[1]} ${american[2]} ${american[3]}`;
  return `+${text.replace(/(\d{2})(?=(\d{3})+$)/, "$1 ").replace(/(\d{3})(?=\d)/g, "$1 ")}`;
}
