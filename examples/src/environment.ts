// The environment decides, as it does for C programs. Variables that a program sets itself count as well.
import { findAll, getBackend } from "@tsusb/core";

// Which backends are tried, in order.
process.env.TSUSB_BACKEND = "libusb1";
// How much libusb tells: 1 errors, 2 warnings, 3 information, 4 everything. It tells it on stderr.
process.env.LIBUSB_DEBUG = "3";

const backend = await getBackend();
console.log(`${backend.name} from ${backend.libraryPath}`);
console.log(`${(await findAll({ backend })).length} devices`);
await backend.close();
