// Customer identities. A person has a phone number, a user id or both; either one identifies the person.

const isNumber = (name) => /^\d+$/.test(name);

export class People {
  /** Calls `merged(person, other)` when two people turn out to be one; `other` is no longer used then. */
  constructor(merged) {
    this.merged = merged;
    this.all = new Set();
    this.byName = new Map();
  }

  /** Finds or creates the person with these phone numbers and user ids. */
  of(names, profileName) {
    const given = names.filter(Boolean).map(String);
    if (given.length === 0) given.push("unknown");
    const [known, ...others] = new Set(given.map((name) => this.byName.get(name)).filter(Boolean));
    const person = known ?? this.#add(given[0]);
    for (const name of given) {
      this.byName.set(name, person);
      if (isNumber(name)) person.number ||= name;
      else person.userId ||= name;
    }
    for (const other of others) this.#merge(person, other);
    if (profileName) person.profileName = profileName;
    return person;
  }

  /** The person with this number or user id, if there is one. */
  known(name) {
    return this.byName.get(name);
  }

  #add(key) {
    const person = {
      key,
      number: "",
      userId: "",
      /** The name in the notifications. */
      profileName: "",
      /** The name given on this page. */
      givenName: "",
      messages: [],
      typingUntil: 0,
      get name() {
        return this.givenName || this.profileName;
      },
      get identity() {
        return this.number || this.userId;
      },
    };
    this.all.add(person);
    return person;
  }

  #merge(person, other) {
    this.all.delete(other);
    for (const [name, owner] of this.byName) if (owner === other) this.byName.set(name, person);
    person.number ||= other.number;
    person.userId ||= other.userId;
    person.profileName ||= other.profileName;
    person.givenName ||= other.givenName;
    person.typingUntil = Math.max(person.typingUntil, other.typingUntil);
    for (const message of other.messages) message.person = person;
    person.messages = [...person.messages, ...other.messages].sort((a, b) => a.at - b.at);
    this.merged(person, other);
  }
}

/** 16505551234 as +1 650 555 1234; any other number in groups, an id as it is. */
export function phoneNumber(number) {
  const text = String(number ?? "");
  if (!isNumber(text)) return text;
  const american = text.match(/^1(\d{3})(\d{3})(\d{4})$/);
  if (american) return `+1 ${american[1]} ${american[2]} ${american[3]}`;
  return `+${text.replace(/(\d{2})(?=(\d{3})+$)/, "$1 ").replace(/(\d{3})(?=\d)/g, "$1 ")}`;
}

/** A name, and the identity that distinguishes people with the same name; each keeps its writing direction. */
export function title(person) {
  const identity = phoneNumber(person.identity || person.key);
  return person.name ? `\u2068${person.name}\u2069 · \u2068${identity}\u2069` : identity;
}
