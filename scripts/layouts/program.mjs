// Tells, as one line of JSON, which backend is chosen, then which if that one does not work, and so on until none is left;
// and which ones core finds by itself, without the application.
import path from "node:path";
import { getBackend } from "@tsusb/core";

const BREAKS = {
  libusb1: ["TSUSB_LIBUSB1_PATH", "/nonexistent"],
  libusb0: ["TSUSB_LIBUSB0_PATH", "/nonexistent"],
  openusb: ["TSUSB_OPENUSB_PATH", "/nonexistent"],
  acme: ["ACME_BACKEND", "broken"],
};

/** What core makes of a name where no package.json is above; the registry, a matter of the process, is empty yet. */
async function outcomeWithoutApplication(name) {
  try {
    const backend = await getBackend({ order: [name], from: path.parse(process.cwd()).root });
    await backend.close();
    return "works";
  } catch (error) {
    return error.attempts[0].outcome;
  }
}

async function main() {
  const peers = [];
  for (const name of ["libusb1", "libusb0", "openusb"])
    peers.push(`${name}: ${await outcomeWithoutApplication(name)}`);
  const chosen = [];
  try {
    for (;;) {
      const backend = await getBackend();
      if (chosen.includes(backend.name)) throw new Error(`${backend.name} still works`);
      chosen.push(backend.name);
      await backend.close();
      const [variable, value] = BREAKS[backend.name];
      process.env[variable] = value;
    }
  } catch (error) {
    const { code, message, attempts } = error;
    const outcomes = attempts?.map(({ name, outcome }) => `${name}: ${outcome}`);
    console.log(JSON.stringify({ peers, chosen, code, message, outcomes }));
  }
}

main();
