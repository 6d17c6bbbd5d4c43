// The account's templates: what a template message says is there, and not in the message.

import { templates } from "./control.js";

/** Messages often come many at once, after a reload for example; one answer is enough for all of them. */
const TOGETHER_MS = 30;

let asked = null;

function all() {
  asked ??= new Promise((resolve) => setTimeout(resolve, TOGETHER_MS)).then(() => {
    asked = null;
    return templates();
  });
  return asked;
}

/** The template of this name and language as it is now; null if there is none. */
export async function templateOf({ name, language }) {
  const known = await all().catch(() => []);
  return known.find((it) => it.name === name && it.language === language?.code) ?? null;
}
