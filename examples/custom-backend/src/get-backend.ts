import { LoopbackBackend } from "./backend.js";

let instance: LoopbackBackend | undefined;

/** Gives the backend, the same one until it is closed. */
export async function getBackend(): Promise<LoopbackBackend> {
  instance ??= new LoopbackBackend(() => {
    instance = undefined;
  });
  return instance;
}
