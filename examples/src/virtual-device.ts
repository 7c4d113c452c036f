// A device written in TypeScript: what tests of your own program can run against, without hardware.
import { getBackend, VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { find } from "@tsusb/core";

/** The program under test: switches a lamp, and tells whether it is on. */
async function switchLamp(
  device: NonNullable<Awaited<ReturnType<typeof find>>>,
  on: boolean,
): Promise<boolean> {
  await device.ctrlTransfer(0x40, 0x01, on ? 1 : 0);
  const [state] = await device.ctrlTransfer(0xc0, 0x02, 0, 0, 1);
  return state === 1;
}

let isOn = false;
const bus = new VirtualBus();
bus.plug(
  new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0003,
    product: "Lamp",
    endpoints: [],
    control: ({ bRequest, wValue }) => {
      if (bRequest === 0x02) return Uint8Array.of(isOn ? 1 : 0);
      if (bRequest !== 0x01) return "stall";
      isOn = wValue === 1;
      return undefined;
    },
  }),
);

const backend = await getBackend({ bus });
const lamp = await find({ backend, product: "Lamp" });
if (lamp === undefined) throw new Error("the lamp is not on its bus");
console.log(`switched on: ${await switchLamp(lamp, true)}`);
console.log(`switched off: ${!(await switchLamp(lamp, false))}`);
await backend.close();
