import { expect, test } from "vitest";
import { isPublicAddress, refusedTarget } from "./guard";

const PRIVATE = [
  "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
  "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
  "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
  "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:db8::1", "fec0::1",
]; // biome-ignore format: a table of addresses
/** Different spellings of one address in a URL. */
function spellings(address: string): string[] {
  const parts = address.split(".").map(Number);
  const whole = parts.reduce((sum, part) => sum * 256 + part, 0);
  const hex = (part: number) => part.toString(16).padStart(2, "0");
  const hosts = [
    String(whole),
    `0x${whole.toString(16)}`,
    parts.map((part) => `0${part.toString(8)}`).join("."),
    parts.map((part) => `0x${hex(part)}`).join("."),
    `${address}.`,
    `${parts[0]}.${parts.slice(1).reduce((sum, part) => sum * 256 + part, 0)}`,
    `[::ffff:${address}]`,
    `[::ffff:${parts.slice(0, 2).map(hex).join("")}:${parts.slice(2).map(hex).join("")}]`,
    `[64:ff9b::${parts.slice(0, 2).map(hex).join("")}:${parts.slice(2).map(hex).join("")}]`,
  ];
  return hosts.map((host) => `https://${host}/hook`);
}

const SPELLINGS = ["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.254", "169.254.169.254", "100.100.1.1", "0.0.0.0"].flatMap(
  spellings,
);

test.each(PRIVATE)("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
  const host = address.includes(":") ? `[${address}]` : address;
  expect(refusedTarget(`https://${host}/hook`)).not.toBeNull();
});

test.each(SPELLINGS)("%s is seen for what it is", (url) => {
  expect(refusedTarget(url)).not.toBeNull();
});

test.each(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "http://hooks.example.org/x",
  "https://user:pass@hooks.example.org/x",
  "https://hooks.example.org:6379/x",
  "https://localhost/x",
  "https://printer.local/x",
  "https://metadata.google.internal/x",
])("%s may not be set from outside", (url) => {
  expect(refusedTarget(url)).not.toBeNull();
});

test("an ordinary webhook may be set", () => {
  expect(refusedTarget("https://hooks.example.org/services/x")).toBeNull();
});
