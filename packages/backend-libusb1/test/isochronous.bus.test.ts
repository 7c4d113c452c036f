import { getBackend, type LibUsb1Backend, type LibUsb1Handle } from "@tsusb/backend-libusb1";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildForwardingLibrary } from "./forwarding/build.mjs";

/**
 * A library that says of a packet what no kernel says: it answers isochronous transfers by itself, at once. Packets are
 * full but every second one, which is half of that, and the last, which fails and is longer than itself. What it sends
 * it keeps to send back. From 0x82 it says that the device is gone, and nothing of packets.
 */
const PACKETS = `
#include <string.h>
struct packet { unsigned length, actual; int status; };
struct transfer { void *handle; unsigned char flags, endpoint, type; unsigned timeout; int status, length, actual;
                  void (*callback)(struct transfer *); void *user; unsigned char *buffer; int count;
                  struct packet packets[]; };
static unsigned char kept[65536];
int libusb_submit_transfer(struct transfer *t) {
  if (t->type != 1) return ((int (*)(struct transfer *))find("libusb_submit_transfer"))(t);
  if (t->endpoint == 0x82) { t->status = 5; t->callback(t); return 0; }
  if (t->endpoint & 0x80) memcpy(t->buffer, kept, t->length);
  else memcpy(kept, t->buffer, t->length);
  for (int i = 0; i < t->count; i++) {
    t->packets[i].actual = i % 2 ? t->packets[i].length / 2 : t->packets[i].length;
    t->packets[i].status = 0;
  }
  t->packets[t->count - 1].actual = 1 << 30;
  t->packets[t->count - 1].status = 1;
  t->status = 0;
  t->callback(t);
  return 0;
}`;

const packetLengths = [1024, 512, 3, 1024];
const total = 2563;
const bytes = Uint8Array.from({ length: total }, (_, index) => index % 251);
const request = { type: "isochronous", packetLengths, timeout: 1000 } as const;

let backend: LibUsb1Backend;
let handle: LibUsb1Handle;

beforeAll(async () => {
  const libraryPath = buildForwardingLibrary("1.0.26", { name: "isochronous", overrides: PACKETS });
  backend = await getBackend({ libraryPath });
  const device = (await backend.enumerateDevices()).find(({ product }) => product === "Played Device");
  if (device === undefined) throw new Error("the played device is not on the bus; run this by `npm run bus`");
  handle = await backend.openDevice(device);
});

afterAll(() => backend.close());

const packets = [
  { status: "completed", offset: 0, length: 1024 },
  { status: "completed", offset: 1024, length: 256 },
  { status: "completed", offset: 1536, length: 3 },
  // What the library says of it would reach beyond the packet.
  { status: "error", offset: 1539, length: 1024 },
];

it("sends packets and tells of each its status and length", async () => {
  const result = await backend.submit(handle, { ...request, endpoint: 0x01, data: bytes }).done;
  expect(result).toEqual({ status: "completed", length: 2307, packets });
});

it("gives the bytes of each packet where it says, and holes behind short ones", async () => {
  const { data, ...result } = await backend.submit(handle, { ...request, endpoint: 0x81, length: total })
    .done;
  expect(result).toEqual({ status: "completed", length: 2307, packets });
  const expected = Uint8Array.from(bytes);
  expected.fill(0, 1024 + 256, 1536);
  expect(data).toEqual(expected);
});

it("leaves the holes of the caller's buffer as they were", async () => {
  const into = new Uint8Array(total).fill(0xee);
  const { data } = await backend.submit(handle, { ...request, endpoint: 0x81, into }).done;
  expect(data).toBeUndefined();
  const expected = Uint8Array.from(bytes);
  expected.fill(0xee, 1024 + 256, 1536);
  expect(into).toEqual(expected);
});

it("uses a slot again for other packets", async () => {
  for (const count of [1, 2, 3, 5, 8, 1]) {
    const lengths = Array.from({ length: count }, () => 8);
    const each = { ...request, endpoint: 0x81, length: 8 * count, packetLengths: lengths };
    const result = await backend.submit(handle, each).done;
    expect(result.packets?.map(({ status }) => status)).toEqual(
      [...lengths.fill(0).keys()].map((index) => (index === count - 1 ? "error" : "completed")),
    );
  }
});

it("has no packets of the slot's last transfer when libusb says nothing of any", async () => {
  const lengths = Array.from({ length: 8 }, () => 8);
  const each = { ...request, length: 64, packetLengths: lengths };
  await backend.submit(handle, { ...each, endpoint: 0x81 }).done;
  const result = await backend.submit(handle, { ...each, endpoint: 0x82 }).done;
  expect(result).toMatchObject({ status: "noDevice", length: 0 });
  expect(result.packets).toEqual(
    lengths.map((_, index) => ({ status: "error", offset: 8 * index, length: 0 })),
  );
});
