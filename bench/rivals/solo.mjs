// What the rivals' programs in JavaScript have in common that run alone (see lib/solo/rows.mjs): PROGRAM KIND SECONDS. They
// print { values }, { cannot: reason } or { cut: seconds }, and end.

const [kindName, secondsText] = process.argv.slice(2);

/** What is to be done. */
export const kind = kindName;
/** How long, where it takes any time. */
export const seconds = Number(secondsText);

/** Of the devices: see lib/solo/devices.mjs. */
export const VENDOR = 0x1209;
export const ENDLESS = 0x0200;
export const LINE = 0x0201;
export const SOURCE = 0x81;
export const OTHER_SOURCE = 0x82;
export const SILENT = [0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a];

/** Bytes in flight while the program is busy: what the line moves in 26 ms, for a thread that does not get the CPU at once. */
export const IN_FLIGHT = 1024 * 1024;

/** Seconds after which something that has not ended is cut. */
const LIMIT = 2;

/** Prints what was found and ends the process, whatever is pending in it. @param {Readonly<Record<string, number>>} values */
export function answer(values) {
  end({ values });
}

/**
 * Waits for something; ends the process, saying that it was cut, if that takes too long.
 *
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export async function within(promise) {
  const late = setTimeout(() => end({ cut: LIMIT }), LIMIT * 1000);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}

/** Does what is asked for. @param {Readonly<Record<string, () => Promise<Readonly<Record<string, number>>>>>} kinds */
export async function serve(kinds) {
  const run = kinds[kind];
  if (run === undefined) throw new Error(`has no kind ${kind}, but ${Object.keys(kinds).join(", ")}`);
  answer(await run());
}

function end(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`, () => process.exit(0));
}
