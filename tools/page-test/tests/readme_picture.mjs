// One conversation with a bit of everything: the picture in the README is made here.

import { test } from "node:test";
import { demo as it, mine, picture, theirs, ticks, write } from "./support.mjs";

test("a conversation with buttons, a reaction and half an answer", async () => {
  const page = await it.open({ viewport: { width: 1280, height: 820 }, deviceScaleFactor: 1.5 });
  await write(page, "hello");
  await ticks(theirs(page, "Shall we call you back?"), "read").waitFor();
  await page.getByRole("tab", { name: "Faults" }).click();
  await page.getByRole("button", { name: "Truncated response" }).click();
  await page.locator("#faults-waiting", { hasText: "1" }).waitFor();
  await write(page, "yes please");
  const last = theirs(page, "within the hour");
  await last.getByText("Fault: half body").waitFor();
  await ticks(last, "read").waitFor();
  await it.business({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "Your order has shipped 📦 When should we ring?" },
      action: {
        buttons: [
          { type: "reply", reply: { id: "am", title: "In the morning" } },
          { type: "reply", reply: { id: "pm", title: "In the evening" } },
        ],
      },
    },
  });
  const question = theirs(page, "When should we ring?");
  await question.getByRole("button", { name: "In the evening" }).click();
  await ticks(mine(page, "In the evening"), "delivered").waitFor();
  await question.getByRole("button", { name: "Message actions" }).click();
  await question.getByRole("button", { name: "React with ❤️" }).click();
  await question.locator(".reactions").waitFor();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await last.getByRole("button", { name: "Message actions" }).click();
  await last.getByRole("button", { name: "Show in timeline" }).click();
  await page.locator(".entry[data-lit] pre").first().waitFor();
  await page.locator("#panel-timeline").evaluate((panel) => (panel.scrollTop -= 190));
  await page.locator(".toast").waitFor({ state: "detached" });
  await picture(page, "tour");
  await page.done();
});
