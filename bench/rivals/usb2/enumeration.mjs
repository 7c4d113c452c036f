// npm's usb 2: getDeviceList(), which is synchronous and gives descriptors with it. Importing it starts libusb.
import { timesOf } from "../listing.mjs";
import { answer, VENDOR } from "../solo.mjs";

const isOurs = ({ deviceDescriptor }) => deviceDescriptor.idVendor === VENDOR;
answer(
  await timesOf(async () => {
    const { getDeviceList } = await import("usb2");
    return () => getDeviceList().filter(isOurs).length;
  }),
);
