import { describe, expect, it } from "vitest";
import { foreignImports, requiredPackages } from "../checks/dependencies.mjs";
import { judgeFileSystem, judge as judgeLibusb0 } from "../checks/libusb0.mjs";
import { judge as judgeSelection } from "../checks/selection.mjs";
import { judge as judgeSpeed } from "../checks/speed.mjs";
import { judge as judgeTimeouts } from "../checks/timeouts.mjs";
import { judge as judgeVirtual } from "../checks/virtual.mjs";

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

describe("the check of libusb 0.1", () => {
  const judge = (workload: "bulk" | "pending", figures: Readonly<Record<string, number>>) =>
    judgeLibusb0(workload, (rival: string) => figures[rival]).isKept;

  it("allows one and a half times what C takes, and 1.3 times with reads pending", () => {
    expect(judge("bulk", { "c-libusb0": 10, "tsusb-libusb0": 15, c: 1 })).toBe(true);
    expect(judge("bulk", { "c-libusb0": 10, "tsusb-libusb0": 15.1 })).toBe(false);
    expect(judge("pending", { "c-libusb0": 10, "tsusb-libusb0": 13 })).toBe(true);
    expect(judge("pending", { "c-libusb0": 10, "tsusb-libusb0": 13.1 })).toBe(false);
  });

  it("keeps no bound that a figure is missing for", () => {
    expect(judge("bulk", { "tsusb-libusb0": 10, c: 10 })).toBe(false);
    expect(judge("pending", { "c-libusb0": 10 })).toBe(false);
  });

  it("judges every call of fs by its own median, and allows a tenth more", () => {
    const idle = { stat: [100, 10, 10], readFile: [20, 20, 20] };
    const pending = { stat: [11, 11, 900], readFile: [22.1, 22.1, 1] };
    expect(kept(judgeFileSystem({ idle, pending, beside: idle, early: 0 }))).toEqual([true, false]);
  });

  it("gives a call of fs what the library's polling takes in a C program", () => {
    const [idle, beside] = [{ stat: [10] }, { stat: [20] }];
    expect(kept(judgeFileSystem({ idle, pending: { stat: [22] }, beside, early: 0 }))).toEqual([true]);
    expect(kept(judgeFileSystem({ idle, pending: { stat: [22.1] }, beside, early: 0 }))).toEqual([false]);
  });

  it("keeps nothing if a read was not pending all the time", () => {
    const calls = { stat: [10] };
    const run = { idle: calls, pending: calls, beside: calls, early: 1 };
    expect(kept(judgeFileSystem(run))).toEqual([false]);
  });
});

describe("the check of selection", () => {
  const without = { ms: 50, code: "ERR_USB_NO_BACKEND", attempts: ["not-installed"], idle: 1 };
  const warm = { name: "libusb1", first: 20, again: [1, 4.9], idle: [1] };
  const judge = (run: object, calls: object = {}) =>
    kept(judgeSelection({ without: [{ ...without, ...run }], warm: [{ ...warm, ...calls }] }));

  it("wants the error within 50 ms and a further call in less than 5", () => {
    expect(judge({})).toEqual([true, true]);
    expect(judge({ ms: 50.1 })).toEqual([false, true]);
    expect(judge({}, { again: [1, 5] })).toEqual([true, false]);
  });

  it("wants the error to say that nothing is installed", () => {
    expect(judge({ code: undefined, attempts: undefined })).toEqual([false, true]);
    expect(judge({ attempts: [] })).toEqual([false, true]);
    expect(judge({ attempts: ["not-installed", "failed"] })).toEqual([false, true]);
  });
});

describe("the check of the virtual device", () => {
  const idle = { calls: [1e7], copy: [1e6] };
  const enough = { ...idle, control: [100_000], read: [15_259], write: [15_259] };

  it("wants 100,000 control transfers and 1 GB of 64 KiB each way a second", () => {
    expect(kept(judgeVirtual(enough))).toEqual([true, true, true]);
    expect(kept(judgeVirtual({ ...enough, control: [99_999] }))).toEqual([false, true, true]);
    expect(kept(judgeVirtual({ ...enough, read: [15_258] }))).toEqual([true, false, true]);
    expect(kept(judgeVirtual({ ...enough, write: [1, 15_258, 1e6] }))).toEqual([true, true, false]);
  });

  it("asks no more of a slow machine than a share of what it does without a device", () => {
    const slow = { calls: [900_000], copy: [15_000], control: [90_000], read: [10_000], write: [9_999] };
    expect(kept(judgeVirtual(slow))).toEqual([true, true, false]);
    expect(kept(judgeVirtual({ ...slow, control: [89_999] }))).toEqual([false, true, false]);
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
