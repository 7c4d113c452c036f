// A backend of your choice, with a library of your choice; core searches for nothing.
import { getBackend } from "@tsusb/backend-libusb1";
import { findAll, NoBackendError } from "@tsusb/core";

try {
  const backend = await getBackend({
    // Asked for each name under which systems have libusb; undefined goes on with the known places.
    findLibrary: (candidate) => (candidate === "libusb-1.0.so.0" ? process.env.MY_LIBUSB : undefined),
  });
  console.log(`${backend.name} ${backend.version} from ${backend.libraryPath}`);
  for (const device of await findAll({ backend })) {
    const ids = [device.idVendor, device.idProduct].map((id) => id.toString(16).padStart(4, "0"));
    console.log(`bus ${device.bus} address ${device.address}: ${ids.join(":")} ${device.product ?? ""}`);
  }
  await backend.close();
} catch (error) {
  if (!(error instanceof NoBackendError)) throw error;
  // The message says what was tried and what to do; `attempts` has the same as data.
  console.error(error.message);
  process.exitCode = 1;
}
