// Starts the emulator, turns the clients' requests to it, and compares what each call met with what it should.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

export const NUMBER = "106540352242922";
export const ACCOUNT = "102290129340398";
export const TOKEN = "EMULATOR-ACCESS-TOKEN-0123456789";
export const SECRET = "0123456789abcdef0123456789abcdef";
export const VERIFY_TOKEN = "emulator-verify-token";
export const CUSTOMER = "16505551234";

const META = /^https:\/\/(graph\.facebook\.com|lookaside\.fbsbx\.com)/;

// The client itself sends what Meta refuses: the code, and why.
export const refused = (code, why) => ({ codes: [code], why });

// One emulator on a free port, and what it answered since the last look.
export class Emulator {
  answers = [];
  failures = [];
  count = 0;

  static async start(program) {
    const emulator = new Emulator();
    emulator.plain = globalThis.fetch;
    emulator.process = spawn(program, ["--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: emulator.process.stdout });
    emulator.url = await new Promise((resolve) => lines.once("line", resolve));
    return emulator;
  }

  stop() {
    this.process.kill("SIGKILL");
  }

  turned(url) {
    return String(url).replace(META, this.url);
  }

  // What goes out through `fetch` goes to the emulator.
  turnFetch() {
    const plain = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const request = input instanceof Request ? input : undefined;
      const turned = this.turned(request ? request.url : input);
      if (!turned.startsWith(this.url)) return plain(input, init);
      const body = request?.body ? await request.arrayBuffer() : undefined;
      const options = request ? { method: request.method, headers: request.headers, body, ...init } : init;
      const answer = await plain(turned, options);
      this.answered(answer.status, await answer.clone().text());
      return answer;
    };
    this.plain = plain;
  }

  answered(status, body) {
    let error = {};
    try {
      if (status >= 400) error = (typeof body === "string" ? JSON.parse(body) : body).error ?? {};
    } catch {
      // No JSON, no code.
    }
    this.answers.push({ status, code: error.code, error });
  }

  async control(path, body, method = "POST") {
    const answer = await this.plain(this.url + path, { method, body: body && JSON.stringify(body) });
    return answer.status === 204 ? undefined : answer.json();
  }

  // Waits until no more notifications come.
  async settled() {
    let before = -1;
    for (;;) {
      const { webhooks } = await this.control("/__ledger", undefined, "GET");
      if (webhooks.length === before) return;
      before = webhooks.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  told(name, problem) {
    this.failures.push(name);
    console.log(`FAILED ${name}: ${problem}`);
  }

  // Runs one call of a client's; without `expected` it is to succeed.
  async call(name, work, expected) {
    this.count += 1;
    this.answers = [];
    let result, raised;
    try {
      result = await work();
    } catch (error) {
      raised = error;
    }
    const errors = this.answers.filter((answer) => answer.status >= 400);
    const told = () => `${raised} ${JSON.stringify(errors.map((answer) => answer.error))}`;
    if (expected) {
      if (!expected.codes.includes(errors.at(-1)?.code)) {
        this.told(name, `should be refused (${expected.why}): ${told()}`);
      }
    } else if (raised || errors.length > 0) {
      this.told(name, told());
    } else if (this.answers.length === 0) {
      this.told(name, "nothing was sent");
    }
    return result;
  }

  // Turns the account's webhooks to this address, or off.
  async subscribe(url) {
    const answer = await this.plain(`${this.url}/v26.0/${ACCOUNT}/subscribed_apps`, {
      method: url ? "POST" : "DELETE",
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      body: url && JSON.stringify({ override_callback_uri: url, verify_token: VERIFY_TOKEN }),
    });
    if (answer.status !== 200) throw new Error(`not subscribed: ${await answer.text()}`);
  }
}

// A webhook that hands each raw body and its headers to `take`, and answers with the status that it returns.
export async function listen(take) {
  const statuses = [];
  const errors = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      let status = 500;
      try {
        status = await take(Buffer.concat(chunks).toString(), request.headers);
      } catch (error) {
        errors.push(String(error?.stack ?? error));
      }
      statuses.push(status);
      response.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return { url, statuses, errors, stop: () => server.close() };
}

export async function waitFor(condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

const INBOUND = [
  "text",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "reaction",
  "order",
  "unsupported",
  "button",
  "interactive",
  "system",
];

// Every inbound type and the statuses of a message reach a listener; a wrong signature does not. `take` returns
// the status to answer with; it throws or refuses what it does not understand.
export async function webhooks(emulator, name, take, send) {
  const listener = await listen(take);
  // Those of the calls before are written down and posted nowhere.
  await emulator.settled();
  await emulator.subscribe(listener.url);
  const deliver = async (what, count, work) => {
    emulator.count += 1;
    const before = listener.statuses.length;
    listener.errors.length = 0;
    await work();
    if (!(await waitFor(() => listener.statuses.length >= before + count))) {
      emulator.told(`${name} webhook ${what}`, "was not delivered");
    } else if (listener.statuses.slice(before).some((status) => status !== 200)) {
      emulator.told(`${name} webhook ${what}`, `${listener.statuses.slice(before)} ${listener.errors}`);
    }
  };
  for (const type of INBOUND) await deliver(type, 1, () => emulator.control("/__inbound", { type }));
  await deliver("of a username", 1, () =>
    emulator.control("/__inbound", { from_user_id: "US.1", username: "ada" }),
  );
  await deliver("statuses", 3, send);
  emulator.count += 1;
  const before = listener.statuses.length;
  await emulator.control("/__webhook_faults", { fault: "wrong_signature" });
  await emulator.control("/__inbound", { type: "text" });
  await waitFor(() => listener.statuses.length > before);
  if (listener.statuses[before] === 200) emulator.told(`${name} webhook`, "a wrong signature was taken");
  // It is posted three times before it is given up.
  await waitFor(() => listener.statuses.length >= before + 3, 5);
  await emulator.subscribe();
  listener.stop();
}
