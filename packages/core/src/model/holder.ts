/** Something that holds an endpoint and must end before the device is closed. */
export interface Holder {
  /** Ends it and waits for what is in flight. */
  close(): Promise<void>;
}
