// @great-detail/whatsapp against the emulator: its calls, and its webhooks into the listener, signatures checked.

import { ACCOUNT, CUSTOMER, NUMBER, SECRET, TOKEN, refused, webhooks } from "./harness.mjs";
import { LINK, PNG, WAMID } from "./samples.mjs";

export async function greatDetail(emulator) {
  const { default: Client } = await import("@great-detail/whatsapp");
  const sdk = new Client({
    graphVersion: "v26.0",
    request: { headers: { Authorization: `Bearer ${TOKEN}` }, retry: 0 },
  });
  const name = "great-detail";
  const call = (what, work, expected) =>
    emulator.call(`${name} ${what}`, async () => (await work()).json(), expected);
  const to = { phoneNumberID: NUMBER, to: CUSTOMER };
  const send = (what, message, expected) =>
    call(what, () => sdk.message.createMessage({ ...to, ...message }), expected);
  await send("text", { type: "text", text: { body: "hello" } });
  for (const type of ["image", "video", "audio", "document", "sticker"])
    await send(type, { type, [type]: { link: LINK } });
  await send("location", { type: "location", location: { latitude: 1.5, longitude: 2.5 } });
  await send("reaction", { type: "reaction", reaction: { message_id: WAMID, emoji: "😀" } });
  await send("template", { type: "template", template: { name: "hello_world", language: { code: "en_US" } } });
  const action = { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] };
  await send("buttons", {
    type: "interactive",
    interactive: { type: "button", body: { text: "Well?" }, action },
  });
  await call("createStatus", () =>
    sdk.message.createStatus({ phoneNumberID: NUMBER, status: "read", message_id: WAMID }),
  );
  const file = { phoneNumberID: NUMBER, file: PNG, filename: "a.png", mimeType: "image/png" };
  const uploaded = await call("media.upload", () => sdk.media.upload(file));
  await call("media.getURL", () => sdk.media.getURL({ mediaID: uploaded.id, phoneNumberID: NUMBER }));
  await call("media.delete", () => sdk.media.delete({ mediaID: uploaded.id, phoneNumberID: NUMBER }));
  await call("getPhoneNumber", () =>
    sdk.phoneNumbers.getPhoneNumber({ phoneNumberID: NUMBER, fields: ["display_phone_number"] }),
  );
  await call("listPhoneNumbers", () => sdk.phoneNumbers.listPhoneNumbers({ businessAccountID: ACCOUNT }));
  await call("getBusinessProfile", () =>
    sdk.businessProfile.getBusinessProfile({ phoneNumberID: NUMBER, fields: ["about"] }),
  );
  await call("updateBusinessProfile", () =>
    sdk.businessProfile.updateBusinessProfile({ phoneNumberID: NUMBER, about: "About" }),
  );
  await call("createSubscription", () => sdk.subscribedApps.createSubscription({ businessAccountID: ACCOUNT }));
  await call("listSubscriptions", () => sdk.subscribedApps.listSubscriptions({ businessAccountID: ACCOUNT }));
  await call("whatsappBusinessAccount.get", () =>
    sdk.whatsappBusinessAccount.get(ACCOUNT, { fields: ["name", "subscribed_apps"] }),
  );
  const filters = {
    status: ["PAUSED", "DISABLED"],
    quality_score: ["UNKNOWN", "GREEN"],
    fields: ["status", "degrees_of_freedom_spec"],
  };
  const listed = await call("template.list", () => sdk.template.list(ACCOUNT, filters));
  if (listed?.data.length !== 2) emulator.told(`${name} template.list`, JSON.stringify(listed));
  const hello = {
    name: "great_hello",
    language: "en_US",
    category: "UTILITY",
    components: [{ type: "BODY", text: "Hello" }],
  };
  const created = await call("template.create", () => sdk.template.create(ACCOUNT, hello));
  await call("template.get", () => sdk.template.get(created.id, {}));
  const edited = { components: [{ type: "BODY", text: "Hello again" }] };
  await call(
    "template.update",
    () => sdk.template.update(created.id, edited),
    refused(100, "a pending template cannot be edited"),
  );
  await call(
    "updatePhoneNumber",
    () => sdk.phoneNumbers.updatePhoneNumber({ phoneNumberID: NUMBER, new_display_name: "New" }),
  );
  await call("template.delete", () => sdk.template.delete(ACCOUNT, { name: "great_hello" }));
  await call("template.listLibrary", () => sdk.template.listLibrary({}), refused(2500, "without a version"));
  await call(
    "setConversationalAutomation",
    () => sdk.conversationalAutomation.setConversationalAutomation({ phoneNumberID: NUMBER, prompts: [] }),
  );
  const take = async (raw, headers) => {
    const event = await sdk.webhook.eventNotification({ method: "POST", query: {}, headers, body: raw });
    return (await event.checkSignature(SECRET)) ? 200 : 401;
  };
  await webhooks(emulator, name, take, () =>
    sdk.message.createMessage({ ...to, type: "text", text: { body: "hello" } }),
  );
}
