// A client for the emulator's control endpoints.

import { toast } from "./dom.js";

async function call(method, path, body) {
  try {
    const init = { method };
    if (body instanceof Blob) {
      // The browser sends the type of the file.
      init.body = body;
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { "Content-Type": "application/json" };
    }
    const answer = await fetch(path, init);
    const text = await answer.text();
    if (answer.ok) return text ? JSON.parse(text) : {};
    throw new Error(reason(text) || `${method} ${path} was answered with ${answer.status}`);
  } catch (error) {
    toast(error.message, true);
    throw error;
  }
}

function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return text;
  }
}

/** Sends one element of Meta's `messages[]` as a customer. */
export const customerSends = (message) => call("POST", "/__inbound", message);
/** A file that the customer can send; resolves to its media id. */
export const addMedia = async (file) => (await call("POST", "/__media", file)).id;
/** Reports a status of a message from the business: one element of Meta's `statuses[]`. */
export const reportStatus = (status) => call("POST", "/__statuses", status);
/** Meta's sample of each webhook field. */
export const changes = () => call("GET", "/__changes");
/** Raises the webhook of a field with its sample. */
export const raiseChange = (field) => call("POST", "/__changes", { field });
export const injectFault = (fault) => call("POST", "/__faults", fault);
export const injectWebhookFault = (fault) => call("POST", "/__webhook_faults", fault);
export const waitingFaults = () => call("GET", "/__faults");
export const waitingWebhookFaults = () => call("GET", "/__webhook_faults");
export const clearFaults = () =>
  Promise.all([call("DELETE", "/__faults"), call("DELETE", "/__webhook_faults")]);
/** Which rules about earlier messages apply. */
export const strictness = () => call("GET", "/__strictness");
export const setStrictness = (rules) => call("POST", "/__strictness", rules);
export const letTimePass = (seconds) => call("POST", "/__clock", { advance_seconds: seconds });
export const templates = () => call("GET", "/__templates");
export const clearEverything = () => call("DELETE", "/__ledger");
export const setHost = (url) => call("PUT", "/__host", { url });
export const runs = () => call("GET", "/__page/runs");
