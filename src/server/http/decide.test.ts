import { expect, test } from "vitest";
import { decideAccess, hostName, type RequestFacts } from "./decide";

const rules = { hosts: new Set<string>() };

function ask(change: Partial<RequestFacts> & { header?: RequestFacts["headers"] } = {}) {
  const { header, ...rest } = change;
  return decideAccess(
    { method: "GET", url: "/", peer: "127.0.0.1", ...rest, headers: { host: "localhost:5000", ...header } },
    rules,
  );
}

test("a request from this machine by a loopback name is an admin's", () => {
  for (const host of ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.9.1", "[::1]:5000", "LOCALHOST."]) {
    expect(ask({ header: { host } })).toEqual({ allowed: true, role: "admin" });
  }
});

test.each([
  ["a foreign name (DNS rebinding)", { header: { host: "evil.example" } }, 421],
  ["a name that only begins like ours", { header: { host: "localhost.evil.example" } }, 421],
  ["no Host at all", { header: { host: undefined } }, 421],
  ["a Host with a path in it", { header: { host: "localhost/evil" } }, 421],
  ["an address that only looks like loopback", { header: { host: "127.0.0.1.nip.io" } }, 421],
  ["a neighbour on the network", { peer: "192.0.2.7" }, 403],
  ["a proxy on this machine", { header: { "x-forwarded-for": "192.0.2.7" } }, 403],
  ["a method that nobody needs", { method: "TRACE" }, 405],
  ["an absolute address", { url: "http://evil.example/" }, 400],
  ["an endless address", { url: `/${"a".repeat(5000)}` }, 414],
  ["a server action", { method: "POST", header: { "next-action": "x" } }, 404],
  ["a body without a length", { method: "POST", header: { "transfer-encoding": "chunked" } }, 411],
  ["a body of two megabytes", { method: "POST", header: { "content-length": "2097152" } }, 413],
  ["another site's form", { method: "POST", header: { "sec-fetch-site": "cross-site" } }, 403],
  ["another port's page", { method: "POST", header: { "sec-fetch-site": "same-site" } }, 403],
  ["another origin", { method: "POST", header: { origin: "http://localhost:3000" } }, 403],
  ["an opaque origin", { method: "POST", header: { origin: "null" } }, 403],
] as const)("refuses %s", (_name, change, status) => {
  expect(ask(change)).toMatchObject({ allowed: false, status });
});

test("a bare write from the command line passes, and so does our own page's", () => {
  expect(ask({ method: "POST" })).toMatchObject({ allowed: true });
  expect(ask({ method: "POST", header: { origin: "http://localhost:5000", "sec-fetch-site": "same-origin" } })).toMatchObject({
    allowed: true,
  });
});

test.each([
  ["web-1:5000", "web-1"],
  ["[2001:DB8::1]:80", "2001:db8::1"],
  ["a b", null],
  ["user@host", null],
  ["", null],
])("the host of %j is %j", (header, name) => {
  expect(hostName(header)).toBe(name);
});
