import type { IBackend } from "../contract/backend.js";
import { nodeBuiltin } from "../node-builtin.js";
import { findApplication } from "./application.js";
import { checkGetBackendOptions } from "./check-options.js";
import { importFromCore } from "./known-backends.js";
import type { Surroundings } from "./load-backend.js";
import type { GetBackendOptions } from "./options.js";
import { sameValue } from "./same-value.js";
import { type Chosen, instanceOf, selectBackend } from "./select-backend.js";

/**
 * Gives the best backend that works here: `libusb1`, `libusb0`, `openusb`, every other registered one, then marked
 * packages among the application's dependencies. `options.order`, else `TSUSB_BACKEND`, replaces that order. The virtual
 * and the USB/IP backend are only ever chosen by name.
 *
 * I/O: imports packages, loads and initialises libraries; the same options give the same instance until it is closed.
 *
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` with the reason for each backend in `attempts`.
 * @throws TypeError for an unknown option or a wrong type.
 */
export async function getBackend(options: GetBackendOptions = {}): Promise<IBackend> {
  checkGetBackendOptions(options);
  const environment = globalThis.process?.env?.TSUSB_BACKEND;
  const request = { ...options, environment };
  const known = choices.find((choice) => sameValue(choice.request, request));
  if (known) {
    try {
      // Not the backend itself is kept: one that was closed must not be given again, and only its package knows.
      const { registration } = await known.chosen;
      return await instanceOf(registration, options);
    } catch {
      // It worked once and does not now: all over again, so that the error tells of every backend.
      forget(known);
    }
  }
  const chosen = selectBackend(options, { environment, surroundings: surroundingsFor(options) });
  const choice: Choice = { request, chosen };
  choices.push(choice);
  if (choices.length > MOST_CHOICES) choices.shift();
  try {
    return (await chosen).backend;
  } catch (error) {
    forget(choice);
    throw error;
  }
}

interface Choice {
  readonly request: unknown;
  readonly chosen: Promise<Chosen>;
}

/** Which backend was chosen for which options. */
const choices: Choice[] = [];

/** Milliseconds; a package that waits for something while it is imported must not keep the next from being tried. */
const IMPORT_TIMEOUT = 10_000;

/** Options with fresh functions are never the same again: their choices must not pile up. */
const MOST_CHOICES = 16;

function forget(choice: Choice): void {
  const index = choices.indexOf(choice);
  if (index >= 0) choices.splice(index, 1);
}

function surroundingsFor({ from }: GetBackendOptions): Surroundings {
  let found: { readonly application: ReturnType<typeof findApplication> } | undefined;
  return {
    importFromCore,
    importFile: (path) => {
      const href = nodeBuiltin("node:url")?.pathToFileURL(path).href ?? path;
      return import(/* @vite-ignore */ /* webpackIgnore: true */ href);
    },
    application: () => {
      found ??= { application: findApplication(from) };
      return found.application;
    },
    importTimeout: IMPORT_TIMEOUT,
  };
}
