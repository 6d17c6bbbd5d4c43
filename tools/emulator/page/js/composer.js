// Where the customer writes: text, attachments, replies.

import { addMedia } from "./control.js";
import { ownPictures } from "./content.js";
import { ask } from "./dialog.js";
import { byId, el, icon } from "./dom.js";
import { forTab } from "./keep.js";
import { menu } from "./menu.js";
import { quoted } from "./message.js";
import * as samples from "./samples.js";

const EXAMPLE = '{\n  "type": "text",\n  "text": { "body": "hello" }\n}';

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.field = byId("compose-text");
    this.draft = byId("quote-draft");
    this.original = null;
    this.edited = null;
    /** Unsent drafts by customer. */
    this.drafts = forTab.get("drafts") ?? {};
    this.field.addEventListener("input", () => this.#keep());
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sendText();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#sendText();
      } else if (event.key === "Escape") this.replyTo(null);
    });
    byId("photo").addEventListener("change", (event) => this.#photo(event.target));
    const sample = (build) => () => this.#send(build(this.#caption())).catch(() => {});
    menu(byId("attach"), byId("attach-menu"), [
      { title: "Photo…", symbol: "image", run: () => byId("photo").click() },
      { title: "Sample photo", symbol: "image", run: sample(samples.image) },
      { title: "Video", symbol: "video", run: sample(samples.video) },
      { title: "Voice message", symbol: "audio", run: sample(samples.voice) },
      { title: "Document", symbol: "document", run: sample(samples.pdf) },
      { title: "Sticker", symbol: "sticker", run: sample(samples.sticker) },
      { title: "Location", symbol: "location", run: sample(samples.location) },
      { title: "Contact", symbol: "contacts", run: sample(samples.contact) },
      { title: "Any message as JSON…", symbol: "json", run: () => this.#json() },
    ]);
  }

  /** Switches to another customer and restores that customer's draft. */
  of(person) {
    this.replyTo(null);
    const early = this.person === undefined && this.field.value;
    this.person = person.identity;
    if (early) this.#keep();
    else this.field.value = this.drafts[this.person] ?? "";
  }

  #keep() {
    // An edit does not replace the draft, which is restored afterwards.
    if (this.edited || this.person === undefined) return;
    this.drafts[this.person] = this.field.value || undefined;
    forTab.set("drafts", this.drafts);
  }

  #write(text) {
    this.field.value = text;
    this.#keep();
  }

  /** The next message replies to this one, or to none. */
  replyTo(message) {
    this.original = message;
    if (this.edited) this.field.value = this.drafts[this.person] ?? "";
    this.edited = null;
    this.#showDraft(message, "Cancel the reply");
  }

  /** The next text replaces the text of this message. */
  edit(message) {
    this.replyTo(null);
    this.edited = message;
    this.field.value = message.body.text?.body ?? "";
    this.#showDraft(message, "Cancel the edit");
  }

  #showDraft(message, leave) {
    this.draft.hidden = !message;
    if (!message) return;
    const cancel = el(
      "button.quiet.round",
      { type: "button", "aria-label": leave, onclick: () => this.replyTo(null) },
      icon("close"),
    );
    this.draft.replaceChildren(quoted(message), cancel);
    this.field.focus();
  }

  #caption() {
    const text = this.field.value.trim();
    this.#write("");
    return text;
  }

  async #sendText() {
    const body = this.field.value.trim();
    if (!body) return;
    this.#write("");
    const message = { type: "text", text: { body } };
    const edited = this.edited && { original_message_id: this.edited.id, message };
    try {
      await this.#send(edited ? { type: "edit", edit: edited } : message);
    } catch {
      if (!this.field.value) this.#write(body);
    }
  }

  #send(message) {
    const original = this.original;
    this.replyTo(null);
    this.phone.end.toEnd();
    const { customer, business } = this.phone;
    const writer = original?.mine ? customer.identity : business.display_phone_number;
    const context = original && { context: { from: writer, id: original.id } };
    return this.phone.send({ ...message, ...context });
  }

  async #photo(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      const id = await addMedia(file);
      ownPictures.set(id, URL.createObjectURL(file));
      await this.#send(samples.media("image", this.#caption(), { id }));
    } catch {
      // The error is already shown as a toast.
    }
  }

  #json() {
    const field = el("textarea", { dir: "auto", spellcheck: "false", "aria-label": "One element of messages[]" });
    field.value = EXAMPLE;
    ask("A customer's message as JSON", field, "Send", () => {
      const message = JSON.parse(field.value);
      if (message === null || typeof message !== "object" || Array.isArray(message)) {
        throw new Error("One message is one object, such as the example.");
      }
      return this.phone.send(message);
    });
  }
}
