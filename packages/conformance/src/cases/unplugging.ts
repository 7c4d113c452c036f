import { type BackendDeviceEvent, type TransferResult, USBError } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode, PATIENCE } from "../context.js";
import { findDevice, listDevice, waitUntilGone } from "../find-device.js";

/** Unplugs, runs, and plugs in again whatever happens. */
async function unplugged(context: CaseContext, run: () => Promise<void>): Promise<void> {
  const { backend, control, deviceUnderTest } = context;
  await control.unplug();
  try {
    await waitUntilGone(backend, deviceUnderTest);
    await run();
  } finally {
    await control.plug();
  }
}

/** A call that blocks learns only from the library that nothing was submitted: then the result says that it is gone. */
async function expectGone(done: Promise<TransferResult>): Promise<void> {
  const end = await done.catch((error: unknown) => error);
  if (USBError.is(end)) expect(end.code).toBe("ENODEV");
  else expect(end).toMatchObject({ status: "noDevice", length: 0 });
}

/** Pulling the plug. */
export const unplugging: Topic<CaseContext> = {
  name: "unplugging",
  cases: [
    {
      name: "settles what is pending, with no bytes",
      control: true,
      parts: ["silent"],
      run: async (context) => {
        const { endpoint, packetSize, ...place } = context.part("silent");
        const handle = await context.use(place);
        const request = { type: "bulk", endpoint, length: packetSize, timeout: 0 } as const;
        const pending = Array.from({ length: 20 }, () => context.transfer(handle, request));
        for (const done of pending) done.catch(() => undefined);
        await unplugged(context, async () => {
          for (const done of pending) {
            const end = await done.catch((error: unknown) => error);
            // A library that is told of transfers on a thread of its own may hear of the unplug first.
            if (USBError.is(end)) {
              expect(end.code).toBe("ENODEV");
              continue;
            }
            // A host controller may see the bus fail before the system sees that the device is gone.
            const result = end as TransferResult;
            expect(["noDevice", "error"]).toContain(result.status);
            expect(result.length).toBe(0);
            if (result.status === "noDevice") context.expectErrorCode(result, "noDevice");
          }
        });
      },
    },
    {
      name: "tells of what comes after that the device is gone, and closes without complaint",
      control: true,
      parts: ["bulkLoopback"],
      run: async (context) => {
        const { out, ...place } = context.part("bulkLoopback");
        const handle = await context.use(place);
        await unplugged(context, async () => {
          const request = {
            type: "bulk",
            endpoint: out,
            data: new Uint8Array(8),
            timeout: PATIENCE,
          } as const;
          await expectGone(context.transfer(handle, request));
          await expectCode(
            context.backend.setInterfaceAltsetting(handle, place.interfaceNumber, 0),
            "ENODEV",
          );
          await context.backend.closeDevice(handle);
          await expectCode(context.backend.openDevice(context.device), "ENODEV");
        });
      },
    },
    {
      name: "lists it no more, and after a replug under a new key",
      control: true,
      run: async (context) => {
        const { backend, device, deviceUnderTest } = context;
        await unplugged(context, async () => {
          expect(await listDevice(backend, deviceUnderTest)).toEqual([]);
        });
        expect((await findDevice(backend, deviceUnderTest)).key).not.toBe(device.key);
      },
    },
    {
      name: "tells a watcher of unplug and plug, once each",
      control: true,
      timeout: 30_000,
      run: async (context) => {
        const { backend, device, deviceUnderTest, control } = context;
        const events: BackendDeviceEvent[] = [];
        let onEvent = () => {};
        const told = async (count: number) => {
          while (events.length < count) await new Promise<void>((resolve) => (onEvent = resolve));
        };
        const watch = await backend.watch((event) => {
          if ((event.device.idVendor ?? deviceUnderTest.idVendor) !== deviceUnderTest.idVendor) return;
          events.push(event);
          onEvent();
        });
        await control.unplug();
        await told(1).finally(() => control.plug());
        await told(2);
        await watch.close();
        await watch.close();
        expect(events.map(({ type }) => type)).toEqual(["unplug", "plug"]);
        expect(events[0]?.device.key).toBe(device.key);
        expect(events[1]?.device.key).toBe((await findDevice(backend, deviceUnderTest)).key);
      },
    },
  ],
};
