// Who the customers are, what is kept, what is asked first, and where the timeline is read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CUSTOMER, PHONE_NUMBER_ID, demo as it, mine, picture, REPLY, theirs, ticks, violations, write } from "./support.mjs";

const chosen = (page) => page.locator("#customer option:checked");
const customers = (page) => page.locator("#customer option").allTextContents();
const plain = (texts) => texts.map((text) => text.replace(/[\u2068\u2069]/g, ""));

async function add(page, name, identity) {
  await page.getByRole("button", { name: "Customers" }).click();
  await page.getByRole("menuitem", { name: "Add a customer" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  if (identity) await page.getByLabel("Phone number or user id").fill(identity);
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
}

test("H13: customers are added and named, and two of one name are told apart", async () => {
  const page = await it.open();
  await write(page, "from the first");
  await mine(page, "from the first").waitFor();
  await add(page, "Sheena Nelson", "+44 20 7946 0958");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.locator("#customer-identity", { hasText: "+44" }).waitFor();
  assert.equal(await mine(page, "from the first").count(), 0);
  await write(page, "hello");
  await ticks(theirs(page, REPLY), "read").waitFor();
  await theirs(page, "Hello Sheena Nelson").waitFor();
  const names = plain(await customers(page));
  assert.equal(names.length, 2);
  assert.equal(new Set(names).size, 2, String(names));
  for (const name of names) assert.match(name, /^Sheena Nelson · \+/);
  await page.getByRole("button", { name: "Customers" }).click();
  await picture(page, "customers");
  await page.getByRole("menuitem", { name: "Name this customer" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Ana");
  assert.deepEqual(await violations(page), []);
  await page.getByRole("dialog").getByRole("button", { name: "Name" }).click();
  await chosen(page).filter({ hasText: "Ana" }).waitFor({ state: "attached" });
  await write(page, "it is me");
  await ticks(mine(page, "it is me"), "delivered").waitFor();
  const [first, second, third] = (await it.values()).filter((value) => value.messages);
  assert.equal(first.messages[0].from, CUSTOMER);
  assert.equal(second.messages[0].from, "442079460958");
  assert.equal(third.contacts[0].profile.name, "Ana");
  await page.reload();
  await mine(page, "it is me").waitFor();
  assert.match(plain(await chosen(page).allTextContents())[0], /^Ana · \+44/);
  await page.locator("#customer").selectOption(CUSTOMER);
  await mine(page, "from the first").waitFor();
  await page.done();
});

test("H13: a customer who is no number, or is there already, is refused with the reason", async () => {
  const page = await it.open();
  await add(page, "Nobody", "12");
  await page.getByRole("alert").filter({ hasText: "7 to 15 digits" }).waitFor();
  await page.getByLabel("Phone number or user id").fill(`+${CUSTOMER}`);
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
  await page.getByRole("alert").filter({ hasText: "already" }).waitFor();
  await page.keyboard.press("Escape");
  assert.equal((await customers(page)).length, 1);
  await add(page, "Nobody");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.done();
});

test("H13: a customer known by a user id alone writes, is answered, and is one person with their number", async () => {
  const page = await it.open();
  const id = "GB.1234567890";
  await add(page, "Uma", id);
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await write(page, "hello");
  await ticks(theirs(page, "Hello Uma"), "read").waitFor();
  await write(page, "no number here");
  await ticks(mine(page, "no number here"), "delivered").waitFor();
  const [written] = (await it.inbound()).slice(-1);
  assert.equal(written.from, undefined);
  assert.equal(written.from_user_id, id);
  await it.business({ to: undefined, recipient: id, type: "text", text: { body: "Hello, whoever you are" } });
  const answer = theirs(page, "Hello, whoever you are");
  await ticks(answer, "read").waitFor();
  await answer.getByRole("button", { name: "Message actions" }).click();
  await answer.getByRole("button", { name: "React with 👍" }).click();
  await answer.locator(".reactions", { hasText: "👍" }).waitFor();
  const inbound = (message) =>
    fetch(`${it.url}__inbound`, { method: "POST", body: JSON.stringify({ type: "text", ...message }) });
  await it.business({ to: "447700900123", type: "text", text: { body: "To your number" } });
  await page.locator("#customer option").nth(2).waitFor({ state: "attached" });
  await inbound({ from: "447700900123", from_user_id: id, name: "Uma", text: { body: "Both are me" } });
  await mine(page, "Both are me").waitFor();
  await theirs(page, "To your number").waitFor();
  await mine(page, "no number here").waitFor();
  assert.equal((await customers(page)).length, 2);
  await it.business({ to: undefined, recipient: "US.13491208655302741918", type: "text", text: { body: "By id" } });
  await page.locator("#customer").selectOption(CUSTOMER);
  await theirs(page, "By id").waitFor();
  assert.equal((await customers(page)).length, 2);
  await page.done();
});

test("H13: what a blocked customer writes arrives nowhere, and the page says so", async () => {
  const page = await it.open();
  await it.graph("POST", `${PHONE_NUMBER_ID}/block_users`, {
    messaging_product: "whatsapp",
    block_users: [{ user: CUSTOMER }],
  });
  await write(page, "anyone there?");
  await page.locator(".toast", { hasText: "blocked" }).waitFor();
  assert.equal(await page.locator(".message").count(), 0);
  assert.equal((await it.inbound()).length, 0);
  await page.done();
});

test("H13: everything is cleared only after a yes", async () => {
  const page = await it.open();
  await write(page, "keep this");
  await ticks(mine(page, "keep this"), "delivered").waitFor();
  const clear = page.getByRole("button", { name: "Clear everything" });
  await clear.click();
  await page.getByRole("dialog").getByText("deletes the conversations").waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, "clear");
  // The first thing that Enter does is nothing.
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await mine(page, "keep this").count(), 1);
  assert.equal((await it.inbound()).length, 1);
  await clear.click();
  await page.getByRole("dialog").getByRole("button", { name: "Clear" }).click();
  await mine(page, "keep this").waitFor({ state: "detached" });
  await page.locator("#timeline-empty").waitFor();
  assert.equal((await it.inbound()).length, 0);
  await page.done();
});

test("H13: theme and drafts are kept over a reload, each customer's their own", async () => {
  const page = await it.open({ colorScheme: "light" });
  const field = page.getByLabel("Message as the customer");
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.getByRole("button", { name: "Switch between" }).click();
  assert.equal(await theme(), "dark");
  await field.fill("half a thought");
  await add(page, "Ana");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await field.inputValue(), "");
  await field.fill("half of Ana's");
  await page.reload();
  assert.equal(await theme(), "dark");
  await page.locator(".lamp.on").first().waitFor();
  await page.waitForFunction(() => document.getElementById("compose-text").value === "half of Ana's");
  await page.locator("#customer").selectOption(CUSTOMER);
  assert.equal(await field.inputValue(), "half a thought");
  await page.keyboard.press("Escape");
  await field.press("Enter");
  await mine(page, "half a thought").waitFor();
  await page.reload();
  await mine(page, "half a thought").waitFor();
  assert.equal(await field.inputValue(), "");
  await page.done();
});

test("H13: the timeline follows what is new after another view was shown, unless its reader was elsewhere", async () => {
  for (const viewport of [{ width: 1280, height: 500 }, { width: 360, height: 500 }]) {
    const page = await it.open({ viewport });
    const panel = page.locator("#panel-timeline");
    const tab = (name) => page.getByRole("tab", { name }).click();
    const say = (text) => it.business({ type: "text", text: { body: text } });
    const atEnd = () =>
      page.waitForFunction(() => {
        const it = document.getElementById("panel-timeline");
        return it.scrollHeight > it.clientHeight && it.scrollHeight - it.scrollTop - it.clientHeight < 2;
      });
    await tab("Timeline");
    for (let at = 0; at < 6; at += 1) await say(`line ${at}`);
    await page.locator(".entry", { hasText: "line 5" }).first().waitFor();
    await atEnd();
    await tab("Faults");
    for (let at = 6; at < 12; at += 1) await say(`line ${at}`);
    await page.locator(".entry", { hasText: "line 11" }).first().waitFor({ state: "attached" });
    // So does the chat, where it is one of the views.
    await page.evaluate(() => document.getElementById("tab-chat").click());
    await theirs(page, "line 11").last().waitFor();
    await page.waitForFunction(() => {
      const it = document.getElementById("log");
      return it.clientHeight > 0 && it.scrollHeight - it.scrollTop - it.clientHeight < 2;
    });
    await tab("Timeline");
    await atEnd();
    await say("one more");
    await page.locator(".entry", { hasText: "one more" }).first().waitFor();
    await atEnd();
    await panel.evaluate((it) => it.scrollTo(0, 40));
    await page.waitForFunction(() => document.getElementById("panel-timeline").scrollTop === 40);
    await tab("Workflow");
    await say("not seen");
    await page.locator(".entry", { hasText: "not seen" }).first().waitFor({ state: "attached" });
    await tab("Timeline");
    await say("nor this");
    await page.locator(".entry", { hasText: "nor this" }).first().waitFor({ state: "attached" });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await panel.evaluate((it) => it.scrollTop), 40, String(viewport.width));
    await page.done();
  }
});
