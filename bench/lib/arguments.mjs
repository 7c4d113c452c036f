import { parseArgs } from "node:util";
import { CHECKS } from "./checks.mjs";
import { RIVALS } from "./rivals.mjs";
import { rivalsOf, WORKLOADS } from "./workloads.mjs";

const names = (things) => things.map(({ name }) => name).join(", ");

export const HELP = `usage: npm run bench -- [OPTION…]

Measures tsusb beside C with libusb 1.0 and 0.1, PyUSB and both generations of npm's usb, on the played bus: everything
on one CPU, the rivals interleaved. Needs Linux, root and /dev/fuse.

  --rounds N         how often each rival measures each workload (default 12)
  --seconds S        how long it measures each time, after its warm-up (default 0.25)
  --workload NAME    only this one, may be repeated: ${names(WORKLOADS)}
  --rival NAME       only this one, may be repeated: ${names(RIVALS)}
  --check [NAME…]    checks the bounds, all or these: ${names(CHECKS)};
                     exit status 1 if one is not kept
  --json FILE        writes everything to a file
  --report FILE      runs nothing: makes docs/performance.md, with its charts, of a file that --json has written; of two if
                     it is repeated, one of the played bus and one of the guest
  --help             this text
`;

/** Arguments that make no sense; `message` says which and what to write instead. */
export class UsageError extends Error {
  /** Source: EX_USAGE in sysexits.h. */
  exitStatus = 64;
}

/**
 * Reads the command line.
 *
 * @param {readonly string[]} words
 * @throws UsageError
 */
export function readArguments(words) {
  const { values, positionals } = parsed(words);
  if (positionals.length > 0 && !values.check)
    throw new UsageError(`${positionals[0]}: unexpected; names stand after --workload, --rival or --check`);
  const other = ["check", "json", "rival", "workload"].find(
    (name) => values[name]?.length > 0 || values[name] === true,
  );
  if (values.report.length > 0 && other)
    throw new UsageError(`--report runs nothing and needs no --${other}: leave out one of them`);
  const checks = values.check ? chosen("--check", positionals, CHECKS) : [];
  const narrowed = ["rival", "workload"].find((option) => values[option].length > 0);
  const needy = checks.find(({ needsRounds }) => needsRounds);
  if (needy && narrowed)
    throw new UsageError(`--check ${needy.name} needs every cell; leave out --${narrowed}`);
  const rivals = chosen("--rival", values.rival, RIVALS);
  return {
    help: values.help,
    json: values.json,
    report: values.report,
    rounds: number("--rounds", values.rounds, (n) => Number.isInteger(n) && n >= 1 && n <= 1000, "1 to 1000"),
    seconds: number("--seconds", values.seconds, (n) => n > 0 && n <= 600, "above 0, at most 600"),
    workloads: withRivals(chosen("--workload", values.workload, WORKLOADS), rivals, values.workload),
    rivals,
    checks,
  };
}

function parsed(words) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: "string", default: "12" },
        seconds: { type: "string", default: "0.25" },
        workload: { type: "string", multiple: true, default: [] },
        rival: { type: "string", multiple: true, default: [] },
        check: { type: "boolean", default: false },
        json: { type: "string" },
        report: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}; see --help`);
  }
}

function number(option, text, isRight, range) {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!isRight(value)) throw new UsageError(`${option}: ${JSON.stringify(text)} is not a number ${range}`);
  return value;
}

/** Leaves out what nobody takes part in, unless it was asked for by name. */
function withRivals(workloads, rivals, named) {
  const empty = workloads.filter((workload) => rivalsOf(workload, rivals).length === 0);
  const asked = empty.find(({ name }) => named.includes(name));
  if (asked) throw new UsageError(`--workload ${asked.name} is for --rival ${asked.only.join(", ")} alone`);
  return workloads.filter((workload) => !empty.includes(workload));
}

function chosen(option, wanted, things) {
  for (const name of wanted)
    if (!things.some((thing) => thing.name === name))
      throw new UsageError(`${option}: there is no ${JSON.stringify(name)}; there are ${names(things)}`);
  return wanted.length === 0 ? things : things.filter(({ name }) => wanted.includes(name));
}
