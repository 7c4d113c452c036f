import { describe, expect, it } from "vitest";
import { foreignImports, requiredPackages } from "../checks/dependencies.mjs";
import { judge as judgeSpeed } from "../checks/speed.mjs";
import { judge as judgeTimeouts } from "../checks/timeouts.mjs";

const kept = (verdicts: readonly { isKept: boolean }[]) => verdicts.map(({ isKept }) => isKept);

describe("the check of speed", () => {
  const judge = (figures: Readonly<Record<string, number>>) =>
    kept(judgeSpeed("bulk", (rival: string) => figures[rival]));

  it("allows tsusb one and a half times what C takes, and less than either usb", () => {
    expect(judge({ c: 10, tsusb: 15, usb2: 16, usb3: 30 })).toEqual([true, true, true]);
    expect(judge({ c: 10, tsusb: 15.1, usb2: 15, usb3: 14 })).toEqual([false, false, false]);
    expect(judge({ c: 10, tsusb: 15, usb2: 15, usb3: 16 })).toEqual([true, false, true]);
  });

  it("keeps no bound that a figure is missing for", () => {
    expect(judge({ c: 10, usb2: 15, usb3: 20 })).toEqual([false, false, false]);
    expect(judge({ tsusb: 10, usb2: 15 })).toEqual([false, true, false]);
  });
});

describe("the check of timeouts", () => {
  const read = (ms: number, name = "USBTimeoutError", backendErrorCode = -7) => ({
    ms,
    name,
    backendErrorCode,
  });
  const judge = (reads: ReturnType<typeof read>[], idle: number[]) => kept(judgeTimeouts({ reads, idle }));

  it("wants every read to end in 300 to 350 ms", () => {
    expect(judge([read(300), read(350)], [300])).toEqual([true, true]);
    expect(judge([read(299.9), read(310)], [300])).toEqual([false, true]);
    expect(judge([read(310), read(351)], [300])).toEqual([false, true]);
  });

  it("gives a read what a plain timer in the same process was late", () => {
    expect(judge([read(360)], [312])).toEqual([true, true]);
    expect(judge([read(363)], [312])).toEqual([false, true]);
  });

  it("wants libusb's own code in an error of the right class", () => {
    expect(judge([read(310), read(310, "USBError")], [300])).toEqual([true, false]);
    expect(judge([read(310, "USBTimeoutError", -1)], [300])).toEqual([true, false]);
    expect(judge([read(310, "512 bytes")], [300])).toEqual([true, false]);
  });
});

describe("the check of dependencies", () => {
  it("sees what a package cannot be installed without", () => {
    const manifest = {
      dependencies: { a: "1" },
      optionalDependencies: { b: "1" },
      peerDependencies: { c: "1", d: "1" },
      peerDependenciesMeta: { d: { optional: true } },
      devDependencies: { e: "1" },
    };
    expect(requiredPackages(manifest)).toEqual(["a", "b", "c"]);
    expect(requiredPackages({})).toEqual([]);
  });

  it("sees what a module imports that does not lie beside it", () => {
    const source = [
      'import { x } from "./chunk.js";',
      'import {\n  y,\n  z\n} from "node:fs";',
      'import "side-effect";',
      'export { w } from "elsewhere";',
      "export { v };",
      'const text = "from";',
    ].join("\n");
    expect(foreignImports(source)).toEqual(["node:fs", "side-effect", "elsewhere"]);
  });
});
