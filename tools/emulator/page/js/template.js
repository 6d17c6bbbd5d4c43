// Renders a template message: the template's text with the message's parameters.

const VARIABLE = /\{\{\s*([^{}]+?)\s*\}\}/g;
const ADVICE = "For your security, do not share this code.";

const part = (components, type) =>
  (components ?? []).find((it) => String(it.type).toUpperCase() === type);
const parametersOf = (components, type) => part(components, type)?.parameters ?? [];

/** A parameter as text; undefined if it has none. */
function said(parameter) {
  const it = parameter?.[parameter.type];
  return parameter?.text ?? it?.fallback_value ?? parameter?.payload ?? parameter?.coupon_code;
}

/** Replaces all placeholders in one pass, so braces inside a parameter are kept. */
function fill(text, parameters) {
  return String(text ?? "").replace(VARIABLE, (whole, name) => {
    const named = parameters.find((it) => it.parameter_name === name);
    const found = named ?? (/^\d+$/.test(name) ? parameters[Number(name) - 1] : undefined);
    return String(said(found) ?? whole);
  });
}

/** `{header, media, offer, body, footer, buttons, cards}`: of `given` components, in the template's words. */
export function filled(components, given) {
  const header = part(components, "HEADER");
  const body = part(components, "BODY");
  const footer = part(components, "FOOTER");
  const offer = part(components, "LIMITED_TIME_OFFER")?.limited_time_offer;
  const [media] = header && header.format !== "TEXT" ? parametersOf(given, "HEADER") : [];
  const [ends] = parametersOf(given, "LIMITED_TIME_OFFER");
  const minutes = footer?.code_expiration_minutes;
  const advice = body?.add_security_recommendation ? ` ${ADVICE}` : "";
  return {
    header: header?.format === "TEXT" ? fill(header.text, parametersOf(given, "HEADER")) : "",
    media: media ?? (header && header.format !== "TEXT" ? { type: String(header.format).toLowerCase() } : null),
    offer: offer && { text: offer.text, ends: ends?.limited_time_offer?.expiration_time_ms },
    body: body ? fill(body.text, parametersOf(given, "BODY")) + advice : "",
    footer: footer?.text ?? (minutes ? `This code expires in ${minutes} minutes.` : ""),
    buttons: (part(components, "BUTTONS")?.buttons ?? []).map((button, at) => filledButton(button, at, given)),
    cards: (part(components, "CAROUSEL")?.cards ?? []).map((card, at) =>
      filled(card.components, cardAt(given, at)),
    ),
  };
}

function cardAt(given, at) {
  const cards = part(given, "CAROUSEL")?.cards ?? [];
  return (cards.find((it) => Number(it.card_index) === at) ?? cards[at])?.components;
}

function filledButton(button, at, given) {
  const own = (given ?? []).find(
    (it) => String(it.type).toUpperCase() === "BUTTON" && Number(it.index) === at,
  );
  const parameters = own?.parameters ?? [];
  const value = said(parameters[0]);
  switch (button.type) {
    case "QUICK_REPLY":
      return { kind: "reply", title: button.text, payload: String(value ?? button.text) };
    case "URL":
      return { kind: "link", title: button.text, detail: fill(button.url, parameters) };
    case "PHONE_NUMBER":
      return { kind: "call", title: button.text, detail: button.phone_number };
    case "COPY_CODE":
      return { kind: "copy", title: "Copy the code", detail: value ?? [button.example].flat()[0] };
    case "FLOW":
      return { kind: "flow", title: button.text };
    default:
      return { kind: "other", title: button.text ?? String(button.type) };
  }
}

/** A template message in one line, for a quote. */
export const firstWords = (template, message) =>
  template ? filled(template.components, message.components).body : "";
