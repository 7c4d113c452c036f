/** A peer does not speak USB/IP as we know it; the message says in what. Its connection is dropped. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}
