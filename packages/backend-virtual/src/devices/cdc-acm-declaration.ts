import { CLASS_COMM, CLASS_DATA, CLASS_MISCELLANEOUS } from "@tsusb/core/backend";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import type { CdcAcmPortOptions } from "./cdc-acm-port.js";
import { COMMUNICATION, type PortState } from "./cdc-acm-state.js";

const DATA = 1;
const FROM_HOST = 0x01;
const TO_HOST = 0x81;
/** `bEndpointAddress` of the notifications. */
export const NOTIFICATIONS = 0x82;

// Source: USB CDC 1.2, Tables 4 and 5.
const ABSTRACT_CONTROL_MODEL = 2;
const AT_COMMANDS = 1;

/** Functional descriptors. Source: USB CDC 1.2 §5.2.3; USB CDC PSTN 1.2 §5.3.1, §5.3.2. */
const FUNCTIONAL = [
  // Header: CDC 1.10.
  Uint8Array.of(5, 0x24, 0x00, 0x10, 0x01),
  // Call management: none.
  Uint8Array.of(5, 0x24, 0x01, 0x00, DATA),
  // Abstract control management: line coding, line state and SERIAL_STATE; breaks.
  Uint8Array.of(4, 0x24, 0x02, 0x06),
  // Union: the data interface belongs to the communication interface.
  Uint8Array.of(5, 0x24, 0x06, COMMUNICATION, DATA),
];

/** Declares a serial port. Source: USB CDC PSTN 1.2 §3.6.2. */
export function portDeclaration(options: CdcAcmPortOptions, state: PortState): DeviceDeclaration {
  const { idVendor = 0x1209, idProduct = 0x0007, serialNumber = "P0001", echo = false } = options;
  return {
    idVendor,
    idProduct,
    manufacturer: "tsusb",
    product: "Virtual Serial Port",
    serialNumber,
    // Source: USB-IF, "Interface Association Descriptor Device Class Code".
    bDeviceClass: CLASS_MISCELLANEOUS,
    bDeviceSubClass: 2,
    bDeviceProtocol: 1,
    onReset: () => state.reset(),
    control: (setup, data) => state.answer(setup, data),
    configurations: [
      {
        associations: [
          {
            bFirstInterface: COMMUNICATION,
            bInterfaceCount: 2,
            bFunctionClass: CLASS_COMM,
            bFunctionSubClass: ABSTRACT_CONTROL_MODEL,
            bFunctionProtocol: AT_COMMANDS,
          },
        ],
        interfaces: [
          {
            alternates: [
              {
                bInterfaceClass: CLASS_COMM,
                bInterfaceSubClass: ABSTRACT_CONTROL_MODEL,
                bInterfaceProtocol: AT_COMMANDS,
                extraDescriptors: FUNCTIONAL,
                endpoints: [
                  // 16 ms at high speed, in microframes.
                  { bEndpointAddress: NOTIFICATIONS, type: "interrupt", wMaxPacketSize: 16, bInterval: 8 },
                ],
              },
            ],
          },
          {
            alternates: [
              {
                bInterfaceClass: CLASS_DATA,
                endpoints: [
                  {
                    bEndpointAddress: FROM_HOST,
                    ...(echo ? { echo } : { receive: state.incoming.writable }),
                  },
                  { bEndpointAddress: TO_HOST, zeroPacket: true, provide: () => state.take() },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
