import { isIPv4 } from "node:net";

/** Addresses of this machine that no other one reaches: 127.0.0.0/8, ::1, and the name that stands for the first. */
export function loopbackAddress(host: string): string {
  if (host === "localhost") return "127.0.0.1";
  if (host === "::1" || (isIPv4(host) && host.startsWith("127."))) return host;
  throw new RangeError(
    `serveUsbip: host ${JSON.stringify(host)} is not a loopback address. USB/IP has neither authentication nor ` +
      "encryption: whoever reaches the port has the devices. Serve on 127.0.0.1, and let other machines in through " +
      "a tunnel that knows them, such as: ssh -R 3240:127.0.0.1:3240 HOST",
  );
}
