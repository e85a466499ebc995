import { expect, test } from "vitest";
import { urlOf } from "./serving";

test.each([
  [undefined, "http://127.0.0.1:5000"],
  ["192.168.1.5", "http://192.168.1.5:5000"],
  ["web-1", "http://web-1:5000"],
  ["fd00::1", "http://[fd00::1]:5000"],
  ["fe80::1%eth0", "http://[fe80::1%eth0]:5000"],
  ["0.0.0.0", "http://127.0.0.1:5000"],
  ["0", "http://127.0.0.1:5000"],
  ["::", "http://[::1]:5000"],
  ["0:0:0:0:0:0:0:0", "http://[::1]:5000"],
])("a server that listens on %s is reached on this machine at %s", (host, url) => {
  expect(urlOf(host, 5000)).toBe(url);
});
