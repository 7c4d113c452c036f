// Opens the played device while more files are open than select() has room for, and again when they are closed. Run by
// refused.bus.test.ts.
import { closeSync, openSync } from "node:fs";
import { getBackend } from "@tsusb/backend-libusb0";

/** Source: sys/select.h of glibc and musl, FD_SETSIZE. */
const FD_SETSIZE = 1024;

const backend = await getBackend();
const device = (await backend.enumerateDevices()).find(({ product }) => product === "Played Device");
const files = Array.from({ length: FD_SETSIZE + 8 }, () => openSync("/dev/null", "r"));
const { code, backendErrorCode } = await backend.openDevice(device).catch((error) => error);
for (const file of files) closeSync(file);
const handle = await backend.openDevice(device);
await backend.claimInterface(handle, 2);
const request = { type: "bulk", endpoint: 0x84, length: 512, timeout: 1000 };
const { length } = await backend.submit(handle, request).done;
console.log(JSON.stringify({ code, backendErrorCode, later: length }));
await backend.close();
