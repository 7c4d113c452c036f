import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode } from "../context.js";

/** GET_INTERFACE (USB 2.0 §9.4.4). */
const GET_INTERFACE = 10;

/** Alternate settings. */
export const alternateSettings: Topic<CaseContext> = {
  name: "alternate settings",
  cases: [
    {
      name: "selects an alternate setting, and the device tells it",
      parts: ["alternate"],
      run: async (context) => {
        const place = context.part("alternate");
        const handle = await context.use(place);
        const { data } = await context.controlIn(handle, 0x81, GET_INTERFACE, 0, place.interfaceNumber, 1);
        expect(data?.[0]).toBe(place.alternateSetting);
        await context.claim(handle, { ...place, alternateSetting: 0 });
        const after = await context.controlIn(handle, 0x81, GET_INTERFACE, 0, place.interfaceNumber, 1);
        expect(after.data?.[0]).toBe(0);
      },
    },
    {
      name: "is at alternate setting 0 again after the interface was given back",
      parts: ["alternate"],
      run: async (context) => {
        const place = context.part("alternate");
        const handle = await context.use(place);
        await context.backend.releaseInterface(handle, place.interfaceNumber);
        await context.backend.claimInterface(handle, place.interfaceNumber);
        const { data } = await context.controlIn(handle, 0x81, GET_INTERFACE, 0, place.interfaceNumber, 1);
        expect(data?.[0]).toBe(0);
      },
    },
    {
      name: "rejects with ENOENT for an alternate setting that does not exist",
      parts: ["alternate"],
      run: async (context) => {
        const { interfaceNumber, ...place } = context.part("alternate");
        const handle = await context.use({ interfaceNumber, ...place });
        await expectCode(context.backend.setInterfaceAltsetting(handle, interfaceNumber, 31), "ENOENT");
      },
    },
    {
      name: "rejects with ENOENT for an interface that is not claimed",
      parts: ["alternate"],
      run: async (context) => {
        const { configurationValue, interfaceNumber } = context.part("alternate");
        const handle = await context.configure(configurationValue);
        await expectCode(context.backend.setInterfaceAltsetting(handle, interfaceNumber, 0), "ENOENT");
      },
    },
  ],
};
