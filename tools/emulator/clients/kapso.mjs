// @kapso/whatsapp-cloud-api against the emulator: its calls, and its webhooks into the listener, signatures checked.

import { ACCOUNT, CUSTOMER, NUMBER, SECRET, TOKEN, refused, webhooks } from "./harness.mjs";
import { LINK, NO_CALL, NOT_PERMITTED, PNG, USER, WAMID, VERIFIED } from "./samples.mjs";

export async function kapso(emulator) {
  const { WhatsAppClient } = await import("@kapso/whatsapp-cloud-api");
  const { normalizeWebhook, verifySignature } = await import("@kapso/whatsapp-cloud-api/server");
  const client = new WhatsAppClient({ accessToken: TOKEN, graphVersion: "v26.0" });
  const call = (what, work, expected) => emulator.call(`kapso ${what}`, work, expected);
  const to = { phoneNumberId: NUMBER, to: CUSTOMER };
  const { messages, media, templates, phoneNumbers } = client;
  await call("sendText", () =>
    messages.sendText({ ...to, body: "hello", previewUrl: true, bizOpaqueCallbackData: "t" }),
  );
  await call("sendText to a user id", () =>
    messages.sendText({ phoneNumberId: NUMBER, recipient: USER, body: "hello" }),
  );
  await call("sendImage", () => messages.sendImage({ ...to, image: { link: LINK, caption: "A caption" } }));
  await call("sendVideo", () => messages.sendVideo({ ...to, video: { link: LINK } }));
  await call("sendAudio", () => messages.sendAudio({ ...to, audio: { link: LINK, voice: true } }));
  await call("sendDocument", () =>
    messages.sendDocument({ ...to, document: { link: LINK, filename: "a.pdf" } }),
  );
  await call("sendSticker", () => messages.sendSticker({ ...to, sticker: { link: LINK } }));
  await call("sendLocation", () =>
    messages.sendLocation({ ...to, location: { latitude: 1.5, longitude: 2.5, name: "Here" } }),
  );
  const card = { name: { formattedName: "Ada L", firstName: "Ada" }, phones: [{ phone: "+1" }] };
  await call("sendContacts", () => messages.sendContacts({ ...to, contacts: [card] }));
  await call("sendReaction", () =>
    messages.sendReaction({ ...to, reaction: { messageId: WAMID, emoji: "😀" } }),
  );
  await call("sendTemplate", () =>
    messages.sendTemplate({ ...to, template: { name: "hello_world", language: { code: "en_US" } } }),
  );
  const body = { bodyText: "Body" };
  const buttons = [
    { id: "y", title: "Yes" },
    { id: "n", title: "No" },
  ];
  await call("sendInteractiveButtons", () => messages.sendInteractiveButtons({ ...to, ...body, buttons }));
  const sections = [{ title: "One", rows: [{ id: "1", title: "First" }] }];
  await call("sendInteractiveList", () =>
    messages.sendInteractiveList({ ...to, ...body, buttonText: "Choose", sections }),
  );
  const link = { displayText: "Look", url: "https://shop.example" };
  await call("sendInteractiveCtaUrl", () =>
    messages.sendInteractiveCtaUrl({ ...to, ...body, parameters: link }),
  );
  await call("sendInteractiveLocationRequest", () =>
    messages.sendInteractiveLocationRequest({ ...to, ...body, parameters: { requestMessage: "Where?" } }),
  );
  const catalog = { catalogId: "1" };
  await call("sendInteractiveProduct", () =>
    messages.sendInteractiveProduct({ ...to, ...body, ...catalog, productRetailerId: "sku" }),
  );
  const productItems = [{ productRetailerId: "sku" }];
  const products = {
    ...catalog,
    header: { type: "text", text: "Header" },
    sections: [{ title: "One", productItems }],
  };
  await call("sendInteractiveProductList", () =>
    messages.sendInteractiveProductList({ ...to, ...body, ...products }),
  );
  await call("sendInteractiveCatalogMessage", () =>
    messages.sendInteractiveCatalogMessage({
      ...to,
      ...body,
      parameters: { thumbnailProductRetailerId: "sku" },
    }),
  );
  const flow = {
    flowId: "1",
    flowCta: "Begin",
    flowToken: "t",
    flowMessageVersion: "3",
    flowAction: "navigate",
    flowActionPayload: { screen: "A" },
  };
  await call("sendInteractiveFlow", () => messages.sendInteractiveFlow({ ...to, ...body, parameters: flow }));
  await call("sendInteractiveAddress", () =>
    messages.sendInteractiveAddress({ ...to, ...body, parameters: { country: "IN" } }),
  );
  await call("sendInteractiveCallPermission", () =>
    messages.sendInteractiveCallPermission({ ...to, ...body, parameters: { phoneNumber: "+1650" } }),
  );
  const cards = (actionOf) =>
    [0, 1].map((cardIndex) => ({
      cardIndex,
      header: { type: "image", image: { link: LINK } },
      bodyText: "Card",
      action: actionOf(cardIndex),
    }));
  const carousel = (actionOf) => messages.sendInteractiveCarousel({ ...to, ...body, cards: cards(actionOf) });
  await call("sendInteractiveCarousel of links", () => carousel(() => link));
  await call("sendInteractiveCarousel of replies", () =>
    carousel((index) => ({ buttons: [{ id: `y${index}`, title: "Yes" }] })),
  );
  const raw = {
    type: "cta_url",
    body: { text: "Body" },
    action: { name: "cta_url", parameters: { display_text: "Look", url: LINK } },
  };
  await call("sendInteractiveRaw", () => messages.sendInteractiveRaw({ ...to, interactive: raw }));
  const payload = { messaging_product: "whatsapp", to: CUSTOMER, type: "text", text: { body: "hello" } };
  await call("sendRaw", () => messages.sendRaw({ phoneNumberId: NUMBER, payload }));
  await call("markRead", () =>
    messages.markRead({ phoneNumberId: NUMBER, messageId: WAMID, typingIndicator: { type: "text" } }),
  );
  const uploaded = await call("media.upload", () =>
    media.upload({ phoneNumberId: NUMBER, type: "image", file: PNG, fileName: "a.png" }),
  );
  const at = { mediaId: uploaded?.id, phoneNumberId: NUMBER };
  await call("media.get", () => media.get(at));
  await call(
    "media.download",
    () => media.download(at),
    refused(undefined, "the client sends no token to the media host"),
  );
  await call("media.delete", () => media.delete(at));
  const account = { businessAccountId: ACCOUNT };
  await call("templates.list", () => templates.list({ ...account, limit: 5, status: "APPROVED" }));
  const components = [{ type: "BODY", text: "Hello from kapso" }];
  const made = { ...account, name: "kapso_hello", language: "en_US", category: "UTILITY", components };
  await call("templates.create", () => templates.create(made));
  await call("templates.delete", () =>
    templates.delete({ ...account, name: "kapso_hello", language: "en_US" }),
  );
  await call("businessProfile.get", () => phoneNumbers.businessProfile.get({ phoneNumberId: NUMBER }));
  await call("businessProfile.update", () =>
    phoneNumbers.businessProfile.update({ phoneNumberId: NUMBER, about: "About" }),
  );
  await call(
    "requestCode",
    () => phoneNumbers.requestCode({ phoneNumberId: NUMBER, codeMethod: "SMS", language: "en_US" }),
    VERIFIED,
  );
  await call("register", () => phoneNumbers.register({ phoneNumberId: NUMBER, pin: "123456" }));
  const session = { sdpType: "offer", sdp: "v=0" };
  const { calls, flows } = client;
  await call("calls.connect", () => calls.connect({ ...to, session }), NOT_PERMITTED);
  await call(
    "calls.accept",
    () => calls.accept({ phoneNumberId: NUMBER, callId: "wacid.1", session }),
    NO_CALL,
  );
  await call(
    "calls.terminate",
    () => calls.terminate({ phoneNumberId: NUMBER, callId: "wacid.1" }),
    NO_CALL,
  );
  await call(
    "flows.create",
    () => flows.create({ wabaId: ACCOUNT, name: "flow", categories: ["OTHER"] }),
  );
  await call(
    "settings.get",
    () => phoneNumbers.settings.get({ phoneNumberId: NUMBER }),
  );
  const take = async (raw, headers) => {
    const signatureHeader = headers["x-hub-signature-256"];
    if (!verifySignature({ appSecret: SECRET, rawBody: raw, signatureHeader })) return 401;
    const told = normalizeWebhook(JSON.parse(raw));
    if (told.messages.length + told.statuses.length === 0) throw new Error("nothing found");
    return 200;
  };
  await webhooks(emulator, "kapso", take, () => messages.sendText({ ...to, body: "hello" }));
}
