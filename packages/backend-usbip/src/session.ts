import type { TransferResult } from "@tsusb/core/backend";
import type { Command } from "./command.js";
import { devidOf } from "./exported-device.js";
import type { ImportedDevice } from "./imported-device.js";
import { Lane } from "./lane.js";
import { ECONNRESET, EINVAL, ENODEV, ENOENT, ENOMEM, EPIPE, ESHUTDOWN, errnoOfError } from "./linux-errno.js";
import { outcomeOf } from "./outcome.js";
import { ProtocolError } from "./protocol-error.js";
import { encodeSubmitted, type Outcome } from "./reply.js";
import { type StateChange, stateChangeOf } from "./standard-request.js";
import { transferRequestOf } from "./transfer-request.js";
import { Urb } from "./urb.js";
import { UrbTable } from "./urb-table.js";

/** What a session tells the connection that it runs on. */
export interface SessionEvents {
  /** Sends one message. */
  readonly send: (pieces: readonly Uint8Array[]) => void;
  /** The backend refused a call, which a client learns as a number only. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** The device is gone; the answer that says so is sent. May be told several times. */
  readonly onGone: () => void;
}

/**
 * The life of an imported device between its client and the backend. Commands are begun in the order in which they
 * came; while the device's state changes, those behind the change wait.
 */
export class Session {
  readonly #device: ImportedDevice;
  readonly #events: SessionEvents;
  readonly #urbs: UrbTable;
  readonly #devid: number;
  /** By `bEndpointAddress`. */
  readonly #lanes = new Map<number, Lane>();
  #queue: Urb[] = [];
  /** What changes the device's state now. Never rejects. */
  #change: Promise<void> | undefined;
  #isClosed = false;
  readonly #ended: Promise<void>;
  readonly #end: () => void;

