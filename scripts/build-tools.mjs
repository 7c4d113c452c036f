import { ensureCommands } from "./apt.mjs";

/** Sees to it that the compiler, make and Python that node-gyp needs are there. On Windows node-gyp looks for itself. */
export function ensureBuildTools() {
  if (process.platform === "win32") return;
  try {
    ensureCommands(
      new Map([
        ...(process.env.CXX ? [] : [process.platform === "darwin" ? ["clang++", "clang"] : ["g++", "g++"]]),
        ["make", "make"],
        ["python3", "python3"],
      ]),
    );
  } catch (error) {
    const remedy = process.platform === "darwin" ? "xcode-select --install" : error.message;
    throw new Error(`the native addons need a C++ compiler, make and Python 3: ${remedy}`, { cause: error });
  }
}
