import { CLASS_HID, DESC_TYPE_HID, DESC_TYPE_REPORT } from "@tsusb/core/backend";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import type { HidKeyboardOptions } from "./hid-keyboard.js";
import { answerKeyboardRequest, type KeyboardState, REPORT_SIZE, REPORTS } from "./hid-keyboard-state.js";

/** The boot keyboard's report descriptor. Source: HID 1.11, Appendix B.1. */
// biome-ignore format: one line an item of the collection, as HID 1.11 prints it
const REPORT_DESCRIPTOR = Uint8Array.of(
  0x05, 0x01, 0x09, 0x06, 0xa1, 0x01,
  0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
  0x95, 0x01, 0x75, 0x08, 0x81, 0x01,
  0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,
  0x95, 0x01, 0x75, 0x03, 0x91, 0x01,
  0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,
  0xc0,
);

/** Source: HID 1.11 §6.2.1: release 1.11, no country, one report descriptor. */
const HID_DESCRIPTOR = Uint8Array.of(
  ...[9, DESC_TYPE_HID, 0x11, 0x01, 0, 1, DESC_TYPE_REPORT],
  ...[REPORT_DESCRIPTOR.length & 0xff, REPORT_DESCRIPTOR.length >> 8],
);

/** Declares a boot keyboard. Source: HID 1.11, Appendix B.1 and E. */
export function keyboardDeclaration(options: HidKeyboardOptions, state: KeyboardState): DeviceDeclaration {
  const { idVendor = 0x1209, idProduct = 0x0006, serialNumber = "K0001", speed = "full" } = options;
  return {
    idVendor,
    idProduct,
    speed,
    manufacturer: "tsusb",
    product: "Virtual Keyboard",
    serialNumber,
    onReset: (device) => state.reset(device),
    control: (setup, data, device) => answerKeyboardRequest(state, setup, data, device),
    configurations: [
      {
        bmAttributes: 0xa0,
        interfaces: [
          {
            alternates: [
              {
                bInterfaceClass: CLASS_HID,
                // Source: HID 1.11 §4.2, §4.3: boot interface, keyboard.
                bInterfaceSubClass: 1,
                bInterfaceProtocol: 1,
                extraDescriptors: [HID_DESCRIPTOR],
                classDescriptors: { [DESC_TYPE_REPORT]: REPORT_DESCRIPTOR },
                endpoints: [
                  {
                    bEndpointAddress: REPORTS,
                    type: "interrupt",
                    wMaxPacketSize: REPORT_SIZE,
                    // 8 ms, counted in microframes from high speed on.
                    bInterval: speed === "high" || speed === "super" ? 7 : 8,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
