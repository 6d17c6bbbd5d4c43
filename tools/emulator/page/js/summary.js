// The summary of each timeline entry: group, symbol, title, detail, badges.

import { outline } from "./content.js";
import { parsed, values } from "./conversation.js";

const words = (name) => String(name).replaceAll("_", " ");
const grade = (status) => (status >= 200 && status < 300 ? "good" : "bad");

/** `messageOf(id)` is the message that a status is about, if it is known. */
export function ofWebhook(item, messageOf) {
  const body = parsed(item.body);
  const all = values(body);
  const fields = (body?.entry ?? []).flatMap((entry) => (entry.changes ?? []).map(({ field }) => field));
  const messages = all.flatMap((value) => value.messages ?? []);
  const statuses = all.flatMap((value) => value.statuses ?? []);
  const [message] = messages;
  const [status] = statuses;
  let title = "Notification";
  let detail = `${item.body.bytes} bytes`;
  if (messages.length + statuses.length > 1) {
    title = "Batch";
    detail = `${messages.length} messages, ${statuses.length} statuses`;
  } else if (!message && !status && fields.length) {
    title = `Change: ${words(fields[0])}`;
  } else if (message) {
    title = `Customer: ${words(message.type)}`;
    detail = outline(message.type, message);
  } else if (status) {
    title = `Status: ${status.status}`;
    const about = messageOf(status.id);
    detail = status.errors?.[0]?.title ?? (about ? outline(about.kind, about.body) : "");
  }
  const badges = item.fault ? [[words(item.fault), "struck"]] : [];
  return { group: "webhooks", symbol: "in", minor: !message, title, detail, badges };
}

export function ofRequest(item) {
  const body = parsed(item.body);
  const send = /\/(marketing_)?messages$/.test(item.path);
  const kind = item.kind ?? (send ? body?.type : null);
  let title = kind ? `Business: ${words(kind)}` : `${item.method} ${item.path}`;
  let detail = send ? outline(kind, body) : `${item.method} ${item.path}`;
  if (item.kind === "read") {
    title = body?.typing_indicator ? "Business: read, typing" : "Business: read receipt";
    detail = "";
  }
  if (!kind) detail = "";
  if (item.error_code) detail = `refused with ${item.error_code}${detail && ` · ${detail}`}`;
  const badges = item.fault ? [[words(item.fault), "struck"]] : [];
  badges.push([String(item.http_status), grade(item.http_status)]);
  return { group: "requests", symbol: "out", title, detail, badges };
}

export function ofFault(item) {
  return {
    group: "faults",
    symbol: "bolt",
    title: `Fault: ${words(item.fault)}`,
    detail: `on connection ${item.connection}`,
    badges: [],
  };
}

/**
 * Summarises an item from the workflow host; null if the timeline already shows it. `fine` marks details that
 * are shown only when the timeline is filtered to the workflow.
 */
export function ofHost({ data }) {
  const line = (title, detail, badges = [], fine = false) => ({
    fine,
    group: "workflow",
    symbol: "flow",
    title,
    detail: detail ?? "",
    badges,
  });
  const state = (it) => [[it.state, { done: "good", failed: "bad", unknown: "struck" }[it.state] ?? ""]];
  switch (data.kind) {
    case "event":
      return line(
        `Event ${data.name}`,
        data.duplicate ? "seen before" : data.instance,
        [],
        data.name === "status_changed",
      );
    case "run":
      return line(`Run ${data.id}: ${data.workflow}`, data.error || data.trigger, state(data));
    case "step":
      if (data.stepKind === "branch") {
        return line(`Branch ${data.step}`, `to ${data.next || "the end"} · ${data.workflow} · run ${data.run}`);
      }
      return line(
        `Step ${data.step}`,
        `${data.workflow} · run ${data.run}`,
        state(data),
        data.state === "started",
      );
    case "command":
      return line(`Command ${data.name}`, `run ${data.run}`, [], true);
    case "response":
      return line(
        `Response of ${data.name}`,
        `run ${data.run}`,
        [[data.resultName, data.result === 0 ? "good" : "bad"]],
        true,
      );
    case "gap":
      return line("The host's event feed skipped some entries", `${data.dropped} items`, [["gap", "struck"]]);
    default:
      return null;
  }
}
