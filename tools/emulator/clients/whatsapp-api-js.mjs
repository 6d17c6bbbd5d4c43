// whatsapp-api-js against the emulator: its calls, and its webhooks into the listener, signatures checked.

import { CUSTOMER, NUMBER, SECRET, TOKEN, VERIFY_TOKEN, refused, webhooks } from "./harness.mjs";
import { LINK, NOT_PERMITTED, PNG, USER, WAMID } from "./samples.mjs";

export async function whatsappApiJs(emulator) {
  const { WhatsAppAPI } = await import("whatsapp-api-js");
  const m = await import("whatsapp-api-js/messages");
  const api = new WhatsAppAPI({
    token: TOKEN,
    appSecret: SECRET,
    webhookVerifyToken: VERIFY_TOKEN,
    v: "v26.0",
  });
  const name = "whatsapp-api-js";
  // It gives errors back instead of throwing them; the answers tell.
  const call = (what, work, expected) => emulator.call(`${name} ${what}`, work, expected);
  const send = (what, message, expected) =>
    call(what, () => api.sendMessage(NUMBER, CUSTOMER, message), expected);
  await send("text", new m.Text("hello", true));
  await call("text to a user id", () => api.sendMessage(NUMBER, { bsuid: USER }, new m.Text("hello")));
  await call("reply", () => api.sendMessage(NUMBER, CUSTOMER, new m.Text("hello"), WAMID, "tracker"));
  await send("image", new m.Image(LINK, false, "A caption"));
  await send("video", new m.Video(LINK, false, "A caption"));
  await send("document", new m.Document(LINK, false, "A caption", "a.pdf"));
  await send("audio", new m.Audio(LINK, false, true));
  await send("sticker", new m.Sticker(LINK));
  await send("location", new m.Location(1.5, 2.5, "Here", "There"));
  await send("reaction", new m.Reaction(WAMID, "😀"));
  await send("reaction taken back", new m.Reaction(WAMID));
  await send(
    "contacts",
    new m.Contacts([new m.Name("Ada L", "Ada", "L"), new m.Phone("+1", "HOME"), new m.Email("a@b.c")]),
  );
  const body = new m.Body("Body");
  const footer = new m.Footer("Footer");
  const buttons = new m.ActionButtons(new m.Button("y", "Yes"), new m.Button("n", "No"));
  await send("buttons", new m.Interactive(buttons, body, new m.Header("Header"), footer));
  const list = new m.ActionList("Choose", new m.ListSection("One", new m.Row("1", "First", "the first")));
  await send("list", new m.Interactive(list, body, new m.Header("Header"), footer));
  await send("catalog", new m.Interactive(new m.ActionCatalog(new m.Product("sku")), body));
  await send("product", new m.Interactive(new m.ActionProduct(new m.CatalogProduct("sku", "1"))));
  const products = new m.ActionProductList("1", new m.ProductSection("One", new m.Product("sku")));
  await send("products", new m.Interactive(products, body, new m.Header("Header")));
  await send("link", new m.Interactive(new m.ActionCTA("Look", "https://shop.example"), body));
  const flow = new m.ActionNavigateFlow("t", "1", "Begin", "A");
  await send("flow", new m.Interactive(flow, body));
  await send("location request", new m.Interactive(new m.ActionLocation(), body));
  if (m.ActionCallPermission) {
    await send("call permission", new m.Interactive(new m.ActionCallPermission(), body));
    await send("contact request", new m.Interactive(new m.ActionContactRequest(), body));
  }
  await send("template", new m.Template("hello_world", "en_US"));
  const shipped = new m.Template(
    "sample_shipping_confirmation",
    "en_US",
    new m.BodyComponent(new m.BodyParameter("2")),
  );
  await send("template with a parameter", shipped);
  await call("markAsRead", () => api.markAsRead(NUMBER, WAMID, "text"));
  const form = new FormData();
  form.set("type", "image/png");
  form.set("file", PNG, "a.png");
  const uploaded = await call("uploadMedia", () => api.uploadMedia(NUMBER, form));
  const found = await call("retrieveMedia", () => api.retrieveMedia(uploaded.id, NUMBER));
  await call("fetchMedia", () => api.fetchMedia(found.url));
  await call("deleteMedia", () => api.deleteMedia(uploaded.id, NUMBER));
  await call("blockUser", () => api.blockUser(NUMBER, "16505559999"));
  await call("unblockUser", () => api.unblockUser(NUMBER, "16505559999"));
  await call("createQR", () => api.createQR(NUMBER, "hello"), refused(100, "png in small letters"));
  await call("initiateCall", () => api.initiateCall(NUMBER, CUSTOMER, "v=0"), NOT_PERMITTED);
  api.on.message = ({ message }) => {
    if (!message.id) throw new Error("a message without an id");
  };
  api.on.status = ({ status }) => {
    if (!status) throw new Error("a status without a name");
  };
  const take = async (raw, headers) => {
    try {
      await api.post(JSON.parse(raw), raw, headers["x-hub-signature-256"]);
      return 200;
    } catch (error) {
      // It throws the HTTP status to answer with.
      if (error?.httpStatus) return error.httpStatus;
      throw error;
    }
  };
  await webhooks(emulator, name, take, () => api.sendMessage(NUMBER, CUSTOMER, new m.Text("hello")));
}
