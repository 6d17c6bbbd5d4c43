// The account's templates, which contain the text of template messages.

import { templates } from "./control.js";

/** Many messages arrive at once after a reload; they share one request. */
const TOGETHER_MS = 30;

let asked = null;

function all() {
  asked ??= new Promise((resolve) => setTimeout(resolve, TOGETHER_MS)).then(() => {
    asked = null;
    return templates();
  });
  return asked;
}

/** The current template with this name and language, or null. */
export async function templateOf({ name, language }) {
  const known = await all().catch(() => []);
  return known.find((it) => it.name === name && it.language === language?.code) ?? null;
}
