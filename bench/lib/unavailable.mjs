/** The machine lacks what the benchmarks need; `message` says what to do. */
export class Unavailable extends Error {
  /** Source: EX_UNAVAILABLE in sysexits.h. */
  exitStatus = 69;
}
