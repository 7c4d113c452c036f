import { Session } from "node:inspector/promises";

const CHUNKS = 20_000;
/** So many before: what is allocated once, and by code that is not compiled yet, is not of a chunk. */
const RUN_UP = 4000;
/** Bytes between two samples, in the mean. */
const INTERVAL = 1024;

/**
 * What reading a chunk allocates of the JavaScript heap, by the inspector's sampling profiler; objects that were collected
 * meanwhile count too. The bytes of array buffers lie outside of that heap.
 *
 * @param {(chunks: number) => Promise<void>} read - Reads so many.
 * @returns {Promise<{ heap: number }>} Bytes a chunk.
 */
export async function heapOf(read) {
  await read(RUN_UP);
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.enable");
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await read(CHUNKS);
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  return { heap: sizeOf(profile.head) / CHUNKS };
}

function sizeOf({ selfSize, children }) {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}
