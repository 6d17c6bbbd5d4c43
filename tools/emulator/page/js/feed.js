// The emulator's feed: an EventSource that passes each item to the handler of its kind.

const KINDS = ["hello", "request", "webhook", "attempt", "fault", "cleared", "host", "host_link"];

/** Calls `handle(kind, data)` for each item in order, and `connected(boolean)` when the connection changes. */
export function follow(handle, connected) {
  const source = new EventSource("/__page/feed");
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => handle(kind, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => connected(true));
  // The browser reconnects by itself and sends the id of its last item.
  source.addEventListener("error", () => connected(false));
  addEventListener("pagehide", () => source.close());
}
