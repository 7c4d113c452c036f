import { beforeAll, describe, expect, it } from "vitest";
import { bus, busIsPossible, path, requirePackages } from "./run.js";

// What libusb 1.0 calls them. Source: enum libusb_error in libusb.h.
const IO = -1;
const NO_DEVICE = -4;
const BUSY = -6;
const TIMEOUT = -7;
const OVERFLOW = -8;
const PIPE = -9;

describe.skipIf(!busIsPossible)("the default devices, through PyUSB and Debian's libusb", () => {
  let seen: Record<string, unknown> = {};
  beforeAll(async () => {
    requirePackages("python3-usb");
    const outcome = await bus(["--", "/usr/bin/python3", path("test/programs/transfers.py")]);
    expect(outcome.stderr).toBe("");
    seen = JSON.parse(outcome.stdout) as Record<string, unknown>;
  }, 120_000);

  const expected: readonly (readonly [name: string, what: string, value: unknown])[] = [
    ["have their strings", "strings", ["tsusb", "Played Device", "PLAYED-0001"]],
    ["have bus, address, ports, speed and parent", "place", [1, 2, [1], 3, 0x1d6b]],
    ["give back through the loopback what was written", "loopback", true],
    ["end a read with a short packet", "short packet ends", 1000],
    ["keep what came when a full packet does not end a read", "full packet does not end", 512],
    ["send gadget zero's pattern from the source", "source", true],
    ["overflow a read that is no multiple of the packet size", "source overflows", OVERFLOW],
    ["count and show what the sink took", "sink", [5, "hello"]],
    ["let a read of the silent endpoint time out", "silent", TIMEOUT],
    ["send on command", "sent", "abc"],
    ["loop interrupt messages in alternate setting 1", "interrupt", "abc"],
    ["store and give back 4096 bytes by vendor requests", "vendor store", true],
    ["stall an unknown request", "unknown request", PIPE],
    ["stay halted after a stall", "stall", [PIPE, PIPE]],
    ["say that they are halted", "halted", [1, 0]],
    ["go on once the halt is cleared", "cleared", 512],
    ["send a short packet once", "once short", [3, 512]],
    ["send too much once", "once long", [OVERFLOW, 512]],
    ["fail with a protocol error once", "once error", [IO, 512]],
    ["keep the bytes that came before silence", "once partial", [5, 512]],
    ["do not answer once", "once silent", [TIMEOUT, 512]],
    ["count the transfers a fault passes and meets", "after and count", [512, 1, 1, 512]],
    ["stall one control request of the kind asked for", "control stall", [PIPE, 18]],
    ["are busy for another configuration while claimed", "configure while claimed", BUSY],
    ["show the other configuration in sysfs", "configuration", ["2\n", true]],
    ["lack the endpoints of a configuration not selected", "endpoint of the other configuration", IO],
    ["are busy for another file while claimed", "claim by another file", "EBUSY"],
    ["give up and take back the kernel's driver", "driver", [[true, "usbhid"], BUSY, [false, false], true]],
    ["outlive a reset", "reset", null],
    ["end what is pending when unplugged", "unplug", [NO_DEVICE, NO_DEVICE]],
    ["leave /dev and /sys when unplugged", "gone", [false, false]],
    ["come back under a new address", "replugged", 4],
  ];
  for (const [name, what, value] of expected) it(name, () => expect(seen[what]).toEqual(value));

  it("answer late when told so", () => {
    expect(seen.delay).toBeGreaterThanOrEqual(0.04);
    expect(seen.delay).toBeLessThan(0.4);
  });
});

describe.skipIf(!busIsPossible)("hotplug", () => {
  it("reaches libusb's callbacks and changes its list", async () => {
    const { stdout } = await bus(["--", "/usr/bin/python3", path("test/programs/hotplug.py")]);
    const events = [
      ["left", 2],
      ["arrived", 4],
    ];
    expect(JSON.parse(stdout)).toEqual({ events, counts: [3, 2, 3] });
  });
});

describe.skipIf(!busIsPossible)("permissions", () => {
  const open = `setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'exec 3<>/dev/bus/usb/001/002'`;

  it("keep other users from writing to a node of mode 0664", async () => {
    expect((await bus(["--", "sh", "-c", open])).status).not.toBe(0);
  });

  it("change with chmod", async () => {
    expect((await bus(["--", "sh", "-c", `chmod 666 /dev/bus/usb/001/002; ${open}`])).status).toBe(0);
  });
});
