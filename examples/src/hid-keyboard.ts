// Reads the reports of a keyboard, with the system's driver taken off meanwhile: what is typed goes here and nowhere else.
import { type Endpoint, find, type Interface, USBTimeoutError } from "@tsusb/core";

// Class, subclass and protocol of a boot keyboard. Source: HID 1.11, §4.1 to §4.3.
const BOOT_KEYBOARD = { bInterfaceClass: 3, bInterfaceSubClass: 1, bInterfaceProtocol: 1 };
const IDLE_LIMIT = 2000;

const keyboard = await find(BOOT_KEYBOARD);
if (keyboard === undefined) throw new Error("there is no keyboard");
await keyboard.open({ autoDetachKernelDriver: true });
const endpoint = reportEndpoint([...keyboard.configurations].flatMap((each) => each.interfaces));
console.log(`${keyboard.product}: press keys; ends after ${IDLE_LIMIT / 1000} s without one`);
try {
  for (;;) {
    // A report is one byte of modifiers, one reserved, up to six key codes. Source: HID 1.11, appendix B.1.
    const [modifiers = 0, , ...keys] = await endpoint.read(endpoint.packetSize, IDLE_LIMIT);
    const pressed = keys.filter((key) => key !== 0).map((key) => `0x${key.toString(16)}`);
    console.log(`modifiers 0x${modifiers.toString(16)}, keys ${pressed.join(" ") || "none"}`);
  }
} catch (error) {
  if (!(error instanceof USBTimeoutError)) throw error;
  console.log("no more keys");
} finally {
  // Gives the interface and the driver back.
  await keyboard.close();
}

function reportEndpoint(interfaces: readonly Interface[]): Endpoint {
  const found = interfaces
    .filter((each) => each.bInterfaceClass === 3 && each.bInterfaceProtocol === 1)
    .flatMap((each) => each.endpoints)
    .find((each) => each.direction === "in" && each.type === "interrupt");
  if (found === undefined) throw new Error("the keyboard has no endpoint for reports");
  return found;
}
