/** Something that happened on a server. */
export interface UsbipEvent {
  /**
   * - `"imported"`: a client has the device now.
   * - `"released"`: it has it no more; `reason` says why.
   * - `"refused"`: a client asked for a device that it cannot have.
   * - `"failed"`: the backend refused a call, of which the client learns only a number.
   * - `"dropped"`: a client spoke something else, or nothing; its connection was closed.
   */
  readonly type: "imported" | "released" | "refused" | "failed" | "dropped";
  /** Address and port of the client. */
  readonly client: string;
  /** The device, as clients name it; `undefined` as long as none was named. */
  readonly busid: string | undefined;
  /** In words, for a log. */
  readonly reason: string;
  /** The error behind it. */
  readonly error?: unknown;
}
