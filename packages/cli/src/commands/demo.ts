import { type Device, find, findAll, NoBackendError, USBError, USBTimeoutError } from "@tsusb/core";
import type { IBackend } from "@tsusb/core/backend";
import manifest from "../../package.json" with { type: "json" };
import { Failure } from "../failure.js";
import { noDevicesMessage } from "../no-devices.js";
import { deviceTable } from "../output/device-table.js";
import { printable, printableLines } from "../output/printable.js";
import type { Terminal } from "../terminal.js";
import { withBackend } from "../with-backend.js";

/** Interface and endpoints of backend-virtual's `gadgetZero()`. */
const LOOPBACK = { out: 0x01, in: 0x81, interface: 0 };
const INTERRUPT = { out: 0x03, in: 0x83, interface: 1, alternateSetting: 1 };
const SILENT_IN = 0x85;
/** Vendor requests: stores up to 4096 bytes, and reads them back. */
const STORE = 0x5b;
const READ_BACK = 0x5c;

/** `tsusb demo`: the devices of this machine, then a round trip of each kind with a virtual one, every byte compared. */
export async function demo(
  { backend }: { readonly backend?: string | undefined },
  terminal: Terminal,
): Promise<void> {
  const { out } = terminal;
  out(`tsusb ${manifest.version}, Node.js ${process.version}, ${process.platform} ${process.arch}\n`);
  out("\nThe USB devices of this machine\n");
  await showMachine(backend, terminal);
  out("\nA virtual device, through the same API\n");
  await withBackend("virtual", (virtual) => roundTrips(virtual, terminal));
  out("\nAll of it is as it should be.\n");
}

async function showMachine(name: string | undefined, { out, columns }: Terminal): Promise<void> {
  try {
    await withBackend(name, async (backend) => {
      const where = backend.libraryPath === undefined ? "" : ` (${backend.libraryPath})`;
      out(`  backend ${backend.name} ${backend.version ?? ""}${where}\n\n`);
      const devices = await findAll({ backend });
      const room = columns === undefined ? undefined : columns - 2;
      const text = devices.length > 0 ? await deviceTable(devices, room) : noDevicesMessage(backend);
      out(indent(text));
    });
  } catch (error) {
    // Without a library there is still the virtual device to be shown; any other failure is one.
    if (!(error instanceof NoBackendError)) throw error;
    out(indent(printableLines(error.message)));
  }
}

async function roundTrips(backend: IBackend, { out }: Terminal): Promise<void> {
  const say = (step: string, text: string) => out(`  ${step.padEnd(10)} ${text}\n`);
  const device = await find({ backend, customMatch: ({ product }) => product === "Virtual Zero" });
  if (device === undefined) throw new Failure("the virtual device is not on its bus");

  const { manufacturer = "", product = "" } = await device.readStrings();
  const interfaces = device.configurations.flatMap((configuration) => configuration.interfaces);
  const endpoints = interfaces.flatMap((each) => each.endpoints);
  say("found", printable(`${manufacturer} ${product}, bus ${device.bus}, address ${device.address}`));
  say(
    "described",
    `${device.configurations.length} configurations, ${interfaces.length} alternate settings, ${endpoints.length} endpoints`,
  );
  await device.setConfiguration(1);

  const stored = pattern(4096, 7);
  await device.ctrlTransfer(0x40, STORE, 0, 0, stored);
  same("control", stored, await device.ctrlTransfer(0xc0, READ_BACK, 0, 0, stored.length));
  say("control", `${stored.length} bytes by vendor requests 0x5b and 0x5c came back equal`);

  const sent = pattern(65_536, 11);
  same("bulk", sent, await loop(device, LOOPBACK, sent));
  say("bulk", `${sent.length} bytes through the loopback came back equal`);

  await device.setInterfaceAltsetting(INTERRUPT.interface, INTERRUPT.alternateSetting);
  const report = pattern(64, 13);
  same("interrupt", report, await loop(device, INTERRUPT, report));
  say("interrupt", `${report.length} bytes through the loopback came back equal`);

  say("errors", `a read that nobody answers rejects with ${await timeoutOf(device)}`);
  await device.close();
  say("closed", "and the process ends by itself");
}

async function loop(
  device: Device,
  { out, in: in_ }: { readonly out: number; readonly in: number },
  data: Uint8Array,
): Promise<Uint8Array> {
  const answer = device.read(in_, data.length);
  await device.write(out, data);
  return answer;
}

async function timeoutOf(device: Device): Promise<string> {
  try {
    await device.read(SILENT_IN, 512, { timeout: 50 });
  } catch (error) {
    if (error instanceof USBTimeoutError) return `${error.name} ${error.code}`;
    if (USBError.is(error)) throw new Failure(`the silent endpoint answered ${error.code}`);
    throw error;
  }
  throw new Failure("the silent endpoint answered");
}

/** Bytes that tell a shifted or a repeated block. */
function pattern(length: number, factor: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * factor + (index >> 8)) & 0xff);
}

function same(step: string, sent: Uint8Array, received: Uint8Array): void {
  if (Buffer.compare(sent, received) !== 0)
    throw new Failure(`${step}: ${received.length} bytes came back, not the ${sent.length} that were sent`);
}

function indent(text: string): string {
  return text
    .trimEnd()
    .replace(/^(?=.)/gm, "  ")
    .concat("\n");
}
