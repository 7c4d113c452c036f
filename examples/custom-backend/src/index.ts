import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { LoopbackBackend } from "./backend.js";
export { getBackend } from "./get-backend.js";
export { hardware } from "./hardware.js";

registerBackend({ name: "loopback", apiVersion: 1, packageName: "@acme/backend-loopback", getBackend });
