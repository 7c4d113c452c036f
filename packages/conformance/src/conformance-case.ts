import type { BackendSupports } from "@tsusb/core/backend";
import type { DevicePart, DeviceUnderTest } from "./device-under-test.js";

/** One case of the suite: a sentence that is true when it passes. */
export interface ConformanceCase<Context> {
  readonly name: string;
  /** Abilities without which it is left out, and counted as not supported. */
  readonly supports?: (supports: BackendSupports) => boolean;
  /** Manifests that it is about, for a case about a denial; for others there is nothing to test or to count. */
  readonly appliesTo?: (supports: BackendSupports) => boolean;
  /** Parts that the device must have. */
  readonly parts?: readonly DevicePart[];
  /** What else the device must be like. */
  readonly device?: (device: DeviceUnderTest) => boolean;
  /** Whether a hand on the plug is needed. */
  readonly control?: true;
  /** Whether it closes the backend; the cases after it get a new one. */
  readonly closesBackend?: true;
  /** Longest time that it may take, in milliseconds, where the lane's own limit is too short. */
  readonly timeout?: number;
  readonly run: (context: Context) => Promise<void>;
}

/** The cases of one topic. */
export interface Topic<Context> {
  readonly name: string;
  readonly cases: readonly ConformanceCase<Context>[];
}

/** Why a case runs or does not. */
export type Verdict = "run" | "not supported" | "not on this device" | "not applicable";

/** Tells whether a case runs here. */
export function judge<Context>(
  each: ConformanceCase<Context>,
  here: {
    readonly supports: BackendSupports;
    readonly device: DeviceUnderTest;
    readonly control: boolean;
  },
): Verdict {
  if (each.appliesTo !== undefined && !each.appliesTo(here.supports)) return "not applicable";
  if (each.supports !== undefined && !each.supports(here.supports)) return "not supported";
  const hasParts = (each.parts ?? []).every((part) => here.device[part] !== undefined);
  const isLikeThat = each.device?.(here.device) ?? true;
  return hasParts && isLikeThat && (each.control === undefined || here.control)
    ? "run"
    : "not on this device";
}
