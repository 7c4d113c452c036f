// tsusb lists through a backend that stays open; the first listing loads the library and starts it.
import { timesOf } from "../listing.mjs";
import { answer, VENDOR } from "../solo.mjs";

answer(
  await timesOf(async () => {
    await import("@tsusb/backend-libusb1");
    const { findAll } = await import("@tsusb/core");
    return async () => (await findAll({ idVendor: VENDOR })).length;
  }),
);
