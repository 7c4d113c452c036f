// A worker with a read that nothing ends. Run by lies.test.ts, with the library as its data.
import { parentPort, workerData } from "node:worker_threads";
import { getBackend } from "@tsusb/backend-libusb0";

const backend = await getBackend({ libraryPath: workerData });
const [device] = await backend.enumerateDevices();
const handle = await backend.openDevice(device);
await backend.claimInterface(handle, 2);
void backend.submit(handle, { type: "bulk", endpoint: 0x85, length: 512, timeout: 0 });
parentPort.postMessage("reading");
