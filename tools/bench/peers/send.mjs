// The JavaScript clients that are measured beside the adapter's send: one driver for all of them.
//
// `send.mjs NAME`, started by `adapter-bench send`; the contract is in the README.

import { request as httpsRequest, Agent } from "node:https";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TOKEN = "EAAGm0PX4ZCpsBAbenchbenchbench";
const PHONE_NUMBER_ID = "106540352242922";
const VERSION = "v26.0";
const TEXT = "Your parcel is on its way.";
const BENCH_URL = process.env.BENCH_URL;
const CALLERS = Number(process.env.BENCH_CALLERS);

const messagesUrl = `${BENCH_URL}/${VERSION}/${PHONE_NUMBER_ID}/messages`;
const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
const message = (to) => JSON.stringify({
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to,
  type: "text",
  text: { body: TEXT },
});

// Packages are in the directory that the starter names, not beside this file.
const packages = join(process.env.BENCH_NODE_DIR, "node_modules");
const load = (name, file) => import(pathToFileURL(join(packages, name, file)));

const peers = {
  // Node's own module with kept connections: what Node can do.
  "node-https": () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
    return (to) => new Promise((resolve, reject) => {
      const body = message(to);
      const all = { ...headers, "content-length": Buffer.byteLength(body) };
      const sent = httpsRequest(messagesUrl, { method: "POST", agent, headers: all });
      sent.on("error", reject);
      sent.on("response", (answer) => {
        const parts = [];
        answer.on("error", reject);
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => resolve(JSON.parse(Buffer.concat(parts)).messages[0].id));
      });
      sent.end(body);
    });
  },
  undici: async () => {
    const { request, Agent: Pool } = await load("undici", "index.js");
    const dispatcher = new Pool({ connections: CALLERS });
    return async (to) => {
      const options = { method: "POST", dispatcher, headers, body: message(to) };
      return (await (await request(messagesUrl, options)).body.json()).messages[0].id;
    };
  },
  "whatsapp-api-js": async () => {
    const { WhatsAppAPI } = await load("whatsapp-api-js", "lib/index.js");
    const { Text } = await load("whatsapp-api-js", "lib/messages/index.js");
    // Its address is fixed, but `fetch` is the caller's.
    const toBench = (url, options) =>
      fetch(url.replace("https://graph.facebook.com", BENCH_URL), options);
    const ponyfill = { fetch: toBench };
    const client = new WhatsAppAPI({ token: TOKEN, secure: false, v: VERSION, ponyfill });
    return async (to) =>
      (await client.sendMessage(PHONE_NUMBER_ID, { phone: to }, new Text(TEXT))).messages[0].id;
  },
  "great-detail-whatsapp": async () => {
    const { Client } = await load("@great-detail/whatsapp", "dist/index.js");
    const request = { headers: { authorization: `Bearer ${TOKEN}` } };
    const client = new Client({ prefixUrl: BENCH_URL, graphVersion: VERSION, request });
    return async (to) => {
      const text = { body: TEXT };
      const request = { phoneNumberID: PHONE_NUMBER_ID, to, type: "text", text };
      return (await client.message.createMessage(request).json()).messages[0].id;
    };
  },
  "kapso-whatsapp-cloud-api": async () => {
    const { WhatsAppClient } = await load("@kapso/whatsapp-cloud-api", "dist/index.js");
    const options = { accessToken: TOKEN, baseUrl: BENCH_URL, graphVersion: VERSION };
    const client = new WhatsAppClient(options);
    return async (to) => {
      const request = { phoneNumberId: PHONE_NUMBER_ID, to, body: TEXT };
      return (await client.messages.sendText(request)).messages[0].id;
    };
  },
};

const send = await peers[process.argv[2]]();
const caller = async (each) => {
  for (let number = 0; number < each; number += 1) {
    if (!(await send(`+1650555${String(number % 10_000).padStart(4, "0")}`))) {
      throw new Error("a message got no id");
    }
  }
};
for await (const line of createInterface({ input: process.stdin })) {
  const each = Math.ceil(Number(line) / CALLERS);
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: CALLERS }, () => caller(each)));
  const used = process.cpuUsage(before);
  const answer = { messages: each * CALLERS, cpu_us: used.user + used.system };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