  constructor(device: ImportedDevice, events: SessionEvents) {
    this.#device = device;
    this.#events = events;
    this.#urbs = new UrbTable(events.send);
    this.#devid = devidOf(device.exported);
    let end = (): void => {};
    this.#ended = new Promise((resolve) => {
      end = resolve;
    });
    this.#end = () => {
      this.#isClosed = true;
      end();
    };
  }

  /** Begins a command. @throws ProtocolError for one that no client of this device sends. */
  execute(command: Command): void {
    if (command.devid !== this.#devid)
      throw new ProtocolError(`a command for device ${hex(command.devid)}, not ${hex(this.#devid)}`);
    if (command.type === "unlink") {
      const urb = this.#urbs.unlink(command.seqnum, command.victim);
      if (urb !== undefined) this.#cancel(urb);
      return;
    }
    const urb = new Urb(command);
    if (this.#urbs.isFull(command.length)) {
      this.#events.send(encodeSubmitted(command, failed(ENOMEM)));
      return;
    }
    this.#urbs.add(urb);
    this.#queue.push(urb);
    this.#advance();
  }

  /** Ends everything that is in flight without an answer, and gives the device back. */
  async close(): Promise<void> {
    this.#queue = [];
    for (const lane of this.#lanes.values()) lane.stop();
    this.#end();
    await this.#change;
    await this.#device.close();
  }

  #cancel(urb: Urb): void {
    const index = this.#queue.indexOf(urb);
    if (index >= 0) this.#queue.splice(index, 1);
    if (index >= 0 || this.#lane(urb.endpoint).remove(urb)) this.#finish(urb, failed(ECONNRESET));
    else urb.cancel();
  }

  #finish(urb: Urb, outcome: Outcome): void {
    this.#urbs.finish(urb, outcome);
    if (outcome.status === ESHUTDOWN || outcome.status === ENODEV) this.#events.onGone();
  }

  #advance(): void {
    while (this.#change === undefined && !this.#isClosed) {
      const urb = this.#queue[0];
      if (urb === undefined) return;
      const change = urb.endpoint === 0 ? stateChangeOf(urb.setup) : undefined;
      if (change !== undefined && this.#device.canChange(change)) {
        this.#queue.shift();
        this.#begin(this.#changeState(urb, change));
        continue;
      }
      const interfaceNumber = this.#device.unclaimed(urb.endpoint, urb.setup);
      if (interfaceNumber !== undefined) {
        this.#begin(this.#claim(interfaceNumber, urb));
        continue;
      }
      this.#queue.shift();
      this.#lane(urb.endpoint).push(urb);
    }
  }

  #begin(change: Promise<void>): void {
    this.#change = change.then(() => {
      this.#change = undefined;
      this.#advance();
    });
  }

  /** @param urb - The transfer that needs it. */
  async #claim(interfaceNumber: number, urb: Urb): Promise<void> {
    try {
      await this.#device.claim(interfaceNumber);
    } catch (error) {
      this.#events.onFailure(`claim interface ${interfaceNumber}`, error);
      const index = this.#queue.indexOf(urb);
      if (index < 0) return;
      this.#queue.splice(index, 1);
      this.#finish(urb, failed(errnoOfError(error)));
    }
  }

  async #changeState(urb: Urb, change: StateChange): Promise<void> {
    const touched = [...this.#lanes].flatMap(([endpoint, lane]) =>
      endpoint !== 0 && this.#device.isChanged(endpoint, change) ? [lane] : [],
    );
    await this.#idle([this.#lane(0)]);
    for (const lane of touched) for (const each of lane.stop()) this.#finish(each, failed(ECONNRESET));
    await this.#idle(touched);
    if (this.#isClosed || urb.unlinks.length > 0) {
      this.#finish(urb, failed(ECONNRESET));
      return;
    }
    try {
      await this.#device.change(change);
      this.#finish(urb, { status: 0, length: 0 });
    } catch (error) {
      this.#events.onFailure(describe(change), error);
      const errno = errnoOfError(error);
      // A device refuses what it does not have.
      this.#finish(urb, failed(errno === ENOENT ? EPIPE : errno));
    }
  }

  /** Resolves when the lanes are idle, or the session ends. */
  async #idle(lanes: readonly Lane[]): Promise<void> {
    await Promise.race([Promise.all(lanes.map((lane) => lane.idle())), this.#ended]);
  }

  #lane(endpoint: number): Lane {
    const known = this.#lanes.get(endpoint);
    if (known !== undefined) return known;
    const depth = endpoint !== 0 && this.#device.cancelsOne ? Number.POSITIVE_INFINITY : 1;
    const lane: Lane = new Lane(depth, (urb) => {
      void this.#transfer(urb).then((outcome) => {
        this.#finish(urb, outcome);
        lane.finished(urb);
      });
    });
    this.#lanes.set(endpoint, lane);
    return lane;
  }

  /** Never rejects. */
  async #transfer(urb: Urb): Promise<Outcome> {
    const { command, setup, endpoint } = urb;
    const place = this.#device.place(endpoint);
    const request = transferRequestOf(command, place, setup);
    if (request === undefined) return failed(endpoint !== 0 && place === undefined ? ENOENT : EINVAL);
    const submission = this.#device.submit(request);
    urb.start(submission);
    try {
      const result: TransferResult = await submission.done;
      return outcomeOf(command, result);
    } catch (error) {
      this.#events.onFailure(`transfer on endpoint ${hex(endpoint)}`, error);
      return failed(errnoOfError(error));
    }
  }
}

const failed = (status: number): Outcome => ({ status, length: 0 });

const hex = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;

function describe(change: StateChange): string {
  switch (change.type) {
    case "configuration":
      return `select configuration ${change.configurationValue}`;
    case "alternate":
      return `select alternate setting ${change.alternateSetting} of interface ${change.interfaceNumber}`;
    case "clearHalt":
      return `clear the halt of endpoint ${hex(change.endpoint)}`;
    default:
      return change.type;
  }
}
