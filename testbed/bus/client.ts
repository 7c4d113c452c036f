import { createConnection, type Socket } from "node:net";
import { describe } from "./describe.mjs";

/** One device as a description file has it; the README lists the fields. */
export type DeviceDescription = Readonly<Record<string, unknown>>;

/** What a device does instead of what it is described to do. */
export type FaultAction =
  /** Stalls: the transfer ends with `EPIPE`, and an endpoint other than 0 stays halted until it is cleared. */
  | { readonly do: "stall" }
  /** Answers only after this many microseconds. */
  | { readonly do: "delay"; readonly us: number }
  /** Sends this many bytes and ends the transfer with them. IN only. */
  | { readonly do: "short"; readonly bytes: number }
  /** Sends more than was asked for: the transfer ends with `EOVERFLOW`. IN only. */
  | { readonly do: "long" }
  /** Moves this many bytes, then never answers again, until the transfer is cancelled. */
  | { readonly do: "partial"; readonly bytes: number }
  /** Never answers, until the transfer is cancelled. */
  | { readonly do: "silent" }
  /** Ends the transfer with this status of a URB. */
  | { readonly do: "error"; readonly name: FaultErrorName }
  /** Is unplugged when the transfer is its turn. */
  | { readonly do: "unplug" }
  /** The host does not get to the packet: it ends with `EXDEV`. Isochronous endpoints only. */
  | { readonly do: "missed" };

/** Linux's names of what a host controller reports. Source: Documentation/driver-api/usb/error-codes.rst. */
export type FaultErrorName =
  | "EPROTO"
  | "EILSEQ"
  | "ETIME"
  | "EPIPE"
  | "EIO"
  | "ECOMM"
  | "ENOSR"
  | "EOVERFLOW"
  | "EXDEV"
  | "ESHUTDOWN"
  | "EREMOTEIO";

/**
 * Which transfers a fault meets; on isochronous endpoints, which packets. Those can be short, long, missed, end with an
 * error, or be the moment of an unplug.
 */
export type FaultTarget = FaultAction & {
  /** `bEndpointAddress`; 0 means control requests. */
  readonly endpoint: number;
  /** How many transfers it meets; `Infinity` until cleared. Default 1. */
  readonly count?: number;
  /** How many transfers pass untouched first. Default 0. */
  readonly after?: number;
  /** Only requests with this `bmRequestType`; so for the next three. For endpoint 0. */
  readonly bmRequestType?: number;
  readonly bRequest?: number;
  readonly wValue?: number;
  readonly wIndex?: number;
};

/** Counters of one endpoint; `endpoint` 0 stands for control requests. */
export interface EndpointReport {
  readonly endpoint: number;
  readonly submitted: number;
  /** Transfers that completed without an error. */
  readonly transfers: number;
  /** Bytes that moved. */
  readonly bytes: number;
  readonly errors: number;
  readonly cancelled: number;
  /** URBs that wait now. */
  readonly pending: number;
  /** Bytes that the device holds ready to send. */
  readonly queuedBytes: number;
  readonly halted: boolean;
  /** The beginning (4096 bytes) of the last transfer that a sink took, in hex. */
  readonly last: string;
  /** Of a source or a sink of the pattern `words`. */
  readonly pattern?: {
    /** Bytes of the pattern that it has handed out or taken since it was first plugged. */
    readonly bytes: number;
    /** Position of the first byte that a sink took and that was not the pattern's, if there was one. */
    readonly firstWrong?: number;
  };
  /** Of an endpoint that has had isochronous transfers. */
  readonly isochronous?: {
    /** Packets whose frame came. */
    readonly packets: number;
    /** Those of them that ended with an error. */
    readonly failed: number;
    /** Frames that passed between two transfers because nothing was queued. */
    readonly missed: number;
  };
}

/** A packet that an isochronous sink took. */
export interface RecordedPacket {
  /** In how many frames of the endpoint it came after the first since its alternate setting was selected. */
  readonly frame: number;
  readonly data: Uint8Array;
}

export interface InterfaceReport {
  readonly interface: number;
  readonly alternate: number;
  /** Whether an open file has claimed it. */
  readonly claimed: boolean;
  /** The kernel's driver that is bound, or "". */
  readonly driver: string;
}

export interface RequestReport {
  readonly bmRequestType: number;
  readonly bRequest: number;
  readonly wValue: number;
  readonly wIndex: number;
  readonly wLength: number;
  /** Bytes of the data stage, or a negative errno. */
  readonly status: number;
}

/** What the bus knows of one plugged device. */
export interface DeviceReport {
  readonly id: string;
  /** As the kernel names it: `1-1.2`, or `usb1` for a root hub. */
  readonly name: string;
  readonly bus: number;
  readonly address: number;
  /** `bConfigurationValue` of the active configuration, 0 for none. */
  readonly configuration: number;
  readonly openFiles: number;
  /** How often it was opened since it was plugged. */
  readonly opens: number;
  readonly pendingUrbs: number;
  /** Times that the kernel claimed an interface because a program used it without claiming. */
  readonly autoClaims: number;
  readonly faultHits: number;
  readonly requestsSeen: number;
  readonly interfaces: readonly InterfaceReport[];
  readonly endpoints: readonly EndpointReport[];
  /** The last 256 control requests that the device saw, oldest first. */
  readonly requests: readonly RequestReport[];
}

type Answer = {
  readonly ok: boolean;
  readonly error?: string;
  readonly devices?: readonly DeviceReport[];
  readonly packets?: readonly { readonly frame: number; readonly data: string }[];
};
type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (reason: Error) => void };

