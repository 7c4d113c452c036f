import type { Device } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { type HidKeyboard, hidKeyboard, type KeyboardLeds } from "../../src/index.js";
import { plug } from "../plug.js";

const GET = 0xa1;
const SET = 0x21;

async function readReports(device: Device, count: number): Promise<number[][]> {
  const reports: number[][] = [];
  for (let index = 0; index < count; index++) reports.push([...(await device.read(0x81, 8))]);
  return reports;
}

async function plugged(keyboard: HidKeyboard = hidKeyboard()) {
  return { keyboard, ...(await plug(keyboard)) };
}

describe("the HID keyboard", () => {
  it("is a boot keyboard by its descriptors, and gives its report descriptor to the interface", async () => {
    const { device } = await plugged();
    const boot = device.configurations[0]?.interfaces[0];
    expect(boot).toMatchObject({ bInterfaceClass: 3, bInterfaceSubClass: 1, bInterfaceProtocol: 1 });
    const hid = boot?.extraDescriptors[0]?.bytes ?? new Uint8Array();
    expect([...hid]).toEqual([9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0]);
    const report = await device.ctrlTransfer(0x81, 6, 0x2200, 0, 255);
    expect(report).toHaveLength(63);
    expect([...report.subarray(0, 6)]).toEqual([0x05, 0x01, 0x09, 0x06, 0xa1, 0x01]);
    expect([...(await device.ctrlTransfer(0x81, 6, 0x2100, 0, 255))]).toEqual([...hid]);
    expect(device.warnings).toEqual([]);
  });

  it("reports each press and release, with Shift for what needs it", async () => {
    const { keyboard, device } = await plugged();
    keyboard.press("a");
    keyboard.press("Control");
    keyboard.release();
    keyboard.type("A!");
    expect(await readReports(device, 7)).toEqual([
      [0, 0, 0x04, 0, 0, 0, 0, 0],
      [0x01, 0, 0x04, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0x02, 0, 0x04, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0x02, 0, 0x1e, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it("types every character of ASCII that can be printed", () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
    expect(() => hidKeyboard().type(printable)).toThrow(/is not selected/);
    expect(() => hidKeyboard().type("é")).toThrow(/the keyboard has no key "é"/);
  });

  it("reports a roll-over when more than six keys are down", async () => {
    const { keyboard, device } = await plugged();
    keyboard.press("a", "b", "c", "d", "e", "f", "g");
    expect((await readReports(device, 7))[6]).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
  });

  it("tells its lamps, which the host sets by SET_REPORT", async () => {
    const seen: KeyboardLeds[] = [];
    const { keyboard, device } = await plugged(hidKeyboard({ onLeds: (leds) => seen.push(leds) }));
    expect(await device.ctrlTransfer(SET, 9, 0x0200, 0, [0x02])).toBe(1);
    expect(keyboard.leds).toMatchObject({ numLock: false, capsLock: true });
    expect(seen).toEqual([keyboard.leds]);
    expect([...(await device.ctrlTransfer(GET, 1, 0x0200, 0, 1))]).toEqual([2]);
  });

  it("answers the other class requests, and refuses those of a report that there is not", async () => {
    const { keyboard, device } = await plugged();
    keyboard.press("b");
    expect([...(await device.ctrlTransfer(GET, 1, 0x0100, 0, 8))]).toEqual([0, 0, 5, 0, 0, 0, 0, 0]);
    await device.ctrlTransfer(SET, 0x0b, 0);
    expect([...(await device.ctrlTransfer(GET, 3, 0, 0, 1))]).toEqual([0]);
    await expect(device.ctrlTransfer(GET, 1, 0x0300, 0, 8)).rejects.toMatchObject({ code: "EPIPE" });
    await expect(device.ctrlTransfer(SET, 0x0a, 0x0401)).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("repeats its report as often as SET_IDLE says", async () => {
    const { device } = await plugged();
    await device.ctrlTransfer(SET, 0x0a, 0x0100);
    expect([...(await device.ctrlTransfer(GET, 2, 0, 0, 1))]).toEqual([1]);
    expect(await readReports(device, 2)).toEqual([new Array(8).fill(0), new Array(8).fill(0)]);
  });

  it("starts anew when it is plugged again", async () => {
    const { keyboard, device, bus } = await plugged();
    await device.ctrlTransfer(SET, 9, 0x0200, 0, [0x07]);
    keyboard.press("a");
    bus.unplug(keyboard);
    bus.plug(keyboard);
    expect(keyboard.leds.capsLock).toBe(false);
    expect(keyboard.queued(0x81)).toBe(0);
  });
});
