// What people write, as WhatsApp draws it: marks, directions, long words, templates.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CUSTOMER, demo as it, mine, picture, theirs, ticks, write } from "./support.mjs";

/** An address of 200 characters without a place to break. */
const ADDRESS = `https://example.com/${"a1b2c3d4e5".repeat(18)}`;

/** Elements that reach beyond the box they are in, and boxes that scroll sideways. */
const beyond = (page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".phone, .panel, dialog, .top")].filter((it) => it.offsetParent || it.open);
    const wide = [...document.querySelectorAll("html, .log, .panel, .composer-row, dialog")]
      .filter((it) => it.scrollWidth > it.clientWidth)
      .map((it) => `${it.id || it.tagName} scrolls`);
    for (const box of boxes) {
      const limits = box.getBoundingClientRect();
      if (limits.right > innerWidth + 1) wide.push(`${box.id} leaves the window`);
      for (const inner of box.querySelectorAll("*:not(option)")) {
        const { width, right, left } = inner.getBoundingClientRect();
        // What is cut with three dots is cut on purpose.
        if (width > 1 && (right > limits.right + 1 || left < limits.left - 1) && !inner.closest(".what")) {
          wide.push(`${inner.tagName}.${inner.className} in ${box.id}`);
        }
      }
    }
    return wide;
  });

/** A message of every kind that has a text of somebody's, each with `text` in every place. */
async function everywhere(page, text, title = text) {
  await write(page, text);
  await it.business({ type: "text", text: { body: text } });
  await it.business({ type: "image", image: { link: "https://example.com/a.png", caption: text } });
  await it.business({ type: "document", document: { link: "https://example.com/a.pdf", filename: title, caption: text } });
  await it.business({ type: "location", location: { latitude: 1, longitude: 2, name: title, address: title } });
  await it.business({
    type: "contacts",
    contacts: [{ name: { formatted_name: title, first_name: title }, phones: [{ phone: "+15550783881" }] }],
  });
  await it.business({
    type: "template",
    template: {
      name: "seasonal_offer",
      language: { code: "en_US" },
      components: [
        { type: "header", parameters: [{ type: "image", image: { link: "https://example.com/a.png" } }] },
        { type: "body", parameters: [{ type: "text", text }, { type: "text", text: title }] },
        { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "summer" }] },
        { type: "button", sub_type: "copy_code", index: "1", parameters: [{ type: "coupon_code", coupon_code: "SUMMER25" }] },
      ],
    },
  });
  const short = title.slice(0, 20);
  await it.business({
    type: "interactive",
    interactive: {
      type: "list",
      header: { type: "text", text: title.slice(0, 60) },
      body: { text },
      footer: { text: title.slice(0, 60) },
      action: {
        button: short,
        sections: [{ title: short, rows: [{ id: "1", title: short, description: title.slice(0, 72) }] }],
      },
    },
  });
  await it.business({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text },
      action: { buttons: [{ type: "reply", reply: { id: "1", title: short } }] },
    },
  });
  await it.business({
    type: "interactive",
    interactive: {
      type: "cta_url",
      body: { text },
      action: { name: "cta_url", parameters: { display_text: short, url: ADDRESS } },
    },
  });
  const inbound = (message) =>
    fetch(`${it.url}__inbound`, { method: "POST", body: JSON.stringify({ from: CUSTOMER, name: title, ...message }) });
  await inbound({ type: "image", image: { caption: text } });
  await inbound({ type: "unknown_kind", unknown_kind: { said: text } });
  await inbound({ type: "button", button: { payload: text, text: title } });
  const last = theirs(page, short).last();
  await last.waitFor();
  await last.getByRole("button", { name: "Message actions" }).click();
  await last.getByRole("button", { name: "Reply", exact: true }).click();
  await write(page, text);
  await mine(page, text).last().locator(".quote").waitFor();
  await mine(page, short).last().waitFor();
}

