// The customer's side: what is written, tapped and shown on the phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demo as it, mine, picture, REPLY, theirs, ticks, write } from "./support.mjs";

test("a customer writes hello, the reply arrives, its ticks turn blue", async () => {
  const page = await it.open();
  await write(page, "hello");
  await ticks(mine(page, "hello"), "delivered").waitFor();
  const reply = theirs(page, REPLY);
  await ticks(reply, "read").waitFor();
  const colour = (selector) => page.locator(selector).first().evaluate((ticks) => getComputedStyle(ticks).color);
  assert.equal(await colour('svg.ticks[data-state="read"]'), "rgb(10, 114, 184)");
  assert.notEqual(await colour('svg.ticks[data-state="delivered"]'), "rgb(10, 114, 184)");
  const lines = await page.locator("#timeline .what b").allTextContents();
  assert.equal(lines[0], "Customer: text");
  const statuses = ["sent", "delivered", "read"].map((status) => `Status: ${status}`);
  for (const line of ["Business: text", ...statuses]) assert.ok(lines.includes(line), `${line} in ${lines}`);
  await picture(page, "hello");
  await page.done();
});

test("a page that comes later, or again, shows the same conversation", async () => {
  const page = await it.open();
  await write(page, "hello");
  await ticks(theirs(page, REPLY), "read").waitFor();
  await page.reload();
  await ticks(theirs(page, REPLY), "read").waitFor();
  assert.equal(await mine(page, "hello").count(), 1);
  assert.equal(await theirs(page, REPLY).count(), 1);
  await page.done();
});

test("no text becomes markup, wherever it is shown", async () => {
  const page = await it.open();
  const nasty = `<img src=x onerror="document.title='owned'"><b>bold</b>`;
  await write(page, nasty);
  await mine(page, nasty).waitFor();
  await it.business({ type: "text", text: { body: nasty } });
  await it.business({
    type: "interactive",
    interactive: {
      type: "list",
      header: { type: "text", text: nasty },
      body: { text: nasty },
      footer: { text: "<i>footer</i>" },
      action: {
        button: "<u>open</u>",
        sections: [{ title: "<u>one</u>", rows: [{ id: "<a>", title: "<u>row</u>", description: nasty }] }],
      },
    },
  });
  await fetch(`${it.url}__inbound`, {
    method: "POST",
    body: JSON.stringify({ name: nasty, type: nasty, [nasty]: { [nasty]: nasty } }),
  });
  await page.locator(".raw", { hasText: "onerror" }).waitFor();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll(".entry details")) details.open = true;
  });
  await page.locator(".entry .inside pre", { hasText: "onerror" }).first().waitFor();
  await page.getByRole("button", { name: "<u>open</u>" }).click();
  await page.getByText("<u>row</u>").first().waitFor();
  const made = await page.evaluate(() => document.querySelectorAll("img, b b, i, u, [onerror]").length);
  assert.equal(made, 0);
  assert.equal(await page.title(), "Cloud API emulator");
  await page.done();
});

test("reply buttons and list rows are answered with what was tapped", async () => {
  const page = await it.open();
  const id = await it.business({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "Shall we deliver today?" },
      action: {
        buttons: [
          { type: "reply", reply: { id: "yes", title: "Yes, please" } },
          { type: "reply", reply: { id: "no", title: "Another day" } },
        ],
      },
    },
  });
  await page.getByRole("button", { name: "Yes, please" }).click();
  await mine(page, "Yes, please").waitFor();
  await it.business({
    type: "interactive",
    interactive: {
      type: "list",
      body: { text: "Which day suits you?" },
      action: {
        button: "Choose a day",
        sections: [
          {
            title: "This week",
            rows: [
              { id: "mon", title: "Monday", description: "8 to 12" },
              { id: "tue", title: "Tuesday" },
            ],
          },
        ],
      },
    },
  });
  await page.getByRole("button", { name: "Choose a day" }).click();
  await page.getByRole("radio", { name: "Monday" }).check();
  await picture(page, "list");
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await ticks(mine(page, "Monday"), "delivered").waitFor();
  const [button, list] = await it.inbound();
  assert.deepEqual(button.interactive, { type: "button_reply", button_reply: { id: "yes", title: "Yes, please" } });
  assert.equal(button.context.id, id);
  assert.deepEqual(list.interactive.list_reply, { id: "mon", title: "Monday", description: "8 to 12" });
  await page.done();
});

