// The conversation on the phone: which customer's, its messages, the typing indicator.

import { customerSends } from "./control.js";
import { byId, nextFrame, said, toast } from "./dom.js";
import { Follow } from "./follow.js";
import { forTab } from "./keep.js";
import { view } from "./message.js";
import { phoneNumber, title } from "./people.js";

export class Phone {
  constructor(conversations, { replyTo, edit, showInTimeline, taken }) {
    this.conversations = conversations;
    this.replyTo = replyTo;
    this.edit = edit;
    this.showInTimeline = showInTimeline;
    this.taken = taken;
    this.business = {};
    this.views = new Map();
    this.changedMessages = new Set();
    this.log = byId("log");
    this.list = byId("messages");
    this.choice = byId("customer");
    this.end = new Follow(this.log, 60);
    this.render = nextFrame(() => this.#render());
    this.choice.addEventListener("change", () => this.show(this.conversations.people.known(this.choice.value)));
    this.log.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Starts over with this business. */
  reset(business, person) {
    this.business = business;
    this.views.clear();
    this.changedMessages.clear();
    this.list.replaceChildren();
    this.choice.replaceChildren();
    byId("business").textContent = phoneNumber(business.display_phone_number);
    this.show(person);
  }

  /** Shows this customer's phone. */
  show(person) {
    this.customer = person;
    forTab.set("customer", person.identity);
    this.views.clear();
    this.list.replaceChildren();
    for (const message of person.messages) this.changedMessages.add(message);
    this.end.toEnd();
    this.taken(person);
    this.render();
  }

  /** Two customers turned out to be one person: if either is shown, show that person. */
  merged(person, other) {
    if (this.customer === person || this.customer === other) this.show(person);
  }

  /** Adds a new message, or updates a changed one. */
  changed(message) {
    this.changedMessages.add(message);
    this.render();
  }

  /** Sends a message as this customer, with the customer's identities and name unless the message has its own. */
  async send(message) {
    const { number, userId, name } = this.customer;
    const sender = { ...(number && { from: number }), ...(userId && { from_user_id: userId }) };
    const own = message.from === undefined && message.from_user_id === undefined;
    const sent = own ? { ...sender, ...(name && { name }), ...message } : message;
    const { queued } = await customerSends(sent);
    if (queued === 0) toast("The business has blocked this customer: their messages are not delivered", true);
    return sent;
  }

  /** Called when the customer taps something in a message from the business. */
  answer(message, reply) {
    const context = { from: this.business.display_phone_number, id: message.id };
    return this.send({ ...reply, context });
  }

  react(message, emoji) {
    const reaction = { message_id: message.id, ...(emoji && { emoji }) };
    return this.send({ type: "reaction", reaction });
  }

  #render() {
    if (!this.customer) return;
    if (this.changedMessages.size > 0) this.end.adding();
    for (const message of this.changedMessages) {
      if (message.person !== this.customer) continue;
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
      }
    }
    this.changedMessages.clear();
    this.#people();
    this.#typing();
    byId("log-empty").hidden = this.views.size > 0;
  }

  #people() {
    const people = [...this.conversations.people.all];
    const shown = [...this.choice.options];
    // Keep unchanged options, because the list may be open.
    if (shown.length !== people.length || people.some((person, at) => shown[at].value !== person.key)) {
      this.choice.replaceChildren(...people.map((person) => said("option", { value: person.key })));
    }
    for (const [at, person] of people.entries()) {
      const option = this.choice.options[at];
      if (option.textContent !== title(person)) option.textContent = title(person);
    }
    this.choice.value = this.customer.key;
    const identity = phoneNumber(this.customer.identity);
    byId("customer-identity").textContent = identity;
    this.choice.title = identity;
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

  /** The arrow keys move through the messages; Enter opens a message's actions. */
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
