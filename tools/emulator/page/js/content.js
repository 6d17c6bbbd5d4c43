// What a message contains, as elements: a look for each type, and the JSON for any other.

import { el, icon } from "./dom.js";
import { interactive } from "./interactive.js";

const MEDIA = { image: "Photo", video: "Video", audio: "Audio", document: "Document", sticker: "Sticker" };
/** Pictures that were chosen on this page, by media id. */
export const ownPictures = new Map();

const text = (value) => (value ? el("div.text", {}, String(value)) : null);

function card(symbol, title, detail, extra) {
  const lines = el("div", {}, el("div", {}, title), detail ? el("small", {}, detail) : null, extra);
  return el("div.card", {}, icon(symbol), lines);
}

function source(media) {
  const of = media.id ? `media id ${media.id}` : media.link;
  return [media.mime_type, of].filter(Boolean).join(" · ");
}

function picture(media, kind) {
  const frame = el(kind === "video" ? "div.picture.clip" : "div.picture");
  const own = ownPictures.get(media.id);
  if (own && kind === "image") frame.append(el("img", { src: own, alt: media.caption || "The chosen photo" }));
  else frame.append(icon(kind));
  return [frame, el("span.small", {}, source(media)), text(media.caption)];
}

const LOOKS = {
  text: ({ text: it }) => [text(it?.body)],
  image: ({ image }) => picture(image, "image"),
  video: ({ video }) => picture(video, "video"),
  sticker: ({ sticker }) => [
    el("div.sticker", {}, icon("sticker")),
    el("span.small", {}, source(sticker)),
  ],
  audio: ({ audio }) => [
    card("audio", audio.voice ? "Voice message" : "Audio", source(audio), el("div.wave")),
  ],
  document: ({ document: it }) => [
    card("document", it.filename || "Document", source(it)),
    text(it.caption),
  ],
  location: ({ location }) => [
    card(
      "location",
      location.name || "Location",
      [location.address, `${location.latitude}, ${location.longitude}`].filter(Boolean).join(" · "),
    ),
  ],
  contacts: ({ contacts }) =>
    contacts.map((contact) =>
      card(
        "contacts",
        contact.name?.formatted_name || "Contact",
        (contact.phones ?? []).map((phone) => phone.phone ?? phone.wa_id).join(", "),
      ),
    ),
  template: ({ template }) => [
    card("template", template.name, `Template · ${template.language?.code ?? ""}`),
    ...(template.components ?? []).flatMap(parameters),
  ],
  button: ({ button }) => [text(button.text)],
  interactive,
  order: ({ order }) => [
    card("document", "Order", `${order.product_items?.length ?? 0} products · ${order.catalog_id}`),
    text(order.text),
  ],
  system: ({ system }) => [text(system.body)],
};

/** A template's parameters: its text is at Meta, and only what fills it is in the request. */
function parameters(component) {
  const shown = (component.parameters ?? []).map((parameter) => {
    const value = parameter.text ?? parameter.payload ?? parameter[parameter.type];
    const said = typeof value === "object" ? JSON.stringify(value) : String(value);
    return parameter.parameter_name ? `${parameter.parameter_name}: ${said}` : said;
  });
  const where = [component.type, component.sub_type].filter(Boolean).join(" ");
  return shown.length ? [el("span.small", {}, `${where}: ${shown.join(", ")}`)] : [];
}

/** The inside of a bubble. */
export function content(message) {
  const look = LOOKS[message.kind];
  try {
    if (look) return look(message.body);
  } catch {
    // What does not have its type's shape is shown as it is.
  }
  const raw = JSON.stringify(message.body[message.kind] ?? message.body.errors ?? message.body, null, 1);
  return [el("div.headline", {}, message.kind ?? "message"), el("pre.raw", {}, raw)];
}

/** One line for a quote or the timeline. */
export function outline(kind, body) {
  const it = body?.[kind];
  const known = {
    text: it?.body,
    template: it?.name,
    button: it?.text,
    location: it?.name,
    reaction: it?.emoji || "taken back",
    contacts: it?.[0]?.name?.formatted_name,
    interactive:
      it?.body?.text ?? it?.button_reply?.title ?? it?.list_reply?.title ?? it?.nfm_reply?.body,
    document: it?.caption || it?.filename,
    edit: it?.message?.text?.body,
    revoke: "deleted",
  };
  return String(known[kind] ?? it?.caption ?? MEDIA[kind] ?? "");
}
