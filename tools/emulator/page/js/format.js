// Renders *bold*, _italic_, ~strike~, `code`, ```blocks```, quotes and bullets as WhatsApp does. Message text
// is only ever inserted as text nodes.

import { el } from "./dom.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const isWord = (letter) => letter !== undefined && WORD.test(letter);
const isSpace = (letter) => letter === undefined || /\s/.test(letter);

/** The text as nodes and strings. */
export function formatted(text) {
  return spans(String(text), MARKS, true);
}

/** `marks` are the marks that may still open; `lines` says whether quotes and bullets are allowed here. */
function spans(text, marks, lines) {
  const parts = [];
  const failed = {};
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const found = code(text, at) ?? (lines ? opening(text, at) : null) ?? marked(text, at, marks, failed);
    if (found) {
      parts.push(text.slice(from, at), found.part);
      from = found.next;
    }
    at = found ? found.next : at + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const mark = text.startsWith("```", at) ? "```" : "`";
  const begin = at + mark.length;
  const end = text.indexOf(mark, begin);
  const inside = text.slice(begin, end);
  if (end < 0 || inside.trim() === "" || (mark === "`" && inside.includes("\n"))) return null;
  const next = end + mark.length;
  if (mark === "`") return { part: el("code", {}, inside), next };
  return { part: el("code.block", {}, inside.replace(/^\n|\n$/g, "")), next: afterLine(text, next) };
}

/** A quote or a bullet at the beginning of a line. */
function opening(text, at) {
  if (at > 0 && text[at - 1] !== "\n") return null;
  const [start] = text.slice(at, at + 2).match(/^(?:>|[-*]) /) ?? [];
  if (!start || isSpace(text[at + 2])) return null;
  if (start !== "> ") return { part: "• ", next: at + 2 };
  const end = lineEnd(text, at);
  return { part: el("span.cited", {}, spans(text.slice(at + 2, end), MARKS, false)), next: afterLine(text, end) };
}

/** A mark opens before a word and closes after one, on the same line. */
function marked(text, at, marks, failed) {
  const mark = text[at];
  const tag = marks[mark];
  const isEdge = (letter) => letter === mark || isSpace(letter);
  if (!tag || isWord(text[at - 1]) || isEdge(text[at + 1])) return null;
  const end = lineEnd(text, at);
  // No closing mark was found on this line before, so there is none for this one either.
  if (failed[mark] === end) return null;
  let close = text.indexOf(mark, at + 2);
  while (close > 0 && close < end && (isEdge(text[close - 1]) || isWord(text[close + 1]))) {
    close = text.indexOf(mark, close + 1);
  }
  if (close < 0 || close >= end) {
    failed[mark] = end;
    return null;
  }
  const { [mark]: _, ...others } = marks;
  return { part: el(tag, {}, spans(text.slice(at + 1, close), others, false)), next: close + 1 };
}

/** An element that is a line of its own also ends the line. */
const afterLine = (text, at) => (text[at] === "\n" ? at + 1 : at);

function lineEnd(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