test("H13: an address of 200 characters wraps wherever it stands, at every width", async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 900, height: 700 }, { width: 360, height: 740 }]) {
    const page = await it.open({ viewport });
    assert.equal(ADDRESS.length, 200);
    await page.getByLabel("Message as the customer").fill(ADDRESS);
    assert.deepEqual(await beyond(page), [], `in the field at ${viewport.width}`);
    await everywhere(page, ADDRESS);
    await page.getByLabel("Message as the customer").fill(ADDRESS);
    assert.deepEqual(await beyond(page), [], `in the chat at ${viewport.width}`);
    await picture(page, `address-${viewport.width}`);
    await theirs(page, ADDRESS.slice(0, 20)).getByRole("button", { name: ADDRESS.slice(0, 20) }).first().click();
    assert.deepEqual(await beyond(page), [], `in the list at ${viewport.width}`);
    await page.keyboard.press("Escape");
    for (const view of ["Timeline", "Workflow", "Faults"]) {
      await page.getByRole("tab", { name: view }).click();
      await page.evaluate(() => document.querySelectorAll(".panel details").forEach((it) => (it.open = true)));
      assert.deepEqual(await beyond(page), [], `${view} at ${viewport.width}`);
    }
    await page.done();
  }
});

test("H13: every text of people runs in the direction of its language", async () => {
  const page = await it.open();
  const word = "שלוםלכולם";
  await everywhere(page, word);
  await page.evaluate(() => document.querySelectorAll(".panel details").forEach((it) => (it.open = true)));
  const found = await page.evaluate((word) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const [all, wrong] = [[], []];
    while (texts.nextNode()) {
      const { data, parentElement: parent } = texts.currentNode;
      if (!data.includes(word)) continue;
      all.push(data);
      // In JSON every string is a run of its own.
      if (!parent.closest('[dir="auto"], bdi, .json .s, .json .k')) wrong.push(parent.outerHTML);
    }
    return { all: all.length, wrong };
  }, word);
  assert.deepEqual(found.wrong, []);
  assert.ok(found.all > 25, String(found.all));
  const directions = await page.locator(".bubble .text", { hasText: word }).evaluateAll((all) =>
    all.map((it) => getComputedStyle(it).direction),
  );
  assert.ok(directions.includes("rtl"), String(directions));
  const field = page.getByLabel("Message as the customer");
  await field.fill(word);
  assert.equal(await field.evaluate((it) => getComputedStyle(it).direction), "rtl");
  await picture(page, "direction");
  await page.done();
});

/** What each text becomes: marks as elements, written like HTML. */
const DRAWN = [
  ["*bold*", "<strong>bold</strong>"],
  ["_slanted_ and ~struck~", "<em>slanted</em> and <s>struck</s>"],
  ["*all _of it ~at once~_*", "<strong>all <em>of it <s>at once</s></em></strong>"],
  ["say `code` and ```more\nof *it*```", "say <code>code</code> and <code>more\nof *it*</code>"],
  ["```\nalone\n```\n\n> a\n> b", "<code>alone</code>\n<span>a</span><span>b</span>"],
  ["(*in brackets*), *twice* *over*.", "(<strong>in brackets</strong>), <strong>twice</strong> <strong>over</strong>."],
  ["2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"],
  ["a * no* *no * ** __ ~ ` ``` *", "a * no* *no * ** __ ~ ` ``` *"],
  ["**twice** ***", "*<strong>twice</strong>* ***"],
  ["*not\nover lines*", "*not\nover lines*"],
  ["*Привет* _世界_ é*é*é", "<strong>Привет</strong> <em>世界</em> é*é*é"],
  ["> cited *well*\n- one\n* two\n1. three", "<span>cited <strong>well</strong></span>• one\n• two\n1. three"],
  ["<b>*x*</b> &amp; *<img src=x>*", "<b><strong>x</strong></b> &amp; <strong><img src=x></strong>"],
  ["*", "*"],
  ["", ""],
];

