// Messages that the customer can send without having the thing at hand.

const SHA256 = "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=";

/** A media id as Meta's look: digits only. */
export function mediaId() {
  return String(10 ** 14 + Math.floor(Math.random() * 9 * 10 ** 14));
}

/** A media message, with the caption if there is one. */
export function media(kind, mimeType, caption, more = {}) {
  const it = { mime_type: mimeType, sha256: SHA256, id: mediaId(), ...more };
  if (caption) it.caption = caption;
  return { type: kind, [kind]: it };
}

export const video = (caption) => media("video", "video/mp4", caption);
export const voice = () => media("audio", "audio/ogg; codecs=opus", "", { voice: true });
export const sticker = () => media("sticker", "image/webp", "", { animated: false });
export const pdf = (caption) =>
  media("document", "application/pdf", caption, { filename: "invoice-2041.pdf" });

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
