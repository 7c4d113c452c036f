// Closes a device with 100 reads pending and then does nothing: the process must end. Run by pending.bus.test.ts.
import { getBackend } from "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";

const device = await find({ idVendor: 0x1209, idProduct: 0x0001, backend: await getBackend() });
await device.open();
const settling = Promise.allSettled(Array.from({ length: 100 }, () => device.read(0x85, 512, 0)));
await device.ctrlTransfer(0x80, 0x06, 0x0100, 0, 18);
await device.close();
console.log(`${(await settling).length} settled`);