test("H13: marks are drawn as WhatsApp draws them, and nothing else becomes an element", async () => {
  const page = await it.open();
  const drawn = await page.evaluate(async (texts) => {
    const { formatted } = await import("/js/format.js");
    const written = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      const tag = node.tagName.toLowerCase();
      return `<${tag}>${[...node.childNodes].map(written).join("")}</${tag}>`;
    };
    return texts.map((text) => {
      const place = document.createElement("div");
      place.append(...formatted(text));
      return [...place.childNodes].map(written).join("");
    });
  }, DRAWN.map(([text]) => text));
  DRAWN.forEach(([text, expected], at) => assert.equal(drawn[at], expected, text));
  // Marks that nothing closes cost no more than other letters.
  const letters = await page.evaluate(async () => {
    const { formatted } = await import("/js/format.js");
    const place = document.createElement("div");
    place.append(...formatted("*a _a ~a `a ".repeat(20_000)));
    return place.textContent.length;
  });
  assert.ok(letters > 200_000, String(letters));
  const weight = (message, tag) => message.locator(`.bubble .text ${tag}`).first().waitFor();
  await write(page, "*bold* _slanted_ ~struck~ `code`\n```block\n  of code```\n> cited\n- one\n- two");
  for (const tag of ["strong", "em", "s", "code", "code.block", ".cited"]) await weight(mine(page, "slanted"), tag);
  await it.business({
    type: "interactive",
    interactive: {
      type: "button",
      header: { type: "text", text: "*no marks here*" },
      body: { text: "*bold* question" },
      action: { buttons: [{ type: "reply", reply: { id: "1", title: "*as it is*" } }] },
    },
  });
  await weight(theirs(page, "question"), "strong");
  await theirs(page, "*no marks here*").getByRole("button", { name: "*as it is*" }).waitFor();
  await picture(page, "marks");
  await page.done();
});

test("H13: a template is shown in its own words with its parameters, and its buttons can be tapped", async () => {
  const page = await it.open();
  const send = (name, components, code = "en_US") =>
    it.business({ type: "template", template: { name, language: { code }, components } });
  const body = (...texts) => ({ type: "body", parameters: texts.map((text) => ({ type: "text", text })) });
  await send("hello_world");
  await theirs(page, "This template takes no parameters.").getByText("Hello World").waitFor();
  await send("order_update", [
    {
      type: "body",
      parameters: [
        { type: "text", parameter_name: "order_id", text: "{{customer_name}} $& 7" },
        { type: "text", parameter_name: "customer_name", text: "Ana" },
      ],
    },
  ]);
  await theirs(page, "Hello Ana, order {{customer_name}} $& 7 is ready.").waitFor();
  await send("invitation", [
    { type: "header", parameters: [{ type: "text", text: "Ana" }] },
    body("*Montag*"),
    { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "YES-1" }] },
  ], "de");
  const invitation = theirs(page, "Kommst du am Montag zu uns?");
  await invitation.getByText("Für Ana reserviert").waitFor();
  await invitation.locator("strong", { hasText: "Montag" }).waitFor();
  await invitation.getByRole("button", { name: "Ja" }).click();
  await mine(page, "Ja").locator(".quote", { hasText: "Kommst du am Montag" }).waitFor();
  await invitation.getByRole("button", { name: "Nein" }).click();
  await mine(page, "Nein").waitFor();
  await send("seasonal_offer", [
    { type: "header", parameters: [{ type: "image", image: { link: "https://example.com/a.png" } }] },
    body("Ana", "25%"),
    { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "summer" }] },
    { type: "button", sub_type: "copy_code", index: "1", parameters: [{ type: "coupon_code", coupon_code: "SUMMER" }] },
  ]);
  const offer = theirs(page, "Hi Ana, take 25% off");
  await offer.locator(".cta", { hasText: "https://shop.example/summer" }).waitFor();
  await offer.locator(".cta", { hasText: "Copy the codeSUMMER" }).waitFor();
  const card = (at, word) => ({
    card_index: at,
    components: [
      { type: "header", parameters: [{ type: "image", image: { link: "https://example.com/a.png" } }] },
      body(word),
      { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: `MORE-${at}` }] },
    ],
  });
  await send("two_cards", [body("you"), { type: "carousel", cards: [card(0, "red"), card(1, "blue")] }]);
  const cards = theirs(page, "New for you this week");
  await cards.locator(".sheet", { hasText: "The blue edition" }).getByRole("button", { name: "Tell me more" }).click();
  await mine(page, "Tell me more").waitFor();
  await ticks(mine(page, "Tell me more"), "delivered").waitFor();
  const taps = (await it.inbound()).map((message) => message.button);
  assert.deepEqual(taps, [
    { payload: "YES-1", text: "Ja" },
    { payload: "Nein", text: "Nein" },
    { payload: "MORE-1", text: "Tell me more" },
  ]);
  await picture(page, "templates");
  await page.reload();
  await theirs(page, "Kommst du am Montag zu uns?").waitFor();
  await page.done();
});
