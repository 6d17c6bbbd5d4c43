// For everybody: keyboard alone, phone width, light and dark, little motion, axe's rules.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demo as it, mine, picture, REPLY, theirs, ticks, violations, write } from "./support.mjs";

test("the keyboard alone is enough to write, react, inject a fault and read its JSON", async () => {
  const page = await it.open();
  const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  await press("Tab", "Enter");
  await page.keyboard.type("hello");
  await press("Enter");
  await ticks(theirs(page, REPLY), "read").waitFor();
  await press("Shift+Tab", "Shift+Tab");
  while ((await page.evaluate(() => document.activeElement.id)) !== "log") await press("Shift+Tab");
  await press("ArrowUp", "ArrowUp", "ArrowDown", "Enter");
  assert.equal(await focused(), "React with 👍");
  await press("Tab", "Enter");
  await page.locator(".message:not(.mine) .reactions", { hasText: "❤️" }).waitFor();
  assert.equal(await focused(), "Message actions");
  await press("Escape", "Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "log");
  while ((await page.evaluate(() => document.activeElement.id)) !== "tab-timeline") await press("Tab");
  await press("End");
  assert.match(await focused(), /^Faults/);
  while (!(await focused()).startsWith("Lose the response")) await press("Tab");
  await press("Enter");
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  while ((await page.evaluate(() => document.activeElement.id)) !== "tab-faults") await press("Shift+Tab");
  await press("Home", "Tab", "Tab", "Enter");
  const entry = page.locator(".entry").first();
  await entry.locator("pre").waitFor();
  assert.match(await entry.locator("pre").textContent(), /"body": "hello"/);
  await page.done();
});

test("the attachment menu is a menu", async () => {
  const page = await it.open();
  await page.getByRole("button", { name: "Attach" }).focus();
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.equal(await focused(), "Photo…");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), "Any message as JSON…");
  await picture(page, "menu");
  await page.keyboard.press("Escape");
  await page.locator("#attach-menu").waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await mine(page, "image/png").waitFor();
  await page.done();
});

test("at a phone's width there is one view at a time, and nothing to scroll sideways", async () => {
  const page = await it.open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await write(page, "hello");
  await ticks(theirs(page, REPLY), "read").waitFor();
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
  for (const view of ["Chat", "Timeline", "Workflow", "Faults"]) {
    await page.getByRole("tab", { name: view }).tap();
    assert.equal(await wide(), 360, view);
    const visible = await page.locator(".phone:visible, .panel:visible").count();
    assert.equal(visible, 1, view);
    await picture(page, `narrow-${view.toLowerCase()}`);
  }
  await page.done();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in ${colorScheme} mode`, async () => {
    const page = await it.open({ colorScheme, reducedMotion: "reduce" });
    await everyKind(page);
    await picture(page, `kinds-${colorScheme}`);
    const views = ["timeline", "workflow", "faults"];
    for (const view of views) {
      await page.locator(`#tab-${view}`).click();
      const first = page.locator(".entry summary:visible").first();
      if (view === "timeline") await first.click();
      assert.deepEqual(await violations(page), [], view);
      await picture(page, `${view}-${colorScheme}`);
    }
    await page.done();
  });
}

test("motion is off where it is not wanted, and the theme can be switched", async () => {
  const page = await it.open({ reducedMotion: "reduce", colorScheme: "light" });
  await write(page, "hello");
  await mine(page, "hello").waitFor();
  const style = (name) => page.locator(".bubble").first().evaluate((it, name) => getComputedStyle(it)[name], name);
  assert.equal(await style("animationName"), "none");
  const light = await style("backgroundColor");
  await page.getByRole("button", { name: "Switch between" }).click();
  assert.notEqual(await style("backgroundColor"), light);
  await page.done();
});

test("H13: with forced colours every state is shown by a shape, an outline or the system's own colours", async () => {
  const page = await it.open({ forcedColors: "active", colorScheme: "dark" });
  assert.ok(await page.evaluate(() => matchMedia("(forced-colors: active)").matches));
  await everyKind(page);
  await it.business({ type: "text", text: { body: "delivered only" } });
  const style = (selector, name, pseudo) =>
    page.locator(selector).first().evaluate((it, [name, pseudo]) => getComputedStyle(it, pseudo)[name], [name, pseudo]);
  /** Two elements that nothing but their state tells apart differ in one of these. */
  const differ = async (one, other, names, pseudo) => {
    const looks = (selector) => Promise.all(names.map((name) => style(selector, name, pseudo)));
    assert.notDeepEqual(await looks(one), await looks(other), `${one} and ${other}`);
  };
  const box = ["backgroundColor", "backgroundImage", "borderBottomWidth", "borderBottomStyle"];
  await differ('[role="tab"][aria-selected="true"]:not(.narrow-only)', '[role="tab"][aria-selected="false"]:not(.narrow-only)', box);
  await differ(".filter label:has(:checked)", ".filter label:not(:has(:checked))", box);
  await page.evaluate(() => document.querySelector(".lamp:last-child").classList.remove("on"));
  await differ(".lamp.on", ".lamp:not(.on):not(.off)", box, "::before");
  await page.evaluate(() => document.querySelector(".lamp:last-child").classList.add("off"));
  await differ(".lamp.on", ".lamp.off", box, "::before");
  await differ('svg.ticks[data-state="read"]', 'svg.ticks[data-state="delivered"]', ["borderBottomWidth"]);
  await differ(".mine .bubble", ".message:not(.mine) .bubble", ["borderTopStyle"]);
  for (const edged of [".bubble", ".badge", "#clear", "#attach", ".card", ".phone", ".panel"]) {
    assert.notEqual(await style(edged, "borderTopStyle"), "none", edged);
  }
  await page.getByRole("tab", { name: "Workflow" }).click();
  await page.locator('.steps li[data-state="done"]').first().waitFor();
  await page.locator('.steps li[data-state="running"]').first().waitFor();
  await differ('.steps li[data-state="done"]', '.steps li[data-state="running"]', box, "::before");
  await picture(page, "forced-workflow");
  await page.getByRole("tab", { name: "Timeline" }).click();
  await theirs(page, REPLY).first().getByRole("button", { name: "Message actions" }).click();
  await theirs(page, REPLY).first().getByRole("button", { name: "Show in timeline" }).click();
  await differ(".entry[data-lit] summary", ".entry:not([data-lit]) summary", ["outlineStyle"]);
  await page.locator(".entry[data-lit] pre").first().waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, "forced");
  await page.done();
});

/** One message of every kind that has a look of its own, from either side. */
async function everyKind(page) {
  const media = (kind, more) => ({ type: kind, [kind]: { link: `https://example.com/${kind}`, ...more } });
  await it.business(media("image", { caption: "The new shop" }));
  await it.business(media("video", { caption: "How to open it" }));
  await it.business(media("audio"));
  await it.business(media("document", { filename: "invoice.pdf" }));
  await it.business({ type: "location", location: { latitude: 52.5, longitude: 13.4, name: "The shop" } });
  await it.business({
    type: "contacts",
    contacts: [{ name: { formatted_name: "Support", first_name: "Support" }, phones: [{ phone: "+15550783881" }] }],
  });
  await it.business({
    type: "interactive",
    interactive: {
      type: "cta_url",
      body: { text: "Follow your parcel" },
      action: { name: "cta_url", parameters: { display_text: "Track", url: "https://example.com/track" } },
    },
  });
  await it.business({ type: "template", template: { name: "hello_world", language: { code: "en_US" } } });
  await write(page, "hello");
  await ticks(theirs(page, REPLY), "read").waitFor();
}
