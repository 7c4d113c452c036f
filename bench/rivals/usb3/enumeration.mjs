// npm's usb 3: getDevices(), whose default object allows every device.
import { timesOf } from "../listing.mjs";
import { answer, VENDOR } from "../solo.mjs";

const isOurs = ({ vendorId }) => vendorId === VENDOR;
answer(
  await timesOf(async () => {
    const { usb } = await import("usb3");
    return async () => (await usb.getDevices()).filter(isOurs).length;
  }),
);
