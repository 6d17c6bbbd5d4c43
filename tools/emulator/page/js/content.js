// Renders a message's content: one layout for each type, JSON for unknown types.

import { clock, el, icon, said } from "./dom.js";
import { formatted } from "./format.js";
import { interactive, templateButtons, worded } from "./interactive.js";
import { filled } from "./template.js";

const MEDIA = { image: "Photo", video: "Video", audio: "Audio", document: "Document", sticker: "Sticker" };
/** Pictures chosen on this page, by media id. */
export const ownPictures = new Map();

const text = (value) => (value ? said("div.text", {}, formatted(value)) : null);

function card(symbol, title, detail, extra) {
  const lines = el("div", {}, said("div", {}, title), detail ? said("small", {}, detail) : null, extra);
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
  template: ({ template }, message, answer) =>
    message.template
      ? [
          ...ofTemplate(filled(message.template.components, template.components), answer),
          el("span.small", {}, `Template ${template.name} · ${template.language?.code ?? ""}`),
        ]
      : [
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

/** A template's text with the message's parameters; each card includes its buttons. */
function ofTemplate(it, answer) {
  const media = it.media && LOOKS[it.media.type]?.({ [it.media.type]: {}, ...it.media });
  const ends = it.offer?.ends && ` · ends ${new Date(it.offer.ends).toLocaleDateString("en")} ${clock(it.offer.ends)}`;
  return [
    media,
    it.offer ? said("div.headline", {}, [it.offer.text, ends].filter(Boolean).join("")) : null,
    ...worded(it),
    ...it.cards.map((card) =>
      el("div.sheet", {}, ofTemplate(card, answer), el("div.choices", {}, templateButtons(card.buttons, answer))),
    ),
  ];
}

/** The parameters of a template that the account no longer has. */
function parameters(component) {
  const shown = (component.parameters ?? []).map((parameter) => {
    const value = parameter.text ?? parameter.payload ?? parameter[parameter.type];
    const said = typeof value === "object" ? JSON.stringify(value) : String(value);
    return parameter.parameter_name ? `${parameter.parameter_name}: ${said}` : said;
  });
  const where = [component.type, component.sub_type].filter(Boolean).join(" ");
  return shown.length ? [said("span.small", {}, `${where}: ${shown.join(", ")}`)] : [];
}

/** The inside of a bubble; `answer(reply)` is what a tap inside it does. */
export function content(message, answer) {
  const look = LOOKS[message.kind];
  try {
    if (look) return look(message.body, message, answer);
  } catch {
    // Content that does not match its type is shown as JSON.
  }
  const raw = JSON.stringify(message.body[message.kind] ?? message.body.errors ?? message.body, null, 1);
  return [el("div.headline", {}, message.kind ?? "message"), said("pre.raw", {}, raw)];
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
