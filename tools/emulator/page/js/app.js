// The page's entry point: creates its parts and passes each item of the feed to the parts that need it.

import { Phone } from "./chat.js";
import { Composer } from "./composer.js";
import { clearEverything, setHost } from "./control.js";
import { Conversations } from "./conversation.js";
import { Customers } from "./customers.js";
import { ask } from "./dialog.js";
import { byId, el } from "./dom.js";
import { Faults } from "./faults.js";
import { follow } from "./feed.js";
import { Lamps } from "./lamps.js";
import { Runs } from "./runs.js";
import { Tabs } from "./tabs.js";
import { templateOf } from "./templates.js";
import { switchTheme } from "./theme.js";
import { Timeline } from "./timeline.js";

const lamps = new Lamps();
const timeline = new Timeline((id) => conversations.message(id));
const runs = new Runs();
const faults = new Faults();
const tabs = new Tabs((view) => view === "workflow" && runs.refresh());
const conversations = new Conversations({
  changed: (message) => phone.changed(message),
  merged: (person, other) => phone.merged(person, other),
  templateOf,
});
const phone = new Phone(conversations, {
  replyTo: (message) => composer.replyTo(message),
  edit: (message) => composer.edit(message),
  showInTimeline: (message) => {
    tabs.show("timeline");
    timeline.show(message);
  },
  taken: (person) => composer.of(person),
});
const composer = new Composer(phone);
const customers = new Customers(phone, conversations);
let about = null;

function reset() {
  conversations.reset();
  timeline.reset();
  phone.reset(about.business, customers.restore(about.customer));
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
    lamps.set("host", connected, connected ? "Workflow host" : "Workflow host disconnected");
    runs.setHost(connected);
  },
};

/** Asks first, because clearing cannot be undone. */
function askToClear() {
  const lost = el(
    "p",
    {},
    "This deletes the conversations, the timeline and the emulator’s ledger. Customers, templates, queued " +
      "faults and the workflow’s runs are kept.",
  );
  ask("Clear everything?", lost, "Clear", clearEverything);
}

byId("theme").addEventListener("click", switchTheme);
byId("clear").addEventListener("click", askToClear);

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
