import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectCode } from "../context.js";

/** The value of the first configuration, which has an interface 0. */
const first = ({ deviceUnderTest }: CaseContext) => deviceUnderTest.configurationDescriptors[0]?.[5] ?? 0;

/** Interfaces: claiming and giving back. */
export const claiming: Topic<CaseContext> = {
  name: "claiming",
  cases: [
    {
      name: "claims, gives back and claims again",
      run: async (context) => {
        const handle = await context.configure(first(context));
        await context.backend.claimInterface(handle, 0);
        await context.backend.releaseInterface(handle, 0);
        await context.backend.claimInterface(handle, 0);
      },
    },
    {
      name: "claims what it holds without complaint",
      run: async (context) => {
        const handle = await context.configure(first(context));
        await context.backend.claimInterface(handle, 0);
        await context.backend.claimInterface(handle, 0);
      },
    },
    {
      name: "rejects with EBUSY what another handle holds, until it is given back",
      run: async (context) => {
        const holder = await context.configure(first(context));
        const other = await context.open();
        await context.backend.claimInterface(holder, 0);
        await expectCode(context.backend.claimInterface(other, 0), "EBUSY");
        await context.backend.releaseInterface(holder, 0);
        await context.backend.claimInterface(other, 0);
      },
    },
    {
      name: "gives back what a handle held when it is closed",
      run: async (context) => {
        const holder = await context.configure(first(context));
        const other = await context.open();
        await context.backend.claimInterface(holder, 0);
        await context.backend.closeDevice(holder);
        await context.backend.claimInterface(other, 0);
      },
    },
    {
      name: "rejects with ENOENT for an interface that does not exist",
      run: async (context) => {
        const handle = await context.configure(first(context));
        await expectCode(context.backend.claimInterface(handle, 31), "ENOENT");
      },
    },
    {
      name: "rejects with ENOENT to give back what is not held",
      run: async (context) => {
        const handle = await context.configure(first(context));
        await expectCode(context.backend.releaseInterface(handle, 0), "ENOENT");
      },
    },
    {
      name: "lets two handles hold two interfaces",
      parts: ["separateInterfaces"],
      run: async (context) => {
        const [one, two] = context.part("separateInterfaces");
        const holder = await context.use(one);
        const other = await context.open();
        await context.claim(other, two);
        await expectCode(context.backend.claimInterface(other, one.interfaceNumber), "EBUSY");
        await expectCode(context.backend.claimInterface(holder, two.interfaceNumber), "EBUSY");
      },
    },
  ],
};
