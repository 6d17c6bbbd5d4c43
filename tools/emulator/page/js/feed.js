// The emulator's feed: an EventSource that hands each item to whoever handles its kind.

const KINDS = ["hello", "request", "webhook", "attempt", "fault", "cleared", "host", "host_link"];

/** Calls `handle(kind, data)` for each item in order, and `connected(boolean)` as it comes and goes. */
export function follow(handle, connected) {
  const source = new EventSource("/__page/feed");
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => handle(kind, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => connected(true));
  // The browser connects again by itself and says which item it had last.
  source.addEventListener("error", () => connected(false));
  addEventListener("pagehide", () => source.close());
}
