// The workflow's side: the demo's own, and what any host can tell through the emulator. That host is a
// stand-in that speaks the feed's contract and nothing else.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { demo as it, picture, theirs, write } from "./support.mjs";

const readers = new Set();
const told = [];
let state = "waiting";
let server;
let url;

before(async () => {
  server = createServer((request, response) => {
    if (request.url.startsWith("/__host/runs")) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ runs: runs() }));
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 1000\n\n:\n\n");
    for (const event of told) response.write(event);
    readers.add(response);
    request.on("close", () => readers.delete(response));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function tell(it) {
  const event = `id: ${told.length + 1}\ndata: ${JSON.stringify({ at: 1, instance: "demo", raw: null, ...it })}\n\n`;
  told.push(event);
  for (const reader of readers) reader.write(event);
}

const at = Date.now();
const runs = () => [
  {
    id: "18", workflow: "greet", trigger: "hello", instance: "demo", customer: "16505551234",
    state, error: "", startedAt: at, endedAt: null,
    steps: [
      {
        seq: 1, name: "reply", kind: "command", state: "done", at, endedAt: at + 56,
        command: "sendMessageText", correlationId: "c-1",
        request: { phoneNumber: "16505551234", message: "<b>Hello</b> Sheena" },
        output: { status: "SUCCESS", messageId: "wamid.X" },
      },
      { seq: 2, name: "ask", kind: "command", state: "done", at, endedAt: at + 40, command: "sendMessageInteractive", request: null, output: null },
      { seq: 3, name: "wait-a-day", kind: "wait", state: state === "done" ? "done" : "waiting", at, endedAt: null, command: null, request: null, output: null },
    ],
  },
  {
    id: "17", workflow: "process", trigger: "webhook", instance: "demo", customer: "",
    state: "failed", error: "the step reply ended with WFA_ERR_COMMAND_FAILED", startedAt: at, endedAt: at + 9,
    steps: [{ seq: 1, name: "reply", kind: "command", state: "failed", at, endedAt: at + 9, command: "processWebhook", request: { a: 1 }, output: null }],
  },
  {
    id: "16", workflow: "process", trigger: "webhook", instance: "demo", customer: "",
    state: "done", error: "", startedAt: at, endedAt: at + 9,
    steps: [{ seq: 1, name: "process", kind: "command", state: "done", at, endedAt: at + 9, command: "processWebhook", request: { a: 1 }, output: null }],
  },
];

test("H13: hello starts a workflow that asks and waits, a tap on yes decides, and the branch is shown", async () => {
  const page = await it.open();
  await page.locator(".lamp.on", { hasText: "Workflow host" }).waitFor();
  await page.getByRole("tab", { name: "Workflow" }).click();
  await write(page, "hello");
  const run = page.locator(".run", { hasText: "greet" });
  await run.locator('li[data-state="running"]', { hasText: "answer" }).waitFor();
  assert.equal(await run.locator('li[data-state="done"]').count(), 2);
  const question = theirs(page, "Shall we call you back?");
  await question.getByRole("button", { name: "Yes, please" }).click();
  await theirs(page, "We call you back within the hour.").waitFor();
  await run.locator('li[data-state="branch"]', { hasText: "decide branch to promise" }).waitFor();
  await run.locator("header .badge.good", { hasText: "done" }).waitFor();
  await page.locator(".entry", { hasText: "Branch decide to promise" }).waitFor({ state: "attached" });
  await picture(page, "greet");
  await page.done();
});

test("the host's runs and events are shown as they happen", async () => {
  const page = await it.open();
  tell({ kind: "event", id: "m|1", name: "customer_message", duplicate: false, starts: ["18"], raw: { messages: [] } });
  const connected = await fetch(`${it.url}__host`, { method: "PUT", body: JSON.stringify({ url }) });
  assert.equal(connected.status, 200);
  await page.locator(".lamp.on", { hasText: "Workflow host" }).waitFor();
  await page.locator(".entry", { hasText: "Event customer_message" }).waitFor();
  await page.getByRole("tab", { name: "Workflow" }).click();
  const run = page.locator(".run", { hasText: "greet" });
  await run.getByText("waiting").first().waitFor();
  assert.equal(await page.locator(".run:visible").count(), 2);
  await page.getByText("1 runs that only pass a notification").click();
  assert.equal(await page.locator(".run:visible").count(), 3);
  await run.getByText("Request and output").first().click();
  await run.getByText("<b>Hello</b> Sheena").waitFor();
  await picture(page, "workflow");
  state = "done";
  tell({ kind: "run", id: "18", workflow: "greet", trigger: "hello", customer: "16505551234", state, error: "" });
  await run.locator("header .badge.good", { hasText: "done" }).waitFor();
  await run.getByText("<b>Hello</b> Sheena").waitFor();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.locator(".entry", { hasText: "Run 18: greet" }).waitFor();
  tell({ kind: "run", id: "16", workflow: "process", trigger: "webhook", customer: "", state: "ready", error: "" });
  tell({ kind: "command", id: "c-2", run: "16", step: "process", name: "processWebhook" });
  tell({ kind: "run", id: "19", workflow: "greet", trigger: "hello", customer: "16505551234", state: "ready", error: "" });
  await page.locator(".entry", { hasText: "Run 19: greet" }).waitFor();
  assert.equal(await page.locator(".entry:visible", { hasText: "process" }).count(), 0);
  await page.getByRole("radio", { name: "Workflow" }).check({ force: true });
  assert.equal(await page.locator(".entry:visible", { hasText: "process" }).count(), 2);
  await page.done();
});

test("a link can say where the host is, and only on this machine", async () => {
  const page = await it.open();
  await page.goto(`${it.url}?host=${encodeURIComponent(url)}`);
  await page.locator(".lamp.on", { hasText: "Workflow host" }).waitFor();
  assert.equal(new URL(page.url()).search, "");
  await page.done();
  const refused = await fetch(`${it.url}__host`, {
    method: "PUT",
    body: JSON.stringify({ url: "http://example.com:80" }),
  });
  assert.equal(refused.status, 400);
});
