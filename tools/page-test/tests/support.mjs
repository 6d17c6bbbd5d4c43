// The demo, a browser and a page for each test; whatever the page complains about fails the test.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

const HOST = process.env.ADAPTER_HOST;
const SHOTS = process.env.SCREENSHOTS;
// The demo's, which are public.
const TOKEN = "EMULATOR-ACCESS-TOKEN-0123456789";
export const PHONE_NUMBER_ID = "106540352242922";
export const CUSTOMER = "16505551234";

/** What the demo's workflow says first when somebody writes hello. */
export const REPLY = "is glad that you write";

/** The demo of the test that runs, and the browser of them all. */
export const demo = {};
before(async () => {
  demo.browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
});
after(async () => {
  await demo.browser?.close();
  await end();
});

async function end() {
  if (!demo.host || demo.host.exitCode !== null) return;
  const ended = once(demo.host, "exit");
  demo.host.kill();
  await ended;
}

/** Starts a demo of the test's own and opens its page; `options` are a browser context's. */
demo.open = async (options = {}) => {
  await end();
  demo.host = spawn(HOST, ["demo"], { stdio: ["ignore", "pipe", "ignore"] });
  const printed = await address(demo.host);
  demo.url = new URL("/", printed).href;
  const context = await demo.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env.PATIENCE_MS ?? 20_000));
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    const own = url.startsWith(demo.url) || url.startsWith("blob:") || url.startsWith("data:");
    if (!own) complaints.push(`a request to ${url}`);
  });
  page.done = async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  };
  await page.goto(printed);
  await page.locator(".lamp.on").first().waitFor();
  return page;
};

/** A request of the business, past the workflow. */
demo.graph = async (method, path, body) => {
  const answer = await fetch(`${demo.url}v26.0/${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
};

/** A message of the business; resolves to its id. */
demo.business = async (message) => {
  const body = { messaging_product: "whatsapp", to: CUSTOMER, ...message };
  const json = await demo.graph("POST", `${PHONE_NUMBER_ID}/messages`, body);
  return json.messages?.[0].id;
};

/** What the webhook was posted, notification by notification. */
demo.values = async () => {
  const ledger = await (await fetch(`${demo.url}__ledger`)).json();
  return ledger.webhooks.map((webhook) => JSON.parse(webhook.body).entry[0].changes[0].value);
};

/** The customers' messages among it. */
demo.inbound = async () => (await demo.values()).map((value) => value.messages?.[0]).filter(Boolean);

function address(host) {
  return new Promise((resolve, reject) => {
    host.once("exit", (code) => reject(new Error(`the demo ended with ${code} before it said where`)));
    createInterface({ input: host.stdout }).on("line", (line) => {
      const found = line.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
      if (found) resolve(found[0]);
    });
  });
}

/** Keeps a picture of the page for people to look at. */
export async function picture(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, animations: "disabled" });
}

/** What axe finds. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" ")}`);
}

export const mine = (page, text) => page.locator(".message.mine", { hasText: text });
export const theirs = (page, text) => page.locator(".message:not(.mine)", { hasText: text });
export const ticks = (message, state) => message.locator(`svg.ticks[data-state="${state}"]`);

/** Writes as the customer. */
export async function write(page, text) {
  await page.getByLabel("Message as the customer").fill(text);
  await page.keyboard.press("Enter");
}
