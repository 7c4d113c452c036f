import { expect, it } from "vitest";
import { Instances } from "../src/instances.js";

it("gives the same instance for the same options until it is closed or has failed", async () => {
  const instances = new Instances<{ close: () => void }>();
  const create = async (_: unknown, forget: () => void) => ({ close: forget });
  const onLog = () => {};
  const first = await instances.get({ logLevel: 1, onLog }, create);
  expect(await instances.get({ onLog, logLevel: 1, libraryPath: undefined }, create)).toBe(first);
  expect(await instances.get({ logLevel: 1, onLog: () => {} }, create)).not.toBe(first);
  first.close();
  expect(await instances.get({ logLevel: 1, onLog }, create)).not.toBe(first);

  const failing = async () => {
    throw new Error("no library");
  };
  await expect(instances.get({ libraryPath: "/x" }, failing)).rejects.toThrow("no library");
  expect(await instances.get({ libraryPath: "/x" }, create)).toHaveProperty("close");
});
