// Sample messages; the emulator supplies the files.

/** A media message, with the caption if there is one. */
export function media(kind, caption, more = {}) {
  return { type: kind, [kind]: { ...more, ...(caption && { caption }) } };
}

export const image = (caption) => media("image", caption);
export const video = (caption) => media("video", caption);
export const voice = () => media("audio", "", { voice: true });
export const sticker = () => media("sticker", "", { animated: false });
export const pdf = (caption) => media("document", caption, { filename: "invoice-2041.pdf" });

export const location = () => ({
  type: "location",
  location: {
    latitude: 37.4847,
    longitude: -122.1477,
    name: "Philz Coffee",
    address: "1 Hacker Way, Menlo Park",
  },
});

export const contact = () => ({
  type: "contacts",
  contacts: [
    {
      name: { first_name: "Barbara", last_name: "Johnson", formatted_name: "Barbara J. Johnson" },
      phones: [{ phone: "+1 650 555 9999", type: "MOBILE" }],
    },
  ],
});
