// whatsapp-business against the emulator: its calls, which has no check of signatures.

import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ACCOUNT, CUSTOMER, NUMBER, TOKEN, refused } from "./harness.mjs";
import { LINK, WAMID, VERIFIED } from "./samples.mjs";

export async function whatsappBusiness(emulator) {
  const require = createRequire(import.meta.url);
  const axios = require("axios");
  const plain = axios.create.bind(axios);
  axios.create = (config) => {
    const turned = plain({ ...config, baseURL: emulator.turned(config.baseURL) });
    turned.interceptors.response.use(
      (answer) => (emulator.answered(answer.status, answer.data), answer),
      (error) => {
        if (error.response) emulator.answered(error.response.status, error.response.data);
        throw error;
      },
    );
    return turned;
  };
  const { WABAClient } = require("whatsapp-business");
  const client = new WABAClient({ apiToken: TOKEN, phoneId: NUMBER, accountId: ACCOUNT });
  const call = (what, work, expected) => emulator.call(`whatsapp-business ${what}`, work, expected);
  const send = (what, message, expected) =>
    call(what, () => client.sendMessage({ to: CUSTOMER, ...message }), expected);
  await send("text", { type: "text", text: { body: "hello" } });
  await send("image", { type: "image", image: { link: LINK, caption: "A caption" } });
  await send("template", {
    type: "template",
    template: { name: "hello_world", language: { code: "en_US", policy: "deterministic" } },
  });
  const action = { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] };
  await send("buttons", {
    type: "interactive",
    interactive: { type: "button", body: { text: "Well?" }, action },
  });
  await call("markMessageAsRead", () => client.markMessageAsRead(WAMID));
  await call("getBusinessProfile", () => client.getBusinessProfile());
  await call("updateBusinessProfile", () => client.updateBusinessProfile({ about: "About" }));
  await call("getBusinessPhoneNumbers", () => client.getBusinessPhoneNumbers());
  await call("getSingleBusinessPhoneNumber", () => client.getSingleBusinessPhoneNumber(NUMBER));
  const path = join(mkdtempSync(join(tmpdir(), "wfa-")), "a.png");
  writeFileSync(path, "content");
  const uploaded = await call("uploadMedia", () => client.uploadMedia({ file: path, type: "image/png" }));
  await call("getMedia", () => client.getMedia(uploaded.id));
  await call("deleteMedia", () => client.deleteMedia(uploaded.id));
  await call(
    "setupTwoStepAuth",
    () => client.setupTwoStepAuth({ phoneNumberId: NUMBER, pin: "123456" }),
  );
  await call(
    "updateIdentityCheckState",
    () => client.updateIdentityCheckState({ enable_identity_key_check: true }),
  );
  await call(
    "verifyPhoneNumberCode",
    () => client.verifyPhoneNumberCode({ phoneNumberId: NUMBER, code: "123456" }),
    refused(136025, "no code was asked for"),
  );
  await call("deregisterPhone", () => client.deregisterPhone(NUMBER));
  await call(
    "requestPhoneNumberVerificationCode",
    () =>
      client.requestPhoneNumberVerificationCode({
        phoneNumberId: NUMBER,
        code_method: "SMS",
        language: "en_US",
      }),
    VERIFIED,
  );
  await call("registerPhone", () => client.registerPhone({ phoneNumberId: NUMBER, pin: "123456" }));
}
