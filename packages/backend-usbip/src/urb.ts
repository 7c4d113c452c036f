import type { ControlSetup, Submission } from "@tsusb/core/backend";
import type { SubmitCommand } from "./command.js";
import { parseSetup } from "./standard-request.js";

/** A transfer that a client waits for, from its command to its one final message. */
export class Urb {
  readonly command: SubmitCommand;
  readonly setup: ControlSetup;
  /** `seqnum` of each wish to end it. */
  readonly unlinks: number[] = [];
  #submission: Submission | undefined;

  constructor(command: SubmitCommand) {
    this.command = command;
    this.setup = parseSetup(command.setup);
  }

  /** `bEndpointAddress`; endpoint 0 has one line for both directions. */
  get endpoint(): number {
    const { endpoint } = this.command;
    return (endpoint & 0x0f) === 0 ? 0 : endpoint;
  }

  /** Notes the transfer that the backend runs for it. */
  start(submission: Submission): void {
    this.#submission = submission;
  }

  /** Asks for its end. Does nothing if the backend does not run it. */
  cancel(): void {
    this.#submission?.cancel();
  }
}
