// Selects the customer whose phone is shown; added and named customers are kept until the tab is closed.

import { ask } from "./dialog.js";
import { byId, el } from "./dom.js";
import { forTab } from "./keep.js";
import { menu } from "./menu.js";

const EXPECTED =
  "A phone number has 7 to 15 digits with its country code, such as +1 650 555 1235; the user id of somebody " +
  "who shows no number begins with a country and a dot, such as US.13491208655302741918.";

export class Customers {
  constructor(phone, conversations) {
    this.phone = phone;
    this.conversations = conversations;
    /** Customers added or named here: `{identity, name}`. */
    this.kept = forTab.get("customers") ?? [];
    menu(byId("people"), byId("people-menu"), [
      { title: "Add a customer…", symbol: "plus", run: () => this.#add() },
      { title: "Name this customer…", symbol: "contacts", run: () => this.#name() },
    ]);
  }

  /** Restores the customers and the selected one after a reload or a clear. */
  restore({ number, user_id: userId, name }) {
    const { people } = this.conversations;
    const first = people.of([number, userId], name);
    for (const { identity, name } of this.kept) people.of([identity]).givenName = name;
    const chosen = forTab.get("customer");
    return chosen ? people.of([chosen]) : first;
  }

  #add() {
    const name = input("Name", "");
    const identity = input("Phone number or user id", this.#free());
    ask("New customer", fields(name, identity), "Add", () => {
      const named = wellFormed(identity.value);
      if (!named) throw new Error(EXPECTED);
      const { people } = this.conversations;
      if (people.known(named)) throw new Error("This customer is already in the list.");
      this.#give(people.of([named]), name.value);
      this.phone.show(people.of([named]));
      return true;
    }).then((added) => added && byId("compose-text").focus());
  }

  #name() {
    const { customer } = this.phone;
    const name = input("Name", customer.name);
    ask("The customer's name", fields(name), "Name", () => {
      if (!name.value.trim()) throw new Error("The name must contain at least one letter.");
      this.#give(customer, name.value);
      this.phone.render();
      return true;
    });
  }

  #give(person, name) {
    person.givenName = name.trim();
    const { identity } = person;
    this.kept = this.kept.filter((it) => it.identity !== identity);
    this.kept.push({ identity, name: person.givenName });
    forTab.set("customers", this.kept);
  }

  /** An unused phone number. */
  #free() {
    let number = 16505551235;
    while (this.conversations.people.known(String(number))) number += 1;
    return `+${number}`;
  }
}

/** Digits, or a user id; null for anything else. */
function wellFormed(written) {
  const text = written.trim();
  const digits = text.replace(/[\s().+-]/g, "");
  if (/^[1-9]\d{6,14}$/.test(digits)) return digits;
  return /^[A-Z]{2}\.[A-Za-z0-9.]{1,128}$/.test(text) ? text : null;
}

function input(title, value) {
  return el("input", { "aria-label": title, dir: "auto", autocomplete: "off", value });
}

function fields(...inputs) {
  const shown = inputs.map((it) => el("label", {}, el("span", {}, it.getAttribute("aria-label")), it));
  return el("div.fields", {}, shown);
}
