import type { Device, Endpoint } from "@tsusb/core";

/** An endpoint of the first configuration, in whichever setting has it first. */
export function endpointOf(device: Device, address: number): Endpoint {
  const endpoints = device.configurations[0]?.interfaces.flatMap((each) => each.endpoints);
  const found = endpoints?.find(({ bEndpointAddress }) => bEndpointAddress === address);
  if (found === undefined) throw new Error(`the device has no endpoint 0x${address.toString(16)}`);
  return found;
}
