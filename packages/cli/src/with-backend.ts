import { getBackend } from "@tsusb/core";
import type { IBackend } from "@tsusb/core/backend";

/** The backends that this package brings along, so that they are found however it was installed. */
const OWN: Readonly<Record<string, () => Promise<unknown>>> = {
  libusb1: () => import("@tsusb/backend-libusb1"),
  virtual: () => import("@tsusb/backend-virtual"),
};

/**
 * Runs something with a backend and closes it, whatever comes of it.
 *
 * @param name - Name or package name; default: the best one, as core chooses.
 * @throws {@link NoBackendError} if it does not work here.
 */
export async function withBackend<T>(
  name: string | undefined,
  use: (backend: IBackend) => Promise<T>,
): Promise<T> {
  const wanted = name === undefined ? (process.env.TSUSB_BACKEND ?? "libusb1").split(",") : [name];
  // Importing registers. One that cannot be imported is tried by core again, which says why.
  await Promise.allSettled(wanted.map((each) => OWN[each.trim().replace(/^@tsusb\/backend-/, "")]?.()));
  const backend = await choose(name);
  try {
    return await use(backend);
  } finally {
    await backend.close();
  }
}

async function choose(name: string | undefined): Promise<IBackend> {
  const from = import.meta.url;
  if (name === undefined) return getBackend({ from });
  try {
    return await getBackend({ order: [name], from });
  } catch (error) {
    // The word of the API means nothing to whoever typed a command.
    if (error instanceof Error) error.message = error.message.replace("the option order", "--backend");
    throw error;
  }
}
