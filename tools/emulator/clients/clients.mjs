// Runs the clients of Node's against one emulator, one after the other.

import { greatDetail } from "./great-detail.mjs";
import { Emulator } from "./harness.mjs";
import { kapso } from "./kapso.mjs";
import { whatsappApiJs } from "./whatsapp-api-js.mjs";
import { whatsappBusiness } from "./whatsapp-business.mjs";

const emulator = await Emulator.start(process.argv[2]);
try {
  emulator.turnFetch();
  for (const part of [whatsappApiJs, kapso, greatDetail, whatsappBusiness]) {
    try {
      await part(emulator);
    } catch (error) {
      emulator.told(part.name, error?.stack ?? error);
    }
  }
} finally {
  emulator.stop();
}
console.log(
  `whatsapp-api-js, kapso, great-detail, whatsapp-business: ${emulator.count} calls, ${emulator.failures.length} failed`,
);
process.exit(emulator.failures.length > 0 ? 1 : 0);
