import { beforeAll, describe, expect, it } from "vitest";
import { plannedLength } from "../isochronous-plan.js";
import { bus, busIsPossible, path } from "./run.js";

// Linux's numbers. Source: asm-generic/errno-base.h and errno.h.
const ENOENT = 2;
const EXDEV = 18;
const EPROTO = 71;
const EOVERFLOW = 75;
const EILSEQ = 84;
const ESHUTDOWN = 108;

const untouched = [0, EXDEV];
/** Length and status of each, the status left out where it is 0. */
const packets = (...ends: readonly (number | readonly number[])[]) =>
  ends.map((end) => (typeof end === "number" ? [end, 0] : end));
/** As the device's description has it. */
const random = { seed: 1, short: 30, empty: 10, failed: 5 };
const first = [0, 1, 2].map((frame) => plannedLength(random, 192, frame) ?? 0);

describe.skipIf(!busIsPossible)("isochronous URBs, by usbfs's own ioctls", () => {
  let seen: Record<string, unknown> = {};
  beforeAll(async () => {
    const program = path("test/programs/isochronous.py");
    const outcome = await bus([
      "--devices",
      path("devices/isochronous.json"),
      "--",
      "/usr/bin/python3",
      program,
    ]);
    expect(outcome.stderr).toBe("");
    seen = JSON.parse(outcome.stdout) as Record<string, unknown>;
  });

  // Whether it was reaped, its status, its bytes, its failed packets, and of each packet length and status.
  const expected: readonly (readonly [name: string, what: string, value: unknown])[] = [
    [
      "are refused as the kernel refuses them",
      "refused",
      {
        "no packet": "EINVAL",
        "129 packets": "EINVAL",
        "98305 bytes": "EINVAL",
        "more than the endpoint takes": "EMSGSIZE",
        "more than three times 1024": "EMSGSIZE",
        "no memory to read": "EFAULT",
        "unknown flag": "EINVAL",
        "no such endpoint": "ENOENT",
        "type bulk": "EINVAL",
        "type interrupt": "EINVAL",
        "flag of isochronous on bulk": "EINVAL",
      },
    ],
    ["are not queued when they are refused", "nothing queued", 0],
    ["are refused when usbfs's memory is used up", "memory", 3],
    ["do not end before the frame of their last packet", "early", false],
    [
      "tell of each packet its length and status, and count those that failed",
      "known",
      [true, 0, 265, 3, packets(64, 10, [0, EPROTO], 0, 63, [0, EXDEV], [64, EOVERFLOW], 64)],
    ],
    ["put the bytes of a packet where it is, and zeros behind", "holes are zeros", true],
    ["hold whole packets", "whole packet", true],
    [
      "leave the client's memory alone if nothing came",
      "nothing came",
      [[true, 0, 0, 0, packets(0, 0)], true],
    ],
    [
      "take the length of the buffer from the packets, and start when they can",
      "length and start are not asked for",
      [true, 0, 74, 0, packets(64, 10)],
    ],
    ["go out packet by packet", "sent", [true, 0, 264, 0, packets(3, 0, 256, 5)]],
    [
      "come back as they went, and empty when there is no more",
      "back",
      [true, 0, 264, 0, packets(3, 0, 256, 5, 0)],
    ],
    ["bring back the bytes that were sent", "bytes back", true],
    [
      "leave frames unused when none is queued, which are counted",
      "missed",
      [true, { packets: 5, failed: 0, missed: 8 }],
    ],
    [
      "tell what was done when they are discarded, and cannot be discarded twice",
      "discard",
      [0, [true, ENOENT, 6144, 0, packets(3072, 3072, untouched, untouched)], "EINVAL"],
    ],
    ["move up when one before them is discarded", "after discard", [[true, 0, 6144], 27]],
    [
      "end with what they have when an alternate setting is selected",
      "alternate setting",
      [0, [true, ENOENT, 100, 1, packets([100, EOVERFLOW], untouched, untouched)]],
    ],
    ["begin at frame 0 in an alternate setting", "counts anew", [[true, 0, 3072], 0]],
    ["find no endpoint in a setting without", "not in setting 0", "ENOENT"],
    [
      "end with what they have when the device is reset",
      "reset",
      [0, [true, ENOENT, 64, 0, packets(64, untouched, untouched)]],
    ],
    [
      "follow a list of lengths from packet to packet",
      "audio",
      [176, 176, 176, 176, 176, 176, 176, 176, 176, 180, 176, 176],
    ],
    ["are refused at full speed beyond wMaxPacketSize", "full speed refuses", "EMSGSIZE"],
    ["wait for every second frame at bInterval 2", "every second frame", false],
    ["have ended after as many frames as that takes", "six frames", true],
    ["are refused at SuperSpeed beyond what the companion says", "super refuses", "EMSGSIZE"],
    ["move bursts at SuperSpeed", "super", [true, 0, 4096, 0, packets(4096)]],
    [
      "meet faults packet by packet",
      "faults",
      [true, 0, 6251, 4, packets([100, EOVERFLOW], 7, [0, EXDEV], [0, EILSEQ], 3072, [3072, EOVERFLOW])],
    ],
    ["cannot be stalled", "no stall", "such a fault is not for endpoints of this transfer type"],
    [
      "end with what they have when the device is unplugged in the middle",
      "unplug",
      [
        [true, ESHUTDOWN, 6144, 0, packets(3072, 3072, untouched, untouched)],
        [
          true,
          ESHUTDOWN,
          first.reduce((sum, length) => sum + length, 0),
          0,
          [...first.map((length) => [length, 0]), untouched],
        ],
        "ENODEV",
      ],
    ],
  ];
  for (const [name, what, value] of expected) it(name, () => expect(seen[what]).toEqual(value));
});
