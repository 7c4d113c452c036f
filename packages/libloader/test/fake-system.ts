import type { System } from "../src/system.js";

type Facts = Partial<Pick<System, "platform" | "arch" | "env" | "loaderPath">> & {
  readonly libc?: Awaited<ReturnType<System["libc"]>>;
};

/** A system that has `files` and nothing else; a string is a text file. */
export function fakeSystem(
  { libc = "glibc", ...facts }: Facts,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): System {
  const bytes = (content: string | Uint8Array) =>
    typeof content === "string" ? new TextEncoder().encode(content) : content;
  const folder = (path: string) => path.replace(/[\\/][^\\/]*$/, "");
  return {
    platform: "linux",
    arch: "x64",
    env: {},
    loaderPath: undefined,
    ...facts,
    libc: async () => libc,
    list: async (directory) =>
      Object.keys(files)
        .filter((path) => folder(path) === directory)
        .map((path) => path.slice(directory.length + 1)),
    readText: async (path) => {
      const content = files[path];
      return content === undefined ? undefined : new TextDecoder().decode(bytes(content));
    },
    inspect: async (path) => {
      const content = files[path];
      if (content === undefined) return { kind: "missing" };
      return { kind: "file", size: bytes(content).length, head: bytes(content) };
    },
    realPath: async (path) => path,
  };
}