/**
 * Commands the played bus from a program that runs on it.
 *
 * Every method resolves when the bus has done what was asked. A device is named by its `id` or by the kernel's name.
 * `socketPath` of {@link BusClient.connect} defaults to the environment's `TSUSB_BUS_SOCKET`.
 *
 * @example
 * ```ts
 * await using bus = await BusClient.connect();
 * await bus.fault("zero", { endpoint: 0x84, do: "stall" });
 * ```
 */
export class BusClient {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #received = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the bus has ended")));
  }

  /**
   * Connects to the bus.
   *
   * @throws Error if this program does not run on a bus.
   */
  static async connect(socketPath: string | undefined = process.env.TSUSB_BUS_SOCKET): Promise<BusClient> {
    if (!socketPath) throw new Error("TSUSB_BUS_SOCKET is not set: run this by `npm run bus -- COMMAND`");
    const socket = createConnection(socketPath);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new BusClient(socket);
  }

  /** Plugs a new device. `port` must be given; a bus without a root hub gets one. */
  async plug(description: DeviceDescription): Promise<void> {
    await this.#run(`plug ${describe(description)}`);
  }

  /** Unplugs a device, and what hangs on it if it is a hub: pending URBs end, `/sys` and the node go, udev says so. */
  async unplug(id: string): Promise<void> {
    await this.#run(`unplug ${id}`);
  }

  /** Plugs again what was plugged under this `id`; it gets a new address. */
  async replug(id: string): Promise<void> {
    await this.#run(`replug ${id}`);
  }

  /**
   * Adds a fault. Faults apply in the order of their adding, one for each transfer, when the device gets to it; a
   * transfer that waits already is met too.
   */
  async fault(id: string, fault: FaultTarget): Promise<void> {
    const count = fault.count === Number.POSITIVE_INFINITY ? -1 : (fault.count ?? 1);
    const words = ["fault", id, fault.endpoint, fault.do, amountOf(fault), count, fault.after ?? 0];
    if (fault.endpoint === 0) {
      words.push(...[fault.bmRequestType, fault.bRequest, fault.wValue, fault.wIndex].map((n) => n ?? "*"));
    }
    await this.#run(words.join(" "));
  }

  /** Removes the faults of an endpoint, or all; what a fault keeps silent goes on. Halts stay. */
  async clearFaults(id: string, endpoint?: number): Promise<void> {
    await this.#run(endpoint === undefined ? `clear ${id}` : `clear ${id} ${endpoint}`);
  }

  /**
   * Makes an IN endpoint that is not a source send these bytes, in packets of its size.
   *
   * @param options - `end`: adds an empty packet if the last one is full, so that a longer read ends.
   */
  async send(
    id: string,
    endpoint: number,
    data: Uint8Array,
    options: { readonly end?: boolean } = {},
  ): Promise<void> {
    const hex = Buffer.from(data).toString("hex") || "-";
    await this.#run(`send ${id} ${endpoint} ${hex}${options.end ? " end" : ""}`);
  }

  /** Delays each transfer from now on by this many microseconds. */
  async setLatency(id: string, us: number): Promise<void> {
    await this.#run(`set ${id} latency ${us}`);
  }

  /** Limits each endpoint from now on to this many MB (10^6 bytes) a second; 0 means no limit. */
  async setBandwidth(id: string, megabytes: number): Promise<void> {
    await this.#run(`set ${id} bandwidth ${megabytes}`);
  }

  /** Stops the device's clock of frames: isochronous packets move only by {@link tick} from now on. */
  async stopClock(id: string): Promise<void> {
    await this.#run(`clock ${id} stop`);
  }

  /** Lets the clock of frames run again, from where it stands. */
  async runClock(id: string): Promise<void> {
    await this.#run(`clock ${id} run`);
  }

  /** Lets frames of a stopped clock pass: of 1 ms at low and full speed, else of 125 µs. */
  async tick(id: string, frames = 1): Promise<void> {
    await this.#run(`clock ${id} tick ${frames}`);
  }

  /** Gives the packets that an isochronous sink has recorded since it was last asked, and forgets them. */
  async recorded(id: string, endpoint: number): Promise<readonly RecordedPacket[]> {
    const { packets = [] } = await this.#run(`recorded ${id} ${endpoint}`);
    return packets.map(({ frame, data }) => ({ frame, data: new Uint8Array(Buffer.from(data, "hex")) }));
  }

  /** Changes mode (such as 0o600) and owner of the device's node. */
  async setNode(id: string, mode: number, uid = 0, gid = 0): Promise<void> {
    await this.#run(`node ${id} ${mode.toString(8)} ${uid} ${gid}`);
  }

  /** Tells what the bus knows of one device. */
  async inspect(id: string): Promise<DeviceReport> {
    const [device] = (await this.#run(`inspect ${id}`)).devices ?? [];
    if (!device) throw new Error(`the bus said nothing of ${id}`);
    return device;
  }

  /** Tells what the bus knows of every plugged device, root hubs included. */
  async inspectAll(): Promise<readonly DeviceReport[]> {
    return (await this.#run("inspect")).devices ?? [];
  }

  /** Leaves the bus running and ends the connection. */
  close(): void {
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #run(command: string): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new Error("the connection to the bus is closed"));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${command}\n`);
    });
    if (!answer.ok) throw new Error(`${command.slice(0, 80)}: ${answer.error}`);
    return answer;
  }

  #receive(text: string): void {
    const lines = (this.#received + text).split("\n");
    this.#received = lines.pop() ?? "";
    for (const line of lines) this.#waiting.shift()?.resolve(JSON.parse(line) as Answer);
  }

  #end(reason: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

function amountOf(fault: FaultAction): number | string {
  switch (fault.do) {
    case "delay":
      return fault.us;
    case "short":
    case "partial":
      return fault.bytes;
    case "error":
      return fault.name;
    default:
      return 0;
  }
}
