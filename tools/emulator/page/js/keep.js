// Values that survive a reload: permanently in this browser, or while the tab is open.

/** If the browser forbids storage, values are lost on reload, without an error. */
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
        // The value is kept in memory until the reload.
      }
    },
  };
}

export const forGood = keeper(() => localStorage);
export const forTab = keeper(() => sessionStorage);