test("reactions, replies and attachments are sent as Meta has them", async () => {
  const page = await it.open();
  const id = await it.business({ type: "text", text: { body: "Your parcel is here" } });
  const parcel = theirs(page, "Your parcel is here");
  await parcel.hover();
  await parcel.getByRole("button", { name: "Message actions" }).click();
  await parcel.getByRole("button", { name: "React with 👍" }).click();
  await parcel.locator(".reactions", { hasText: "👍" }).waitFor();
  await parcel.getByRole("button", { name: "Message actions" }).click();
  await parcel.getByRole("button", { name: "Reply", exact: true }).click();
  await write(page, "Coming down");
  await mine(page, "Coming down").locator(".quote", { hasText: "Your parcel is here" }).waitFor();
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByRole("menuitem", { name: "Location" }).click();
  await mine(page, "Philz Coffee").waitFor();
  await page.getByLabel("Message as the customer").fill("My door");
  await page.setInputFiles("#photo", { name: "door.png", mimeType: "image/png", buffer: PIXEL });
  await mine(page, "My door").locator("img").waitFor();
  await ticks(mine(page, "My door"), "delivered").waitFor();
  const [reaction, reply, location, image] = await it.inbound();
  assert.deepEqual(reaction.reaction, { message_id: id, emoji: "👍" });
  assert.equal(reply.context.id, id);
  assert.equal(location.type, "location");
  assert.equal(image.image.caption, "My door");
  assert.equal(image.image.mime_type, "image/png");
  const file = await it.graph("GET", image.image.id);
  assert.equal(file.file_size, PIXEL.length);
  await page.done();
});

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgaPj/HwAEgQJ/2m7YAAAAAABJRU5ErkJggg==",
  "base64",
);

test("a customer changes and deletes what was written", async () => {
  const page = await it.open();
  await write(page, "helo");
  const first = page.locator(".message.mine");
  await ticks(first, "delivered").waitFor();
  await first.hover();
  await first.getByRole("button", { name: "Message actions" }).click();
  await first.getByRole("button", { name: "Edit" }).click();
  await write(page, "hello");
  await first.getByText("edited").waitFor();
  await first.locator(".text", { hasText: "hello" }).waitFor();
  await first.getByRole("button", { name: "Message actions" }).click();
  await first.getByRole("button", { name: "Delete" }).click();
  await first.getByText("Deleted by the customer").waitFor();
  const [written, edit, revoke] = await it.inbound();
  assert.equal(edit.edit.original_message_id, written.id);
  assert.deepEqual(edit.edit.message, { type: "text", text: { body: "hello" } });
  assert.deepEqual(revoke.revoke, { original_message_id: written.id });
  await page.done();
});

test("a read receipt turns the customer's ticks blue, typing shows, and a status can fail", async () => {
  const page = await it.open();
  await write(page, "Anyone there?");
  await ticks(mine(page, "Anyone there?"), "delivered").waitFor();
  const [question] = await it.inbound();
  await it.business({
    to: undefined,
    status: "read",
    message_id: question.id,
    typing_indicator: { type: "text" },
  });
  await ticks(mine(page, "Anyone there?"), "read").waitFor();
  await page.locator("#presence.typing", { hasText: "typing…" }).waitFor();
  await it.business({ type: "text", text: { body: "Yes!" } });
  await page.locator("#presence:not(.typing)").waitFor();
  const answer = theirs(page, "Yes!");
  await ticks(answer, "read").waitFor();
  await answer.getByRole("button", { name: "Message actions" }).click();
  await answer.getByRole("button", { name: "Report failed" }).click();
  await ticks(answer, "failed").waitFor();
  await answer.getByText("131026 Message undeliverable").waitFor();
  await page.done();
});
