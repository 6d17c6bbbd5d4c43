// Faults at a click, and what the page shows of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demo as it, mine, picture, REPLY, theirs, ticks, write } from "./support.mjs";

const tab = (page, name) => page.getByRole("tab", { name });

test("a fault is injected, waits, strikes, and is shown", async () => {
  const page = await it.open();
  await tab(page, "Faults").click();
  await page.getByRole("button", { name: "Lose the response" }).click();
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  await page.locator(".waiting", { hasText: "reset after body" }).waitFor();
  await picture(page, "faults");
  await write(page, "hello");
  const reply = theirs(page, REPLY);
  await reply.getByText("Fault: reset after body").waitFor();
  await ticks(reply, "read").waitFor();
  await page.locator("#faults-waiting").waitFor({ state: "hidden" });
  await tab(page, "Timeline").click();
  await page.getByRole("radio", { name: "Faults" }).check({ force: true });
  const shown = page.locator("#timeline .entry:visible");
  assert.deepEqual(await shown.locator(".what b").allTextContents(), [
    "Fault: reset after body",
    "Business: text",
  ]);
  await shown.nth(1).locator("summary").click();
  await shown.nth(1).getByText("reset_after_body: the client may have received").waitFor();
  await picture(page, "fault-in-timeline");
  await page.done();
});

test("what Graph refuses reaches no phone and is in the timeline", async () => {
  const page = await it.open();
  await tab(page, "Faults").click();
  await page.getByRole("button", { name: "24 hours have passed" }).click();
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  await write(page, "hello");
  await tab(page, "Timeline").click();
  await page.locator(".entry", { hasText: "Fault: graph" }).waitFor();
  assert.equal(await page.locator(".message:not(.mine)").count(), 0);
  await page.done();
});

test("a notification that is posted twice, or signed wrongly, says so on the message", async () => {
  const page = await it.open();
  await tab(page, "Faults").click();
  await page.getByRole("button", { name: "Wrong signature" }).click();
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  await write(page, "who am I");
  await mine(page, "who am I").getByText(/The webhook answered 40[13]/).waitFor();
  await ticks(mine(page, "who am I"), "sent").waitFor();
  await page.getByRole("button", { name: "Posted twice" }).click();
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  await write(page, "twice");
  await page.locator(".entry .badge", { hasText: "duplicate now" }).nth(1).waitFor({ state: "attached" });
  await ticks(mine(page, "twice"), "delivered").waitFor();
  assert.equal(await mine(page, "twice").count(), 1);
  await page.done();
});

test("faults that wait can be forgotten, and a wrong one is refused with its reason", async () => {
  const page = await it.open();
  await tab(page, "Faults").click();
  await page.getByRole("button", { name: "Reset on reuse" }).click();
  await page.getByRole("button", { name: "Lost", exact: false }).last().click();
  await page.locator("#faults-waiting", { hasText: "2" }).waitFor();
  await page.getByRole("button", { name: "Remove all" }).click();
  await page.locator("#faults-waiting").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Any other fault as JSON" }).click();
  await page.getByLabel("The fault as JSON").fill('{"fault":');
  await page.getByRole("dialog").getByRole("button", { name: "Inject" }).click();
  await page.getByRole("alert").filter({ hasText: "JSON" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.done();
});

test("when 25 hours have passed only templates go through, if the rules say so", async () => {
  const page = await it.open();
  await write(page, "hello");
  await ticks(theirs(page, REPLY), "read").waitFor();
  await tab(page, "Faults").click();
  await page.getByLabel("When the window is closed").selectOption("reported");
  const rules = async () => (await (await fetch(`${it.url}__strictness`)).json()).service_window;
  while ((await rules()) !== "reported");
  await page.getByRole("button", { name: "Advance the clock by 25 hours" }).click();
  await page.locator(".toast", { hasText: "25 hours" }).waitFor();
  await it.business({ type: "text", text: { body: "Still there?" } });
  await ticks(theirs(page, "Still there?"), "failed").waitFor();
  await theirs(page, "Still there?").getByText("131047").waitFor();
  await it.business({ type: "template", template: { name: "hello_world", language: { code: "en_US" } } });
  await ticks(theirs(page, "hello_world"), "read").waitFor();
  await page.done();
});
