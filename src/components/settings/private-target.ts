/** What the server refuses as the address of a receiver from those who may not set private ones, as far as the text tells. Pure. */

export type Refusal = "https" | "port" | "private";

const PORTS = new Set(["", "443", "8443"]);
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/i;
const PRIVATE_ADDRESS = /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const PRIVATE_ADDRESS_6 = /^\[(?:::1?\]|f[cd]|fe[89ab])/i;

export function isPrivateHost(host: string): boolean {
  return PRIVATE_NAME.test(host) || PRIVATE_ADDRESS.test(host) || PRIVATE_ADDRESS_6.test(host);
}

/** Null for what may be set, and for what is no address at all, which the server says better. */
export function refusalOf(address: string): Refusal | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, port } = new URL(address);
  if (isPrivateHost(hostname)) return "private";
  if (protocol !== "https:") return "https";
  return PORTS.has(port) ? null : "port";
}
