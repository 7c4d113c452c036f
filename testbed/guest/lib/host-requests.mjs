import { devices } from "./devices.mjs";
import { keepRecording } from "./recording.mjs";

/**
 * Answers one line that a program in the guest wrote to the host channel.
 *
 * @param folder - The run's.
 * @returns `ok`, with a value behind it if there is one, or `error` and the reason.
 */
export async function answer(line, qmp, folder) {
  const [verb, ...words] = line.trim().split(/\s+/);
  try {
    const request =
      requests[verb] ?? fail(`no request is named "${verb}"; there are ${Object.keys(requests).join(", ")}`);
    const value = await request(qmp, words, folder);
    return typeof value === "string" ? `ok ${value}` : "ok";
  } catch (error) {
    return `error ${error.message.replaceAll("\n", " ")}`;
  }
}

const requests = {
  // key a b: both at once, as a chord. Names are QEMU's QKeyCode: a, 1, spc, ret, shift, ...
  key: (qmp, names) =>
    names.length === 0
      ? fail("key needs the name of a key, e.g. key a")
      : qmp.execute("send-key", { keys: names.map((data) => ({ type: "qcode", data })), "hold-time": 20 }),

  // move X Y: the tablet, from 0 to 32767 each.
  move: (qmp, [x, y]) =>
    qmp.execute("input-send-event", {
      events: [
        { type: "abs", data: { axis: "x", value: coordinate("X", x) } },
        { type: "abs", data: { axis: "y", value: coordinate("Y", y) } },
      ],
    }),

  plug: (qmp, [name]) => qmp.execute("device_add", qemuDevice(name)),
  unplug: (qmp, [name]) => qmp.execute("device_del", { id: qemuDevice(name).id }),

  // device_add usb-mouse id=m port=5: QEMU's own form.
  device_add: (qmp, [driver, ...properties]) =>
    qmp.execute("device_add", {
      driver: driver ?? fail("device_add needs a driver, e.g. device_add usb-mouse id=m"),
      ...Object.fromEntries(properties.map(property)),
    }),
  device_del: (qmp, [id]) => qmp.execute("device_del", { id: id ?? fail("device_del needs an id") }),
  // recording: the path of a WAV file with what usb-audio played from its plug to its unplug.
  recording: (_qmp, _words, folder) => keepRecording(folder),
  ping: () => undefined,
};

/** What QEMU must be told to plug `name`. */
export function qemuDevice(name) {
  const { qemu } = devices[name] ?? {};
  if (!qemu) {
    const names = Object.keys(devices).filter((device) => devices[device].qemu);
    return fail(`no device of QEMU is named "${name ?? ""}"; there are ${names.join(", ")}`);
  }
  return { id: name, bus: "xhci.0", ...qemu };
}

function property(text) {
  const at = text.indexOf("=");
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : fail(`"${text}" is not NAME=VALUE`);
}

function coordinate(axis, text) {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && value < 32768
    ? value
    : fail(`move: ${axis} must be a whole number from 0 to 32767, not "${text ?? ""}"`);
}

function fail(message) {
  throw new Error(message);
}
