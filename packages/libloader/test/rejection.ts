import { LibraryException } from "@tsusb/libloader";
import { expect } from "vitest";

/** The {@link LibraryException} that `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<LibraryException> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LibraryException);
  return error as LibraryException;
}
