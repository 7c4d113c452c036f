import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { type Device, type EndpointStream, USBError } from "@tsusb/core";
import { Chance } from "./chance.js";
import { chooseSizes, endpointOf, type QueueSizes, USUAL_IN_FLIGHT } from "./plan.js";
import { READERS, type ReaderName } from "./stream-readers.js";
import { type EveryByteOptions, type EveryByteReport, failure } from "./target.js";
import { WordPattern } from "./word-pattern.js";

/** How a round ends. What is closed or left ends without an error; the others with the code beside them. */
const ENDS = { close: undefined, leave: undefined, device: undefined, abort: "ABORT_ERR", unplug: "ENODEV" };
type End = keyof typeof ENDS;

interface Plan extends QueueSizes {
  readonly borrow: boolean;
  readonly reader: ReaderName;
  /** Bytes of the memory that the reader brings. */
  readonly size: number;
  /** Bytes after which the end comes. */
  readonly goal: number;
  readonly end: End;
  /** One chunk in so many is followed by a pause. */
  readonly pause: number;
}

/**
 * Reads a device by one stream after the other, each ended in another way, and checks that every byte which left the device
 * came once and in order.
 *
 * @throws Error with the seed, the round and its plan.
 */
export async function receiveEveryByte(options: EveryByteOptions): Promise<EveryByteReport> {
  const { target, seed } = options;
  const chance = new Chance(seed);
  const pattern = new WordPattern();
  const report: EveryByteReport = { bytes: 0, rounds: 0, ends: {} };
  let position = await target.position();
  let device = await target.find();
  while (report.bytes < options.bytes) {
    const plan = planRound(chance, options, report);
    try {
      const round = new ReceivingRound(plan, { ...options, chance, pattern, device, position });
      await round.run();
      const left = await afterwards(plan.end, options);
      const lost = left - round.position;
      if (lost !== 0 && !(lost > 0 && plan.end === "unplug" && target.losesOnUnplug))
        throw new Error(`${left} bytes have left the device, and ${round.position} have come`);
      report.bytes += round.position - position;
      position = left;
      if (plan.end === "unplug") device = await replaced(device, options);
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
  const reader = chance.pick(Object.keys(READERS) as ReaderName[]);
  const ends: readonly End[] = reader === "node" ? ["close", "device"] : (Object.keys(ENDS) as End[]);
  // In turn, so that few rounds have them all.
  const end = ends[rounds % ends.length] as End;
  return {
    ...sizes,
    borrow: chance.onceIn(3),
    reader,
    size: 1 + chance.below(2 * transferSize),
    goal: Math.min(
      options.bytes - bytes,
      1 + chance.below(transferSize * 4000),
      4 * (options.inFlight ?? USUAL_IN_FLIGHT),
    ),
    end,
    pause: chance.pick([20, 200, 2000]),
  };
}

/** The device's own count, once it is there to be asked. */
async function afterwards(end: End, { target }: EveryByteOptions): Promise<number> {
  if (end === "unplug") await target.replug();
  return target.position();
}

async function replaced(gone: Device, { target }: EveryByteOptions): Promise<Device> {
  await gone.close();
  return target.find();
}

interface RoundContext extends EveryByteOptions {
  readonly chance: Chance;
  readonly pattern: WordPattern;
  readonly device: Device;
  readonly position: number;
}

class ReceivingRound {
  position: number;
  readonly #plan: Plan;
  readonly #context: RoundContext;
  readonly #abort = new AbortController();
  #ending: Promise<void> | undefined;

  constructor(plan: Plan, context: RoundContext) {
    this.#plan = plan;
    this.#context = context;
    this.position = context.position;
  }

  async run(): Promise<void> {
    const { device, target } = this.#context;
    const { transferSize, transfers, bufferSize, borrow, reader, size, end } = this.#plan;
    await device.open();
    const { signal } = this.#abort;
    const stream = endpointOf(device, target).stream({ transferSize, transfers, bufferSize, borrow, signal });
    const code = await READERS[reader](stream, (chunk) => this.#visit(stream, chunk), size).then(
      () => undefined,
      (error: unknown) => {
        if (USBError.is(error)) return error.code;
        throw error;
      },
    );
    // Only an iterator that is left closes. Whoever leaves gets what had arrived by then.
    const closed = stream.close();
    for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read())
      this.#check(chunk);
    await this.#ending;
    await closed;
    if (code !== ENDS[end]) throw new Error(`the stream has ended with ${code}, not with ${ENDS[end]}`);
  }

  #check(chunk: Uint8Array): void {
    this.#context.pattern.check(chunk, this.position);
    this.position += chunk.length;
  }

  #visit(stream: EndpointStream, chunk: Uint8Array): boolean | Promise<boolean> {
    this.#check(chunk);
    const { chance } = this.#context;
    if (this.#ending === undefined && this.position - this.#context.position >= this.#plan.goal) {
      if (this.#plan.end === "leave") return false;
      // While the reader goes on: at once, or when it waits again.
      this.#ending = chance.onceIn(2) ? this.#end(stream) : turn().then(() => this.#end(stream));
    }
    if (!chance.onceIn(this.#plan.pause)) return true;
    return (chance.onceIn(2) ? turn() : wait(1 + chance.below(3))).then(() => true);
  }

  async #end(stream: EndpointStream): Promise<void> {
    const { target, device } = this.#context;
    if (this.#plan.end === "close") await stream.close();
    else if (this.#plan.end === "device") await device.close();
    else if (this.#plan.end === "unplug") await target.unplug();
    else this.#abort.abort(new Error("the round is over"));
  }
}
