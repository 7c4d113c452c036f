// Tells of every backend whether it works here: version, library and abilities, or why not and what to do.
import { parseArgs } from "node:util";
import { type BackendSupports, getBackend, type IBackend, NoBackendError, USBError } from "@tsusb/core";

/** What find() chooses from, in its order. */
const CHOSEN_BY_ITSELF = ["libusb1", "libusb0", "openusb"];
/** Only ever chosen by name. */
const BY_NAME = ["virtual"];
/** Source: EX_USAGE in sysexits.h. */
const USAGE_ERROR = 64;

const HELP = `usage: node availability.js [--json] [NAME…]

Tells of every backend whether it works here. NAME is a backend or the package of one; without, all that there are.

  --json   for programs: an array with an object for each backend
  --help   this text

Exit status: 0 if every backend that was named works, or, if none was named, one of ${CHOSEN_BY_ITSELF.join(", ")};
1 if not; ${USAGE_ERROR} if the arguments make no sense.
`;

interface Availability {
  readonly name: string;
  readonly works: boolean;
  readonly version?: string | undefined;
  readonly libraryPath?: string | undefined;
  readonly devices?: number;
  readonly supports?: BackendSupports;
  /** Why it does not work, and what to do. */
  readonly reason?: string;
  /** The same as data: packages and library files that were tried. */
  readonly attempts?: readonly object[];
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) console.log(HELP.trimEnd());
  else process.exitCode = await tell(positionals, values.json);
} catch (error) {
  if (!isUsageError(error)) throw error;
  console.error(`availability: ${error.message}; see --help`);
  process.exitCode = USAGE_ERROR;
}

/** @returns The exit status. */
async function tell(named: readonly string[], json: boolean): Promise<number> {
  const names = named.length > 0 ? named : [...CHOSEN_BY_ITSELF, ...BY_NAME];
  const all: Availability[] = [];
  for (const name of names) all.push(await availabilityOf(name));
  console.log(json ? JSON.stringify(all, undefined, 2) : all.map(textOf).join("\n\n"));
  if (named.length > 0) return all.every(({ works }) => works) ? 0 : 1;
  return all.some(({ name, works }) => works && CHOSEN_BY_ITSELF.includes(name)) ? 0 : 1;
}

async function availabilityOf(name: string): Promise<Availability> {
  let backend: IBackend | undefined;
  try {
    backend = await getBackend({ order: [name] });
    const { version, libraryPath, supports } = backend;
    const devices = (await backend.enumerateDevices()).length;
    return { name, works: true, version, libraryPath, devices, supports };
  } catch (error) {
    if (!USBError.is(error)) throw error;
    const attempts = error instanceof NoBackendError ? error.attempts : [];
    // The errors behind the attempts are for debuggers; everything else of them is data.
    return {
      name,
      works: false,
      reason: error.message,
      attempts: attempts.map(({ cause: _, ...rest }) => rest),
    };
  } finally {
    await backend?.close();
  }
}

function textOf({ name, works, version, libraryPath, devices, supports, reason = "" }: Availability): string {
  if (!works) return `${name}: does not work\n${indented(reason)}`;
  const abilities = Object.entries({ ...supports });
  const has = abilities.filter(([, value]) => value !== false && value !== "none");
  const lacks = abilities.filter(([, value]) => value === false || value === "none");
  const lines = [
    libraryPath === undefined ? "no C library" : libraryPath,
    `${devices} ${devices === 1 ? "device" : "devices"}`,
    `supports ${has.map(([ability, value]) => (value === true ? ability : `${ability} (${value})`)).join(", ")}`,
    ...(lacks.length > 0 ? [`lacks ${lacks.map(([ability]) => ability).join(", ")}`] : []),
  ];
  return [
    `${name}: works${version === undefined ? "" : `, version ${version}`}`,
    indented(lines.join("\n")),
  ].join("\n");
}

/** Without empty lines, below the name that it belongs to. */
function indented(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `    ${line}`).join("\n");
}

/** What parseArgs throws. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
