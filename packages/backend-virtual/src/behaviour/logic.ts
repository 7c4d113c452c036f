import type { ProvideHandler, ReceiveHandler } from "../declaration/endpoint.js";

/** Bytes that an echo holds before it takes no more; what the kernel's gadget zero has: 32 buffers of 4096. */
const ECHO_CAPACITY = 32 * 4096;

/** OUT: sends back what it receives, message by message. @param endpoint - `bEndpointAddress` of the IN endpoint. */
export function echoTo(endpoint: number): { readonly receive: ReceiveHandler } {
  return {
    receive(data, device) {
      const queued = device.queued(endpoint);
      const room = ECHO_CAPACITY - queued;
      // Whole buffers only, so that no packet becomes a short one that the host did not send.
      const count = data.byteLength <= room ? data.byteLength : Math.max(0, room - (room % 4096));
      if (count > 0 || data.byteLength === 0) device.give(endpoint, data.subarray(0, count));
      return count;
    },
  };
}

/** IN: has zeros for whoever asks, without end. */
export function source(): { readonly provide: ProvideHandler } {
  let zeros = new Uint8Array(0);
  return {
    provide(length) {
      // One byte more than is ever given: memory that is given whole changes its owner.
      if (zeros.byteLength <= length) zeros = new Uint8Array(length + 1);
      return zeros.subarray(0, length);
    },
  };
}

/** OUT: takes everything. */
export function sink(): { readonly receive: ReceiveHandler } {
  return { receive: (data) => data.byteLength };
}

/** Never answers: every transfer waits for its timeout or its cancellation. */
export function silent(): Record<string, never> {
  return {};
}
