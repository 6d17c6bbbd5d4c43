// What outlives a reload: for good in this browser, or as long as this tab is open.

/** Where storing is not allowed, nothing is kept, and nothing fails. */
function keeper(store) {
  return {
    get(name) {
      try {
        return JSON.parse(store().getItem(`emulator.${name}`));
      } catch {
        return null;
      }
    },
    set(name, value) {
      try {
        store().setItem(`emulator.${name}`, JSON.stringify(value));
      } catch {
        // It lasts until the reload, then.
      }
    },
  };
}

export const forGood = keeper(() => localStorage);
export const forTab = keeper(() => sessionStorage);
