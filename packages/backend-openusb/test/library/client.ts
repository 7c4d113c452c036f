import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildOpenUsbLibrary } from "./build.mjs";

/** What the library counts. */
export interface Counts {
  readonly submitted: number;
  readonly aborted: number;
  readonly callbacks: number;
  /** What came back and was not reaped. */
  readonly unreaped: number;
  /** What never was, before its device was closed. */
  readonly lost: number;
  /** Claims that took an interface from somebody. */
  readonly evicted: number;
  readonly alternatesSet: number;
  /** Calls of openusb_get_device_data. */
  readonly deviceData: number;
  readonly spinning: number;
}

/** What can be switched: see the variables of that name in model.h and io.h. */
export type Switch =
  | `silent-${"failures" | "controls" | "unplug"}`
  | "loses-partial"
  | "loses-long"
  | "shifts-packets"
  | `refuses-${"strings" | "status" | "configuration"}`
  | "drops-empty"
  | "unknown-configuration"
  | "twice"
  | "length"
  | "thread"
  | "at-once"
  | "never"
  | `hang-in-${"abort" | "submit" | "close" | "claim"}`;

/** The devices by name. */
export type DeviceName = "hub" | "zero" | "isochronous" | "keyboard" | "gaps";

/** The test library of this process: built, named to the backend by the environment, and at hand. */
export class TestLibrary {
  readonly path = buildOpenUsbLibrary();
  readonly #socket = path.join(tmpdir(), `tsusb-openusb-${process.pid}.sock`);

  constructor() {
    process.env.TSUSB_OPENUSB_PATH = this.path;
    process.env.TSUSB_TEST_OPENUSB_SOCKET = this.#socket;
  }

  /** Switches a defect or a lie. Everything is as it was once the last backend is closed and opened again. */
  set(name: Switch, value: 0 | 1): Promise<void> {
    return this.#act(`set ${name} ${value}`);
  }

  unplug(device: DeviceName): Promise<void> {
    return this.#act(`unplug ${device}`);
  }

  plug(device: DeviceName): Promise<void> {
    return this.#act(`plug ${device}`);
  }

  /** Has the device answer the control request that it has left waiting. */
  answer(device: DeviceName): Promise<void> {
    return this.#act(`answer ${device}`);
  }

  async look(): Promise<Counts> {
    return (await this.#ask("look")) as Counts;
  }

  async #act(command: string): Promise<void> {
    const reply = await this.#ask(command);
    if (reply !== "ok") throw new Error(String(reply));
  }

  #ask(command: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let text = "";
      const socket = createConnection(this.#socket, () => socket.write(command));
      socket.setEncoding("utf8");
      socket.on("data", (part) => {
        text += part;
      });
      socket.on("error", reject);
      socket.on("end", () => resolve(JSON.parse(text)));
    });
  }
}
