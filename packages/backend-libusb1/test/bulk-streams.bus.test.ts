import { getBackend, type LibUsb1Backend, type LibUsb1Handle } from "@tsusb/backend-libusb1";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildForwardingLibrary } from "./forwarding/build.mjs";

/**
 * The played bus has no SuperSpeed host controller that would have streams: this library answers such transfers by itself.
 * A read gives its stream's id as its first two bytes.
 */
const STREAMS = `
struct transfer { void *handle; unsigned char flags, endpoint, type; unsigned timeout; int status, length, actual;
                  void (*callback)(struct transfer *); void *user; unsigned char *buffer; };
static unsigned id_of_next;
int libusb_alloc_streams(void *handle, unsigned count, unsigned char *endpoints, int endpoint_count) {
  (void)handle;
  for (int i = 0; i < endpoint_count; i++) if (endpoints[i] != 0x84 && endpoints[i] != 0x04) return -2;
  return count > 16 ? 16 : (int)count;
}
int libusb_free_streams(void *handle, unsigned char *endpoints, int count) {
  (void)handle;
  return count == 2 && endpoints[0] == 0x84 && endpoints[1] == 0x04 ? 0 : -5;
}
void libusb_transfer_set_stream_id(struct transfer *t, unsigned id) { (void)t; id_of_next = id; }
int libusb_submit_transfer(struct transfer *t) {
  if (t->type != 4) return ((int (*)(struct transfer *))find("libusb_submit_transfer"))(t);
  t->buffer[0] = id_of_next & 0xff;
  t->buffer[1] = id_of_next >> 8;
  t->actual = 2;
  t->status = 0;
  t->callback(t);
  return 0;
}`;

let backend: LibUsb1Backend;
let handle: LibUsb1Handle;

beforeEach(async () => {
  const libraryPath = buildForwardingLibrary("1.0.26", { name: "bulk-streams", overrides: STREAMS });
  backend = await getBackend({ libraryPath });
  const device = (await backend.enumerateDevices()).find(({ product }) => product === "Played Device");
  if (device === undefined) throw new Error("the played device is not on the bus; run this by `npm run bus`");
  handle = await backend.openDevice(device);
  await backend.claimInterface(handle, 2);
});

afterEach(() => backend.close());

describe("bulk streams", () => {
  it("are set up and given back, and their transfers carry their ids", async () => {
    expect(await backend.allocStreams(handle, 100, [0x84, 0x04])).toBe(16);
    const request = { type: "bulk", endpoint: 0x84, length: 512, timeout: 1000 } as const;
    for (const streamId of [1, 16, 0x1234]) {
      const { data } = await backend.submit(handle, { ...request, streamId }).done;
      expect([...(data ?? [])]).toEqual([streamId & 0xff, streamId >> 8]);
    }
    await backend.freeStreams(handle, [0x84, 0x04]);
    // Without an id it is an ordinary transfer, whatever its slot was used for before.
    expect((await backend.submit(handle, request).done).length).toBe(512);
  });

  it("reject with what libusb says of an endpoint without them", async () => {
    await expect(backend.allocStreams(handle, 1, [0x85])).rejects.toMatchObject({ code: "EINVAL" });
    await expect(backend.freeStreams(handle, [0x84])).rejects.toMatchObject({ code: "ENOENT" });
  });
});
