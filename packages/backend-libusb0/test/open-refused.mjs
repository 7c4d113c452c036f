// Opens the played device as whoever runs it and prints the error. Run by refused.bus.test.ts as nobody.
import { getBackend } from "@tsusb/backend-libusb0";
import { find } from "@tsusb/core";

const backend = await getBackend();
const device = await find({ idVendor: 0x1209, idProduct: 0x0001, backend });
try {
  await device.open();
  console.log(JSON.stringify({ opened: true }));
} catch (error) {
  const { code, errno, backendErrorCode, hint } = error;
  console.log(JSON.stringify({ code, errno, backendErrorCode, hint }));
}
await backend.close();
