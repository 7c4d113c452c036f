/** What the user is told, without more: the command did its part and this is the answer. */
export class Failure extends Error {
  /** Exit status. */
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}
