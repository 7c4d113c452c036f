import type { BackendSupports } from "@tsusb/core/backend";

type Check = (value: unknown) => boolean;

const isFlag: Check = (value) => typeof value === "boolean";
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const isSize: Check = (value) =>
  value === undefined || (Number.isSafeInteger(value) && Number(value) > 0 && Number(value) % 1024 === 0);

/** What each entry of a manifest may be. */
const ENTRIES: Readonly<Record<keyof BackendSupports, Check>> = {
  isochronous: isFlag,
  bulkStreams: isFlag,
  cancel: isOneOf("one", "endpoint", "none"),
  partialOnTimeout: isFlag,
  hotplug: isFlag,
  parent: isFlag,
  portNumbers: isFlag,
  speed: isFlag,
  kernelDriver: isFlag,
  autoDetach: isFlag,
  reset: isFlag,
  clearHalt: isFlag,
  descriptors: isOneOf("raw", "rebuilt", "onOpen"),
  stringsWithoutOpening: isFlag,
  wrapSysDevice: isFlag,
  maxTransferSize: isSize,
  distinguishesStall: isFlag,
  distinguishesOverflow: isFlag,
};

/** Lists the entries of a manifest that are missing, or not what they may be: a backend need not be in TypeScript. */
export function unsoundEntries(supports: object): readonly string[] {
  return Object.entries(ENTRIES)
    .filter(([name, isSound]) => !isSound(Reflect.get(supports, name)))
    .map(([name]) => name);
}
