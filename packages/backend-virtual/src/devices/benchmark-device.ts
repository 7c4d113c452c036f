import { echoTo } from "../behaviour/logic.js";
import type { AlternateDeclaration } from "../declaration/configuration.js";
import type { ControlHandler } from "../declaration/control.js";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import type { EndpointDeclaration } from "../declaration/endpoint.js";
import { VirtualDevice } from "../device.js";

// Vendor requests, to the device or to the interface. Source: pyusb, tests/devinfo.py.
const SET_TEST = 0x0e;
const GET_TEST = 0x0f;
const SET_VENDOR_BUFFER = 0x10;
const GET_VENDOR_BUFFER = 0x11;

// What the endpoints do. Source: pyusb, tests/devinfo.py.
const TEST_PC_READ = 1;
const TEST_PC_WRITE = 2;
const TEST_LOOP = 3;

/** Bytes of the vendor buffer: a packet of an endpoint. */
const VENDOR_BUFFER_SIZE = 64;

/** What {@link benchmarkDevice} lets one change. */
export type BenchmarkDeviceOptions = Pick<DeviceDeclaration, "serialNumber">;

/**
 * PyUSB's reference device, 04d8:fa2e: the full-speed "Benchmark Device" on which its own tests run, in its loop mode.
 *
 * Interface 0 has three alternate settings, each a loopback: 0 bulk (OUT 0x01, IN 0x81, packets of 16 bytes), 1 interrupt
 * (0x02, 0x82, 64 bytes), 2 isochronous (0x03, 0x83, 64 bytes each millisecond). Vendor requests: OUT 0x10 stores up to
 * 64 bytes, IN 0x11 reads them back; OUT 0x0e sets the test, IN 0x0f tells it: 0 nothing, 1 the IN endpoints send zeros
 * without end, 2 the OUT endpoints take everything, 3 loop. OUT 0x0f sets it too: PyUSB's tests send that.
 *
 * Source: the assertions of pyusb's tests, test_backend.py, test_control.py and test_legacy.py.
 */
export function benchmarkDevice({ serialNumber = "BM001" }: BenchmarkDeviceOptions = {}): VirtualDevice {
  const state: BenchmarkState = { test: TEST_LOOP, buffer: new Uint8Array(VENDOR_BUFFER_SIZE) };
  return new VirtualDevice({
    speed: "full",
    bMaxPacketSize0: 8,
    idVendor: 0x04d8,
    idProduct: 0xfa2e,
    bcdDevice: 0x0001,
    manufacturer: "Travis Robinson",
    product: "Benchmark Device",
    serialNumber,
    control: vendorRequests(state),
    configurations: [
      {
        bmAttributes: 0xc0,
        bMaxPower: 50,
        interfaces: [
          {
            alternates: [
              testPair(state, 1, { type: "bulk", wMaxPacketSize: 16 }),
              testPair(state, 2, { type: "interrupt", wMaxPacketSize: 64, bInterval: 1 }),
              testPair(state, 3, { type: "isochronous", wMaxPacketSize: 64, bInterval: 1 }),
            ],
          },
        ],
      },
    ],
  });
}

interface BenchmarkState {
  test: number;
  readonly buffer: Uint8Array;
}

/** An alternate setting of class 0 whose two endpoints run the test. */
function testPair(
  state: BenchmarkState,
  number: number,
  kind: Pick<EndpointDeclaration, "type" | "wMaxPacketSize" | "bInterval">,
): AlternateDeclaration {
  const bEndpointAddress = 0x80 | number;
  const echo = echoTo(bEndpointAddress);
  return {
    bInterfaceClass: 0,
    endpoints: [
      {
        ...kind,
        bEndpointAddress: number,
        receive: (data, device) => {
          if (state.test === TEST_LOOP) return echo.receive?.(data, device);
          return state.test === TEST_PC_WRITE ? data.byteLength : 0;
        },
      },
      {
        ...kind,
        bEndpointAddress,
        provide: (length) => (state.test === TEST_PC_READ ? new Uint8Array(length) : undefined),
      },
    ],
  };
}

function vendorRequests(state: BenchmarkState): ControlHandler {
  return ({ bmRequestType, bRequest, wValue, wLength }, data) => {
    switch (((bmRequestType & 0xfe) << 8) | bRequest) {
      case (0x40 << 8) | SET_TEST:
      case (0x40 << 8) | GET_TEST:
        if (wValue > TEST_LOOP || wLength > 0) return "stall";
        state.test = wValue;
        return undefined;
      case (0xc0 << 8) | GET_TEST:
        return Uint8Array.of(state.test);
      case (0x40 << 8) | SET_VENDOR_BUFFER:
        if (wLength > VENDOR_BUFFER_SIZE) return "stall";
        state.buffer.set(data);
        return undefined;
      case (0xc0 << 8) | GET_VENDOR_BUFFER:
        return state.buffer;
      default:
        return "stall";
    }
  };
}
