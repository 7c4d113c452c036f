import type { EndpointLogic } from "../declaration/endpoint.js";

/** Bytes that an echo holds before it takes no more; what the kernel's gadget zero has: 32 buffers of 4096. */
const ECHO_CAPACITY = 32 * 4096;

/** OUT: sends back what it receives, message by message. @param endpoint - `bEndpointAddress` of the IN endpoint. */
export function echoTo(endpoint: number): EndpointLogic {
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
export function source(): EndpointLogic {
  return { provide: (length) => new Uint8Array(length) };
}

/** OUT: takes everything. */
export function sink(): EndpointLogic {
  return { receive: (data) => data.byteLength };
}

/** Never answers: every transfer waits for its timeout or its cancellation. */
export function silent(): EndpointLogic {
  return {};
}
