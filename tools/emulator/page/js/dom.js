// Builds elements. Text is only ever inserted as text nodes, so a message cannot inject markup.

/** el("p.note", {title: "x"}, "text", child): tag and classes, attributes and listeners, content. */
export function el(name, attributes = {}, ...content) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...content.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element for text that people wrote; it keeps its own writing direction. */
export const said = (name, attributes, ...content) => el(name, { dir: "auto", ...attributes }, ...content);

/** One of the symbols in index.html. */
export function icon(id, className = "icon") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${id}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** The time of day, with or without milliseconds. */
export function clock(ms, precise = false) {
  const date = new Date(Number(ms));
  const two = (number) => String(number).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (!precise) return time;
  return `${time}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Shows a short-lived notification. */
export function toast(text, bad = false) {
  const line = el(bad ? "p.toast.bad" : "p.toast", {}, text);
  document.getElementById("toasts").replaceChildren(line);
  setTimeout(() => line.remove(), bad ? 8000 : 3500);
}

/** Schedules `work` for the next frame; repeated requests run it once. */
export function nextFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
