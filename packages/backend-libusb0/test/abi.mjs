// node abi.mjs [OPTION…]: compiles abi.cc with these options; exit status and messages are the compiler's.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureFiles } from "../../../scripts/apt.mjs";
import { LIBUSB_0_HEADER } from "../../../scripts/debian.mjs";

ensureFiles(new Map([LIBUSB_0_HEADER]));
const options = ["-std=c++17", "-fsyntax-only", "-Wno-deprecated-declarations", ...process.argv.slice(2)];
const source = fileURLToPath(new URL("abi.cc", import.meta.url));
const { status } = spawnSync(process.env.CXX ?? "g++", [...options, source], { stdio: "inherit" });
process.exit(status ?? 1);
