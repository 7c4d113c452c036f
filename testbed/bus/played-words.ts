import { BusClient } from "./client.js";

const SOURCE = 0x81;
const SINK = 0x01;

/** What a test of each byte asks of the device at one endpoint. */
export interface WordsTarget<Device> {
  readonly endpoint: number;
  find(): Promise<Device>;
  position(): Promise<number>;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

/** A played device that sends words, with short packets and pauses by chance, and checks those that it takes. */
export class PlayedWords {
  /** What it is found by. */
  readonly ids = { idVendor: 0x1209, idProduct: 0x5125 } as const;
  readonly #bus: BusClient;

  private constructor(bus: BusClient) {
    this.#bus = bus;
  }

  /** Plugs it. */
  static async plug(seed: number): Promise<PlayedWords> {
    const bus = await BusClient.connect();
    const words = new PlayedWords(bus);
    const endpoints = [SOURCE, SINK].map((bEndpointAddress) => ({ bEndpointAddress, bmAttributes: "bulk" }));
    await bus.plug({
      id: "words",
      port: "7",
      device: words.ids,
      configurations: [{ interfaces: [{ endpoints }] }],
      endpoints: {
        [SOURCE]: { source: "words", chance: { seed, short: 20, pause: 2 } },
        [SINK]: { sink: "words" },
      },
    });
    return words;
  }

  /** The endpoint that sends. */
  source<Device>(find: () => Promise<Device>): WordsTarget<Device> {
    return this.#target(SOURCE, find);
  }

  /** The endpoint that takes and checks. */
  sink<Device>(find: () => Promise<Device>): WordsTarget<Device> {
    return this.#target(SINK, find);
  }

  async close(): Promise<void> {
    await this.#bus.unplug("words").catch(() => undefined);
    this.#bus.close();
  }

  #target<Device>(endpoint: number, find: () => Promise<Device>): WordsTarget<Device> {
    return {
      endpoint,
      find,
      position: () => this.#position(endpoint),
      unplug: () => this.#bus.unplug("words"),
      replug: () => this.#bus.replug("words"),
    };
  }

  async #position(endpoint: number): Promise<number> {
    const { endpoints } = await this.#bus.inspect("words");
    const pattern = endpoints.find((each) => each.endpoint === endpoint)?.pattern;
    if (pattern === undefined) throw new Error(`endpoint ${endpoint} has no pattern`);
    if (pattern.firstWrong !== undefined)
      throw new Error(`byte ${pattern.firstWrong} was wrong when it came to the device`);
    return pattern.bytes;
  }
}
