import { getBackend, type LibUsb1Backend } from "@tsusb/backend-libusb1";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildForwardingLibrary } from "./forwarding/build.mjs";

// What libusb 1.0.27 and 1.0.30 added, put together from what the system's release has: libusb_init_context, which
// logs before it says which context it made, and libusb_get_device_string. The bus numbers are wrong, so that sysfs
// does not tell anything first, as on systems that have none.
const OVERRIDES = `
#include <string.h>
typedef void (*log_callback)(void *context, int level, const char *text);
struct option { int option; union { int ival; log_callback log; } value; };
int libusb_init_context(void **context, const struct option *options, int count) {
  int status = ((int (*)(void **))find("libusb_init"))(context);
  for (int i = 0; status == 0 && i < count; ++i) {
    if (options[i].option == 0) ((int (*)(void *, int, ...))find("libusb_set_option"))(*context, 0, options[i].value.ival);
    if (options[i].option != 3) continue;
    options[i].value.log(*context, 3, "libusb_init_context was here\\n");
    ((void (*)(void *, log_callback, int))find("libusb_set_log_cb"))(*context, options[i].value.log, 2);
  }
  return status;
}
int libusb_init(void **context) { (void)context; return -99; }
unsigned char libusb_get_bus_number(void *device) {
  return ((unsigned char (*)(void *))find("libusb_get_bus_number"))(device) + 100;
}
int libusb_get_device_string(void *device, int which, char *text, int size) {
  static const char *const names[] = {"manufacturer", "product", "serial"};
  unsigned char ports[7];
  char path[256];
  int bus = ((unsigned char (*)(void *))find("libusb_get_bus_number"))(device);
  int count = ((int (*)(void *, unsigned char *, int))find("libusb_get_port_numbers"))(device, ports, 7);
  int at = snprintf(path, sizeof path, count > 0 ? "/sys/bus/usb/devices/%d" : "/sys/bus/usb/devices/usb%d", bus);
  for (int i = 0; i < count; ++i) at += snprintf(path + at, sizeof path - at, i == 0 ? "-%d" : ".%d", ports[i]);
  snprintf(path + at, sizeof path - at, "/%s", names[which]);
  FILE *file = fopen(path, "r");
  if (file == NULL) return -5;
  int read = fgets(text, size, file) != NULL;
  fclose(file);
  if (read) text[strcspn(text, "\\n")] = 0;
  return read ? (int)strlen(text) : -1;
}`;

describe("a libusb as new as 1.0.30", () => {
  const lines: string[] = [];
  let backend: LibUsb1Backend;

  beforeAll(async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", { name: "newer", overrides: OVERRIDES });
    backend = await getBackend({ libraryPath, logLevel: 3, onLog: (line) => lines.push(line) });
  });

  afterAll(() => backend.close());

  it("is initialised by libusb_init_context, whose log is not lost", () => {
    expect(lines).toContain("libusb_init_context was here");
  });

  it("says by its manifest that strings are known without opening", () => {
    expect(backend.supports.stringsWithoutOpening).toBe(true);
  });

  it("gives strings without opening and without sysfs", async () => {
    const devices = await backend.enumerateDevices();
    const played = devices.find(({ product }) => product === "Played Device");
    expect(played).toMatchObject({ idVendor: 0x1209, sysfs: undefined, configurations: undefined });
    expect(played?.serialNumber).toEqual(expect.any(String));
  });

  it("moves data, and rebuilds descriptors that sysfs does not have", async () => {
    const devices = await backend.enumerateDevices();
    const played = devices.find(({ product }) => product === "Played Device");
    if (played === undefined) throw new Error("the played device is not listed");
    const configuration = await backend.getConfigurationDescriptor(played, 0);
    expect(configuration.length).toBe((configuration[2] ?? 0) | ((configuration[3] ?? 0) << 8));
    const handle = await backend.openDevice(played);
    await backend.claimInterface(handle, 2);
    const read = { type: "bulk", endpoint: 0x84, length: 512, timeout: 1000 } as const;
    expect(await backend.submit(handle, read).done).toMatchObject({ status: "completed", length: 512 });
    await backend.closeDevice(handle);
  });
});
