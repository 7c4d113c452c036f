import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where QEMU records what usb-audio plays: a WAV file that is begun anew whenever the device is plugged. */
export const recordingPath = (folder) => join(folder, "sound.wav");

// Source: Multimedia Programming Interface and Data Specifications 1.0, chapter 3, as QEMU's audio/wavaudio.c writes it.
const HEADER_SIZE = 44;
const DATA_SIZE_AT = 40;

let kept = 0;

/**
 * Copies the recording to a name that the guest has not looked at, since the guest keeps what it knows of a file.
 *
 * @returns The copy's path.
 * @throws Error if the device was never plugged, or still is: QEMU writes the end of the file when it goes.
 */
export function keepRecording(folder) {
  const path = recordingPath(folder);
  if (!existsSync(path)) throw new Error("nothing was recorded: plug audio, write to it, and unplug it");
  const recording = readFileSync(path);
  if (
    recording.length < HEADER_SIZE ||
    recording.readUInt32LE(DATA_SIZE_AT) !== recording.length - HEADER_SIZE
  )
    throw new Error("the recording has no end yet: unplug audio first");
  kept += 1;
  const copy = join(folder, `sound-${kept}.wav`);
  copyFileSync(path, copy);
  return copy;
}
