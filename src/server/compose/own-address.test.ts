import { hostname } from "node:os";
import { expect, test } from "vitest";
import { parseConfig } from "../config/load";
import { ownAddress } from "./own-address";

test.each([
  ["", ""],
  ["server: {host: 127.0.0.1}", ""],
  ["server: {host: 0.0.0.0}", `http://${hostname()}:5000`],
  ["server: {public_url: https://monitor.example.org/web-1}", "https://monitor.example.org/web-1"],
])("%j is reached at %j", (text, address) => {
  const config = parseConfig("config.yaml", text, () => undefined);
  expect(ownAddress(config, "http://127.0.0.1:5000")).toBe(address);
});
