// Not node:fs, whose import loads all of Node's streams.
import { constants, type FileHandle, open, readdir, readFile, realpath } from "node:fs/promises";
import { elfInterpreter } from "./binary/elf.js";

/** What one look at a file tells. */
export type FileFacts =
  | { readonly kind: "file"; readonly size: number; readonly head: Uint8Array }
  | { readonly kind: "missing" | "directory" | "special" }
  | { readonly kind: "unreadable"; readonly code: string };

/** All that the search asks of the operating system, so that every system's search can be tested on any other. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** As `process.arch`. */
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The loader's search path variable, as the loader read it when the process started. */
  readonly loaderPath: string | undefined;
  /** The C library of this process on Linux. */
  libc(): Promise<"glibc" | "musl" | undefined>;
  /** The names in a folder; none if it cannot be read. */
  list(directory: string): Promise<readonly string[]>;
  /** The text of a file; `undefined` if it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** Looks at the file, through symbolic links. */
  inspect(path: string): Promise<FileFacts>;
  /** The path with symbolic links resolved; `path` itself if that is not possible. */
  realPath(path: string): Promise<string>;
}

/** Bytes read of a file that is judged; the tables at its start are well within. */
const HEAD_BYTES = 4096;

async function readHead(file: FileHandle): Promise<FileFacts> {
  const facts = await file.stat();
  if (facts.isDirectory()) return { kind: "directory" };
  if (!facts.isFile()) return { kind: "special" };
  const head = new Uint8Array(Math.min(HEAD_BYTES, facts.size));
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  return { kind: "file", size: facts.size, head: head.subarray(0, bytesRead) };
}

const CODE_MEANS: Readonly<Record<string, FileFacts>> = {
  ENOENT: { kind: "missing" },
  ENOTDIR: { kind: "missing" },
  EISDIR: { kind: "directory" },
  ENXIO: { kind: "special" },
};

async function inspect(path: string): Promise<FileFacts> {
  // "r" would wait for a writer if this is a named pipe.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  try {
    const file = await open(path, flags);
    try {
      return await readHead(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "EIO";
    return CODE_MEANS[code] ?? { kind: "unreadable", code };
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function loaderPath(): Promise<string | undefined> {
  // The loader keeps what it read at the start; process.env may have changed since.
  const environment = process.platform === "linux" ? await readText("/proc/self/environ") : undefined;
  if (environment === undefined) return process.env.LD_LIBRARY_PATH;
  const prefix = "LD_LIBRARY_PATH=";
  return environment
    .split("\0")
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

async function libc(): ReturnType<System["libc"]> {
  if (process.platform !== "linux") return undefined;
  const facts = await inspect("/proc/self/exe");
  const interpreter = facts.kind === "file" ? elfInterpreter(facts.head) : undefined;
  return interpreter?.includes("ld-musl") ? "musl" : "glibc";
}

/** The system that this process runs on. */
export async function thisSystem(): Promise<System> {
  return {
    platform: process.platform,
    arch: process.arch,
    env: process.env,
    loaderPath: await loaderPath(),
    libc,
    list: (directory) => readdir(directory).catch(() => []),
    readText,
    inspect,
    realPath: (path) => realpath(path).catch(() => path),
  };
}
