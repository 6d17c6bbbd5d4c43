// The conversation model: messages and their statuses, built from the feed's items. It does not render anything.

import { People } from "./people.js";

const RANK = { pending: 0, sent: 1, delivered: 2, read: 3, played: 3, failed: 4 };
/** WhatsApp shows the typing indicator for 25 seconds or until the message arrives. */
const TYPING_MS = 25_000;
const KEPT = 300;

/** Formats a phone number as WhatsApp does; user ids and group ids are unchanged. */
const identity = (to = "") => (/[a-z]/i.test(to) ? String(to) : String(to).replace(/\D/g, ""));

/** The body of an item as a JSON value, or null if it is not JSON or was truncated. */
export function parsed(shown) {
  try {
    return JSON.parse(shown.text);
  } catch {
    return null;
  }
}

/** Every `value` of a notification. */
export function values(body) {
  const entries = Array.isArray(body?.entry) ? body.entry : [];
  return entries.flatMap((entry) => (entry.changes ?? []).map((change) => change.value ?? {}));
}

export class Conversations {
  /**
   * Calls `changed(message)` for each new or changed message and `merged(person, other)` when two customers
   * turn out to be one; `templateOf(template)` resolves to the account's template.
   */
  constructor({ changed, merged, templateOf }) {
    this.changed = changed;
    this.merged = merged;
    this.templateOf = templateOf;
    this.reset();
  }

  reset() {
    this.people = new People(this.merged);
    this.messages = new Map();
    this.webhooks = new Map();
  }

  message(id) {
    return this.messages.get(id);
  }

  // A notification: messages from the customer, or statuses of the business's messages.
  webhook(item) {
    const ids = [];
    for (const value of values(parsed(item.body))) {
      for (const message of value.messages ?? []) {
        ids.push(message.id);
        this.#fromCustomer(message, value.contacts?.[0], item);
      }
      for (const status of value.statuses ?? []) this.#status(status, value.contacts?.[0]);
    }
    this.webhooks.set(item.sequence, ids);
  }

  /** An attempt to post a notification: after a 200 the business has received it. */
  attempt(item) {
    for (const id of this.webhooks.get(item.webhook) ?? []) {
      const message = this.messages.get(id);
      if (!message) continue;
      const good = item.http_status === 200;
      const answer = item.http_status ? `answered ${item.http_status}` : `failed: ${item.error}`;
      if (good) this.#progress(message, "delivered");
      if (!good || message.note) message.note = good ? null : { text: `The webhook ${answer}` };
      this.changed(message);
    }
  }

  // A request of the business: a message, a reaction, or a read receipt.
  request(item) {
    const body = parsed(item.body);
    if (!item.accepted || !body || !/\/(marketing_)?messages$/.test(item.path)) return;
    if (item.kind === "read") {
      this.#read(body);
    } else if (body.type === "reaction") {
      this.#react(body.reaction, "business");
    } else if (item.message_id) {
      const contact = parsed(item.answer)?.contacts?.[0];
      const names = [contact?.wa_id, identity(body.to), contact?.user_id, body.recipient];
      const person = this.people.of(names);
      person.typingUntil = 0;
      this.#add(person, {
        id: item.message_id,
        mine: false,
        kind: body.type ?? "text",
        body,
        at: item.at_ms,
        quoted: body.context?.message_id,
        state: "pending",
        note: item.fault ? { text: `Fault: ${item.fault.replaceAll("_", " ")}` } : null,
      });
    }
  }

  #fromCustomer(message, contact, item) {
    const names = [message.from, contact?.wa_id, message.from_user_id, contact?.user_id];
    const person = this.people.of(names, contact?.profile?.name);
    if (message.type === "reaction") {
      this.#react(message.reaction, "customer");
      return;
    }
    if (message.type === "edit" || message.type === "revoke") {
      this.#change(message);
      return;
    }
    const known = this.messages.get(message.id);
    if (known) {
      known.note = { text: "The notification was posted more than once" };
      this.changed(known);
      return;
    }
    const lost = item.fault === "lost";
    this.#add(person, {
      id: message.id,
      mine: true,
      kind: message.type,
      body: message,
      at: item.at_ms,
      quoted: message.context?.id,
      state: item.url ? "sent" : "pending",
      note: lost ? { text: "The notification was lost" } : null,
    });
  }

  #add(person, message) {
    message.person = person;
    message.reactions = {};
    person.messages.push(message);
    this.messages.set(message.id, message);
    if (person.messages.length > KEPT) {
      const oldest = person.messages.shift();
      this.messages.delete(oldest.id);
      oldest.gone = true;
      this.changed(oldest);
    }
    this.changed(message);
    if (message.kind === "template") this.#lookUp(message);
  }

  async #lookUp(message) {
    message.template = await this.templateOf(message.body.template ?? {});
    message.version = (message.version ?? 0) + 1;
    this.changed(message);
  }

  #status(status, contact) {
    const message = this.messages.get(status.id);
    if (!message) return;
    if (!status.recipient_type) {
      this.people.of(
        [message.person.key, status.recipient_id, status.recipient_user_id],
        contact?.profile?.name,
      );
    }
    const error = status.errors?.[0];
    if (error) {
      const code = error.code ? `${error.code} ` : "";
      message.note = { text: `${code}${error.title ?? error.message ?? "failed"}`, bad: true };
    }
    this.#progress(message, status.status === "played" ? "read" : status.status);
    this.changed(message);
  }

  /** Statuses may arrive in any order, so a lower status never replaces a higher one. */
  #progress(message, state) {
    if (RANK[state] > RANK[message.state]) message.state = state;
  }

  /** Reading a message marks all earlier messages as read. */
  #read(body) {
    const last = this.messages.get(body.message_id);
    if (!last) return;
    for (const message of last.person.messages) {
      if (message.mine && RANK[message.state] < RANK.read) {
        message.state = "read";
        this.changed(message);
      }
      if (message === last) break;
    }
    if (body.typing_indicator) last.person.typingUntil = Date.now() + TYPING_MS;
    this.changed(last);
  }

  /** The customer has changed or deleted a message. */
  #change({ type, edit, revoke }) {
    const message = this.messages.get((edit ?? revoke)?.original_message_id);
    if (!message) return;
    message.version = (message.version ?? 0) + 1;
    message.deleted = type === "revoke";
    if (edit) {
      message.edited = true;
      message.kind = edit.message.type;
      message.body = { ...message.body, ...edit.message };
    }
    this.changed(message);
  }

  #react(reaction, who) {
    const message = this.messages.get(reaction?.message_id);
    if (!message) return;
    message.reactions[who] = reaction.emoji || undefined;
    this.changed(message);
  }
}
