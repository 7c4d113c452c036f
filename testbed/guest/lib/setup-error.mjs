/** The machine lacks what the guest needs; `message` says what to do. */
export class SetupError extends Error {
  /** Source: EX_UNAVAILABLE in sysexits.h. */
  exitStatus = 69;
}

/** The guest did not get to the end of the command. */
export class GuestError extends Error {
  exitStatus = 125;
}
