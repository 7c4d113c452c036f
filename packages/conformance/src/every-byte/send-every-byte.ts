import { setImmediate as turn } from "node:timers/promises";
import { type Device, type EndpointSink, USBError } from "@tsusb/core";
import { Chance } from "./chance.js";
import { chooseSizes, endpointOf, type QueueSizes, USUAL_IN_FLIGHT } from "./plan.js";
import { type EveryByteOptions, type EveryByteReport, failure } from "./target.js";
import { WordPattern } from "./word-pattern.js";

/** How a round ends: the first two send everything, the others may drop what was not sent yet. */
const ENDS = ["end", "flush", "close", "abort", "device", "unplug"] as const;
type End = (typeof ENDS)[number];

interface Plan extends QueueSizes {
  /** Most bytes of one write. */
  readonly size: number;
  /** Bytes after which the end comes. */
  readonly goal: number;
  readonly end: End;
}

/**
 * Writes to a device by one sink after the other, each ended in another way, and checks that what was handed over came once
 * and in order: all of it if the round flushed, else a beginning of it.
 *
 * @throws Error with the seed, the round and its plan.
 */
export async function sendEveryByte(options: EveryByteOptions): Promise<EveryByteReport> {
  const { target, seed } = options;
  const chance = new Chance(seed);
  const report: EveryByteReport = { bytes: 0, rounds: 0, ends: {} };
  let position = await target.position();
  let device = await target.find();
  while (report.bytes < options.bytes) {
    const plan = planRound(chance, options, report);
    try {
      const handedOver = await sendRound(plan, { ...options, chance, device, position });
      if (plan.end === "unplug") {
        await target.replug();
        await device.close();
        device = await target.find();
      }
      const arrived = await target.position();
      const isWhole = plan.end === "end" || plan.end === "flush";
      if (arrived > handedOver || (isWhole && arrived < handedOver))
        throw new Error(`${handedOver} bytes were handed over, and ${arrived} have come`);
      report.bytes += arrived - position;
      position = arrived;
    } catch (error) {
      throw failure(seed, report.rounds, plan, error);
    }
    report.rounds++;
    report.ends[plan.end] = (report.ends[plan.end] ?? 0) + 1;
  }
  await device.close();
  return report;
}

function planRound(chance: Chance, options: EveryByteOptions, { bytes, rounds }: EveryByteReport): Plan {
  const sizes = chooseSizes(chance, options);
  const { transferSize } = sizes;
  return {
    ...sizes,
    size: 1 + chance.below(3 * transferSize),
    goal: Math.min(
      options.bytes - bytes,
      1 + chance.below(transferSize * 1000),
      2 * (options.inFlight ?? USUAL_IN_FLIGHT),
    ),
    end: ENDS[rounds % ENDS.length] as End,
  };
}

interface RoundContext extends EveryByteOptions {
  readonly chance: Chance;
  readonly device: Device;
  readonly position: number;
}

/** @returns The position behind the last byte that was handed over. */
async function sendRound(plan: Plan, context: RoundContext): Promise<number> {
  const { target, device, chance } = context;
  const { transferSize, transfers, bufferSize, size, goal, end } = plan;
  await device.open();
  const abort = new AbortController();
  const sink = endpointOf(device, target).sink({ transferSize, transfers, bufferSize, signal: abort.signal });
  const pattern = new WordPattern();
  let position = context.position;
  while (position < context.position + goal) {
    const length = 1 + chance.below(size);
    await sink.write(pattern.at(position, length));
    position += length;
    if (chance.onceIn(50)) await turn();
  }
  const ending = endRound(end, { sink, context, abort });
  // It goes on writing while the end comes: what is refused was not handed over.
  if (end !== "end" && end !== "flush") {
    await sink.write(pattern.at(position, size)).then(
      () => undefined,
      (error: unknown) => {
        if (!USBError.is(error)) throw error;
      },
    );
    // It may have been sent in part.
    position += size;
  }
  await ending;
  await sink.close();
  return position;
}

async function endRound(
  end: End,
  round: { readonly sink: EndpointSink; readonly context: RoundContext; readonly abort: AbortController },
): Promise<void> {
  const { sink, context, abort } = round;
  if (end === "end") await sink.end();
  else if (end === "flush") await sink.flush();
  else if (end === "close") await sink.close();
  else if (end === "device") await context.device.close();
  else if (end === "unplug") await context.target.unplug();
  else abort.abort(new Error("the round is over"));
}
