// node --expose-gc soak.mjs BACKEND SECONDS EVERY: one stream at full rate for so many seconds, each byte held against what
// the device sends. Prints { seconds, bytes, rss, heap } every so many seconds, after a garbage collection, and at the end;
// seconds since the first byte, the others in bytes. A wrong byte ends it with status 1. TSUSB_SOAK_EXPECTS: `words` or `zeros`,
// for a test of that.
import { find } from "@tsusb/core";

/** Of the bus's device, or of the test library's where the backend is OpenUSB: the same endpoint in both. */
const IDS = { idVendor: 0x1209, idProduct: 0x0001 };
const SOURCE = 0x84;
const OPTIONS = { transferSize: 65_536, transfers: 16 };

const [backendName, ...numbers] = process.argv.slice(2);
const [seconds, every] = numbers.map(Number);

const { getBackend } = await import(`@tsusb/backend-${backendName}`);
const backend = await getBackend();
const device = await find({ ...IDS, backend });
const sent = process.env.TSUSB_SOAK_EXPECTS ?? (backendName === "openusb" ? "zeros" : "words");
const check = sent === "zeros" ? zeros() : words();
let bytes = 0;
let begin;
let due = every;
for await (const chunk of endpointOf(device).stream(OPTIONS)) {
  begin ??= performance.now();
  check(chunk, bytes);
  bytes += chunk.length;
  const now = (performance.now() - begin) / 1000;
  if (now < due && now < seconds) continue;
  due += every;
  globalThis.gc();
  say(now);
  if (now >= seconds) break;
}
await backend.close();

function say(at) {
  const { rss, heapUsed } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ seconds: at, bytes, rss, heap: heapUsed })}\n`);
}

function endpointOf({ configurations }) {
  const endpoints = configurations[0].interfaces.flatMap((each) => [...each.endpoints]);
  return endpoints.find(({ bEndpointAddress }) => bEndpointAddress === SOURCE);
}

/** Of the bus's pattern `words`: each little-endian word of 32 bits is its own number. */
function words() {
  return (chunk, position) => {
    const first = position / 4;
    const got = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
    let wrong = 0;
    for (let at = 0; at < got.length; at++) wrong |= got[at] ^ (first + at);
    if (wrong !== 0) fail(position, chunk.length);
  };
}

/** Of OpenUSB's test library. */
function zeros() {
  const right = Buffer.alloc(OPTIONS.transferSize);
  return (chunk, position) => {
    if (right.compare(chunk, 0, chunk.length, 0, chunk.length) !== 0) fail(position, chunk.length);
  };
}

function fail(position, length) {
  process.stderr.write(`a byte is wrong in the ${length} from byte ${position} on\n`);
  process.exit(1);
}
