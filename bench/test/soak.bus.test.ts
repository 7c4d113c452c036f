import { expect, it } from "vitest";
import { buildOpenUsbLibrary } from "../../packages/backend-openusb/test/library/build.mjs";
import { judgeSoak, MOST, runSoak } from "../lib/soak.mjs";

const SECONDS = 4;

// Whatever else the machine does meanwhile must not fail these: the bound is ten times that of `npm run soak`.
it.each([
  ["libusb1", {}],
  ["libusb0", {}],
  ["openusb", { TSUSB_OPENUSB_PATH: buildOpenUsbLibrary() }],
] as const)(
  "a stream of four seconds over %s brings each byte, and the process stays as large as it was",
  async (backend, env) => {
    const samples = await runSoak({ backend, seconds: SECONDS, env });
    expect(samples.length).toBeGreaterThan(10);
    expect(samples.at(-1)?.bytes).toBeGreaterThan(10e6);
    const { figure, isFlat } = judgeSoak(samples, SECONDS, 10 * MOST);
    expect(isFlat, figure).toBe(true);
  },
  60_000,
);

it("a stream whose bytes are not those of the device ends with the place of the first chunk that is wrong", async () => {
  const env = { TSUSB_OPENUSB_PATH: buildOpenUsbLibrary(), TSUSB_SOAK_EXPECTS: "words" };
  await expect(runSoak({ backend: "openusb", seconds: 1, env })).rejects.toThrow(
    /a byte is wrong .* byte 0 on/,
  );
}, 60_000);
