import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { parseDeviceQuery } from "./device-query.js";
import type { Terminal } from "./terminal.js";

/** Options that every command has. */
interface CommonOptions {
  readonly backend?: string;
}

const EXAMPLES = `
Examples:
  tsusb list                       the devices of this machine
  tsusb list --json | jq '.[].product'
  tsusb show 0525:a4a0             all descriptors of a device, by vendor and product id
  tsusb show 1:4                   the same, by bus and address
  tsusb show 1-2.3                 the same, by bus and ports
  tsusb --backend virtual list     what a backend of your choice finds
  tsusb demo                       a round trip with a device made of software

Environment:
  TSUSB_BACKEND       backends to try, in order, separated by commas
  TSUSB_LIBUSB1_PATH  the libusb 1.0 to load
  TSUSB_LIBUSB0_PATH  the libusb 0.1 to load
  TSUSB_OPENUSB_PATH  the OpenUSB to load
  LIBUSB_DEBUG        1 to 4: what libusb tells on stderr
  TSUSB_DEBUG         any value: stack traces

Exit status: 0; 1 if it failed; 2 for a command line that makes no sense.`;

const DEVICE_HELP = `
DEVICE is one of
  VID:PID      four hexadecimal digits each: 0525:a4a0
  BUS:ADDRESS  decimal: 1:4 or 001:004
  PORTS        bus, ports from the root hub down: 1-2.3; 1-0 is the root hub of bus 1`;

/** The command line, with nothing run yet. Each command is loaded when it is called. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("tsusb")
    .description("Lists and shows USB devices")
    .version(manifest.version, "-V, --version", "print the version")
    .option("--backend <name>", "use this backend: libusb1, virtual, … or the name of a package")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      // One prefix for whatever goes wrong.
      outputError: (text, write) => write(text.replace(/^error: /, "tsusb: ")),
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
    })
    .showHelpAfterError("(tsusb --help tells more)");
  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .option("--backend <name>", "as before the command")
      .helpOption("-h, --help", "print this help");

  command("list", "list the devices, one a line")
    .option("--json", "print a JSON array of objects instead")
    .action(async (options: CommonOptions & { readonly json?: boolean }) => {
      const { list } = await import("./commands/list.js");
      await list({ ...options, backend: backendOf(options) }, terminal);
    });
  command("show", "show a device with all its descriptors")
    .argument("<device>", "VID:PID, BUS:ADDRESS or PORTS", parseDeviceQuery)
    .option("--json", "print a JSON array with one object instead")
    .addHelpText("after", DEVICE_HELP)
    .action(async (query, options: CommonOptions & { readonly json?: boolean }) => {
      const { show } = await import("./commands/show.js");
      await show(query, { ...options, backend: backendOf(options) }, terminal);
    });
  command("demo", "list the devices, then check a virtual one byte by byte").action(
    async (options: CommonOptions) => {
      const { demo } = await import("./commands/demo.js");
      await demo({ backend: backendOf(options) }, terminal);
    },
  );
  // commander's own answers a name that it does not know with the whole help and not a word about it.
  program
    .command("help")
    .description("print the help of a command")
    .argument("[command]")
    .helpOption("-h, --help", "print this help")
    .action((name: string | undefined) => {
      if (name === undefined) return program.help();
      const named = program.commands.find((each) => each.name() === name);
      if (named === undefined) return program.error(`error: unknown command '${name}'`);
      return named.help();
    });
  return program;

  /** The nearer one wins. */
  function backendOf(options: CommonOptions): string | undefined {
    return options.backend ?? program.opts<CommonOptions>().backend;
  }
}
