import { expect, test } from "vitest";
import { refusedTarget } from "~/server/notifiers/guard";
import { refusalOf } from "./private-target";

test.each([
  ["https://hooks.example.org/x", null],
  ["https://hooks.example.org:8443/x", null],
  ["https://93.184.216.34/", null],
  ["http://hooks.example.org/x", "https"],
  ["https://hooks.example.org:9000/x", "port"],
  ["https://192.168.1.5/ntfy", "private"],
  ["http://127.0.0.1:8080/", "private"],
  ["https://172.20.0.3/", "private"],
  ["https://100.64.0.1/", "private"],
  ["https://[::1]/", "private"],
  ["https://[fd00::5]/", "private"],
  ["https://gotify.local/", "private"],
  ["https://localhost/", "private"],
])("%s: the form says %s, and the server agrees", (address, refusal) => {
  expect(refusalOf(address)).toBe(refusal);
  expect(refusedTarget(address) === null).toBe(refusal === null);
});

test("what is no address is left to the server", () => {
  expect(refusalOf("hooks")).toBeNull();
});
