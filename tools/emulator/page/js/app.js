// The page: its parts, and what each item of the feed means to them.

import { Phone } from "./chat.js";
import { Composer } from "./composer.js";
import { clearEverything, setHost } from "./control.js";
import { Conversations } from "./conversation.js";
import { byId } from "./dom.js";
import { Faults } from "./faults.js";
import { follow } from "./feed.js";
import { Lamps } from "./lamps.js";
import { Runs } from "./runs.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";

const lamps = new Lamps();
const timeline = new Timeline((id) => conversations.message(id));
const runs = new Runs();
const faults = new Faults();
const tabs = new Tabs((view) => view === "workflow" && runs.refresh());
const conversations = new Conversations((message) => phone.changed(message));
const phone = new Phone(conversations, {
  replyTo: (message) => composer.replyTo(message),
  edit: (message) => composer.edit(message),
  showInTimeline: (message) => {
    tabs.show("timeline");
    timeline.show(message);
  },
});
const composer = new Composer(phone);
let about = null;

function reset() {
  conversations.reset();
  timeline.reset();
  composer.replyTo(null);
  phone.reset(about.business, about.customer);
}

const HANDLERS = {
  hello(it) {
    about = it;
    if (!it.resumed) reset();
    const url = it.webhook_url;
    lamps.set("webhook", url ? true : null, url ? `Webhook ${new URL(url).host}` : "No webhook");
    lamps.set("host", it.host_connected || null, it.host_connected ? "Workflow host" : "No workflow host");
    runs.setHost(it.host_connected);
  },
  cleared: reset,
  webhook(item) {
    conversations.webhook(item);
    timeline.webhook(item);
    faults.refresh();
  },
  attempt(item) {
    conversations.attempt(item);
    timeline.attempt(item);
    const good = item.http_status === 200;
    const said = good ? "Webhook" : `Webhook ${item.http_status ?? "unreachable"}`;
    lamps.set("webhook", good, said);
  },
  request(item) {
    conversations.request(item);
    timeline.request(item);
    faults.refresh();
  },
  fault(item) {
    timeline.fault(item);
    faults.refresh();
  },
  host(item) {
    timeline.host(item);
    runs.refresh();
  },
  host_link({ connected }) {
    lamps.set("host", connected, connected ? "Workflow host" : "Workflow host is gone");
    runs.setHost(connected);
  },
};

function switchTheme() {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.dataset.theme ?? (dark ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
}

byId("theme").addEventListener("click", switchTheme);
byId("clear").addEventListener("click", () => clearEverything().catch(() => {}));

/** A link may say where the workflow host is: `/?host=http://127.0.0.1:40123`. */
const host = new URLSearchParams(location.search).get("host");
if (host) {
  history.replaceState(null, "", location.pathname);
  await setHost(host).catch(() => {});
}
faults.start();
follow(
  (kind, data) => HANDLERS[kind](data),
  (open) => lamps.set("emulator", open, open ? "Live" : "Reconnecting…"),
);
