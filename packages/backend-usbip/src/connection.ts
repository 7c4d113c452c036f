import type { Socket } from "node:net";
import type { BackendDevice } from "@tsusb/core/backend";
import { ByteQueue } from "./byte-queue.js";
import { takeCommand } from "./command.js";
import { deviceBlockOf } from "./exported-device.js";
import { type Exporter, ImportRefusal } from "./exporter.js";
import type { ImportedDevice } from "./imported-device.js";
import {
  encodeDeviceList,
  encodeFailure,
  encodeImported,
  type Operation,
  takeOperation,
} from "./operation.js";
import { ST_ERROR } from "./protocol.js";
import { ProtocolError } from "./protocol-error.js";
import { Session } from "./session.js";
import type { UsbipEvent } from "./usbip-event.js";

/** Milliseconds that a client may take to say what it wants. Ours. */
const PATIENCE = 10_000;

/** After this many milliseconds of silence, the system asks whether the client is still there. Ours. */
const KEEP_ALIVE = 30_000;

/**
 * One TCP connection: first an operation, then, if that was an import, commands until either side closes. The connection
 * is the attachment: its end unplugs the device on the client's side.
 */
export class Connection {
  /** Settles when the connection has ended and its device was given back. Never rejects. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #exporter: Exporter;
  readonly #emit: (event: UsbipEvent) => void;
  readonly #client: string;
  readonly #bytes = new ByteQueue();
  readonly #impatience: ReturnType<typeof setTimeout>;
  #busid: string | undefined;
  /** The operation that is worked on; what else comes meanwhile waits. */
  #answering: Promise<void> | undefined;
  #import: { readonly device: ImportedDevice; readonly session: Session } | undefined;
  #isCorked = false;
  #reason = "the client closed the connection";

  constructor(socket: Socket, exporter: Exporter, emit: (event: UsbipEvent) => void) {
    this.#socket = socket;
    this.#exporter = exporter;
    this.#emit = emit;
    this.#client = `${socket.remoteAddress}:${socket.remotePort}`;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    this.#impatience = setTimeout(() => this.#drop(`asked for nothing for ${PATIENCE / 1000} s`), PATIENCE);
    socket.on("data", (chunk: Buffer) => {
      this.#bytes.push(chunk);
      this.#process();
    });
    socket.on("drain", () => socket.resume());
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => {
      this.#reason = error.message;
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => void this.#release().then(resolve));
    });
  }

  /** Ends it at once. @param reason - In words, for a log. */
  end(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }

  /** Ends it if it holds this device, which is gone. */
  unplug({ key }: BackendDevice): void {
    if (this.#import?.device.exported.device.key === key) this.end("the device was unplugged");
  }

  #process(): void {
    try {
      if (this.#import !== undefined) {
        const { session } = this.#import;
        for (let command = takeCommand(this.#bytes); command; command = takeCommand(this.#bytes))
          session.execute(command);
        return;
      }
      const operation = this.#answering ? undefined : takeOperation(this.#bytes);
      if (operation !== undefined) this.#answering = this.#answer(operation);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#drop(`sent ${error.message}`);
    }
  }

  /** Never rejects. */
  async #answer(operation: Operation): Promise<void> {
    clearTimeout(this.#impatience);
    this.#socket.pause();
    try {
      if (operation.type === "list") await this.#list();
      else await this.#begin(operation.busid);
    } catch (error) {
      const isRefusal = error instanceof ImportRefusal;
      this.#tell(isRefusal ? "refused" : "failed", isRefusal ? error.message : String(error), error);
      this.#finish(encodeFailure(operation, isRefusal ? error.status : ST_ERROR));
    }
    this.#socket.resume();
  }

  async #list(): Promise<void> {
    const devices = await this.#exporter.list();
    // Without a handle nobody can tell which configuration is selected: after plugging it is the first one.
    this.#finish(encodeDeviceList(devices.map((each) => deviceBlockOf(each, each.configurations[0]))));
  }

  async #begin(busid: string): Promise<void> {
    this.#busid = busid;
    const device = await this.#exporter.import(busid);
    const session = new Session(device, {
      send: (pieces) => this.#send(pieces),
      onFailure: (what, error) => this.#tell("failed", `${what}: ${error}`, error),
      onGone: () => {
        if (this.#socket.writableEnded) return;
        this.#reason = "the device is gone";
        this.#socket.destroySoon();
      },
    });
    this.#import = { device, session };
    this.#tell("imported", "the client has the device");
    this.#send([encodeImported(deviceBlockOf(device.exported, device.configuration))]);
    this.#process();
  }

  /** What is sent within one turn goes out together. Nothing is copied. */
  #send(pieces: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        socket.uncork();
      });
    }
    for (const piece of pieces) if (piece.length > 0) socket.write(piece);
    // A client that does not read its answers is not asked for more questions.
    if (socket.writableNeedDrain) socket.pause();
  }

  #finish(answer: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(answer);
    this.#socket.destroySoon();
  }

  #drop(reason: string): void {
    this.#tell("dropped", reason);
    this.end(`the client ${reason}`);
  }

  #onEnd(): void {
    // A client may close its side and still wait for its answer.
    if (this.#answering !== undefined && this.#import === undefined) return;
    if (this.#answering === undefined && this.#bytes.length > 0)
      this.#drop("left in the middle of a request");
    this.#socket.destroy();
  }

  async #release(): Promise<void> {
    clearTimeout(this.#impatience);
    await this.#answering;
    if (this.#import === undefined) return;
    const { device, session } = this.#import;
    try {
      await this.#exporter.release(device, () => session.close());
    } catch (error) {
      this.#tell("failed", `give the device back: ${error}`, error);
    }
    this.#tell("released", this.#reason);
  }

  #tell(type: UsbipEvent["type"], reason: string, error?: unknown): void {
    const event = { type, client: this.#client, busid: this.#busid, reason };
    this.#emit(error === undefined ? event : { ...event, error });
  }
}
