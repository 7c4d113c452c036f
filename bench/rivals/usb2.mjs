// npm's usb 2 (libusb inside, callbacks). usb2.mjs WORKLOAD PRODUCT
//
// Its fastest way is by callbacks, since its promises are these wrapped. Bulk: one Transfer made once and submitted again
// with one buffer; `endpoint.transfer()` makes both anew each time. Control has no such way. Several in flight: startPoll(),
// which submits its transfers again itself and goes on while nobody measures. Without a timeout: that is its default for
// endpoints, and the cheapest.
import { findByIds } from "usb2";
import { expectLength, IN_FLIGHT, measure, product, workloads } from "./measure.mjs";

const device = findByIds(0x1209, product);
device.open();
const dataInterface = device.interface(0);
dataInterface.claim();
const endpoint = dataInterface.endpoint(0x84);

function control() {
  return (transfers) =>
    new Promise((resolve, reject) => {
      let left = transfers;
      const next = () => device.controlTransfer(0x80, 6, 0x0100, 0, 18, ended);
      function ended(error, data) {
        if (error) return reject(error);
        expectLength(data.length, 18);
        if (--left === 0) resolve();
        else next();
      }
      next();
    });
}

const bulk = (size) => () => {
  const buffer = Buffer.alloc(size);
  let left = 0;
  let settle;
  // It takes the callback that is given here; one given to submit() is never called.
  const transfer = endpoint.makeTransfer(0, (error, _buffer, length) => {
    if (error) return settle.reject(error);
    expectLength(length, size);
    if (--left === 0) settle.resolve();
    else transfer.submit(buffer);
  });
  return (transfers) =>
    new Promise((resolve, reject) => {
      left = transfers;
      settle = { resolve, reject };
      transfer.submit(buffer);
    });
};

const poll = (size) => () => {
  let left = 0;
  let settle;
  endpoint.on("data", ({ length }) => {
    expectLength(length, size);
    if (left > 0 && --left === 0) settle.resolve();
  });
  endpoint.on("error", (error) => settle.reject(error));
  endpoint.startPoll(IN_FLIGHT, size);
  return (transfers) =>
    new Promise((resolve, reject) => {
      left = transfers;
      settle = { resolve, reject };
    });
};

await measure(workloads({ control, bulk, inFlight: poll, stream: poll }));
if (endpoint.pollActive) await new Promise((resolve) => endpoint.stopPoll(resolve));
await dataInterface.releaseAsync();
device.close();
