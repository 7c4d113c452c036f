// isochronous-server: exports a device with isochronous endpoints from a thread of its own; messages say what they do.
import { VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { serveCalls } from "./serve-calls.mjs";

const SOURCE = 0x81;
const SINK = 0x01;
const PACKET_SIZE = 192;

let packets = [].values();
const received = [];

const endpoints = [
  // More than a packet is what no host takes.
  endpoint(SOURCE, {
    provide: () => {
      const packet = packets.next().value;
      if (packet === "error") return "stall";
      return packet === "overflow" ? new Uint8Array(PACKET_SIZE + 1).fill(0xee) : packet;
    },
  }),
  endpoint(SINK, {
    receive: (data) => {
      received.push(data);
    },
  }),
];

const bus = new VirtualBus();
const device = bus.plug(
  new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0005,
    product: "Planned Packets",
    configurations: [{ interfaces: [{ alternates: [{}, { endpoints }] }] }],
  }),
);

await serveCalls(bus, {
  /** What is sent, packet by packet: bytes, or the name of what goes wrong. */
  send: (plan) => {
    packets = plan.values();
  },
  /** What befalls the packets that come: nothing, or the name of what goes wrong. */
  suffer: (faults) => device.inject(SINK, ...faults),
  received: () => received.splice(0),
});

function endpoint(bEndpointAddress, logic) {
  return { bEndpointAddress, type: "isochronous", wMaxPacketSize: PACKET_SIZE, bInterval: 1, ...logic };
}
