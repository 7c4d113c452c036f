// Asks a USB disk who it is: SCSI INQUIRY over the bulk-only transport. Reads nothing from the medium.
import { find, type Interface } from "@tsusb/core";

// Mass storage, SCSI transparent command set, bulk-only. Source: USB Mass Storage Class Bulk-Only Transport 1.0, §4.3.
const BULK_ONLY = { bInterfaceClass: 8, bInterfaceSubClass: 6, bInterfaceProtocol: 0x50 };
const INQUIRY_LENGTH = 36;

const disk = await find(BULK_ONLY);
if (disk === undefined) throw new Error("there is no USB disk");
await disk.open({ autoDetachKernelDriver: true });
try {
  const interface_ = disk.configurations.flatMap((each) => each.interfaces).find(isBulkOnly);
  const out = interface_?.endpoints.find((each) => each.type === "bulk" && each.direction === "out");
  const in_ = interface_?.endpoints.find((each) => each.type === "bulk" && each.direction === "in");
  if (out === undefined || in_ === undefined) throw new Error("the disk lacks an endpoint");

  await out.write(commandBlock(Uint8Array.of(0x12, 0, 0, 0, INQUIRY_LENGTH, 0)));
  const answer = Buffer.from(await in_.read(INQUIRY_LENGTH));
  const status = Buffer.from(await in_.read(13));
  if (status.toString("latin1", 0, 4) !== "USBS" || status.readUInt8(12) !== 0)
    throw new Error(`the disk refused the command: ${status.toString("hex")}`);
  // Source: SCSI Primary Commands, standard INQUIRY data.
  const text = (start: number, end: number) => answer.toString("latin1", start, end).trim();
  console.log(`vendor "${text(8, 16)}", product "${text(16, 32)}", revision "${text(32, 36)}"`);
} finally {
  await disk.close();
}

function isBulkOnly({ bInterfaceClass, bInterfaceProtocol }: Interface): boolean {
  return bInterfaceClass === BULK_ONLY.bInterfaceClass && bInterfaceProtocol === BULK_ONLY.bInterfaceProtocol;
}

/** Command block wrapper for a command that reads. Source: Bulk-Only Transport 1.0, §5.1. */
function commandBlock(command: Uint8Array): Buffer {
  const block = Buffer.alloc(31);
  block.write("USBC", 0, "latin1");
  block.writeUInt32LE(1, 4);
  block.writeUInt32LE(INQUIRY_LENGTH, 8);
  block.writeUInt8(0x80, 12);
  block.writeUInt8(command.length, 14);
  block.set(command, 15);
  return block;
}
