// The shortest way: core chooses the backend, the first one that works of libusb 1.0, libusb 0.1 and OpenUSB.
import { find } from "@tsusb/core";

const device = await find({ idVendor: 0x1209, idProduct: 0x0001 });
if (device === undefined) throw new Error("the device is not plugged in");
console.log(`${device.product} by backend ${device.backend.name}`);

// Opens the device and claims interface 0, to which both endpoints belong.
await device.setConfiguration(1);
const sent = Uint8Array.from({ length: 1024 }, (_, index) => index & 0xff);
const written = await device.write(0x01, sent);
const received = await device.read(0x81, 1024);
console.log(
  `${written} bytes out, ${received.length} bytes in, equal: ${Buffer.compare(sent, received) === 0}`,
);

await device.close();
