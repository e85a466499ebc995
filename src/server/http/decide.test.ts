import { describe, expect, test } from "vitest";
import { type AccessRules, type AccessSettings, accessRules, decideAccess, hostName, type RequestFacts } from "./decide";

const SETTINGS: AccessSettings = { allowed_hosts: [], trusted_proxies: [], cors_origins: [], auth: "auto" };
const AT_HOME = accessRules(SETTINGS, undefined, "web-1");
const ON_THE_NETWORK = accessRules(SETTINGS, "0.0.0.0", "Web-1");
const BEHIND_A_PROXY = accessRules(
  { ...SETTINGS, public_url: "https://monitor.example.org", trusted_proxies: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"] },
  undefined,
  "web-1",
);

type Change = Partial<Omit<RequestFacts, "headers">> & { headers?: RequestFacts["headers"] };

function ask({ headers, ...facts }: Change = {}, rules: AccessRules = AT_HOME) {
  return decideAccess(
    {
      method: "GET",
      url: "/api/health",
      peer: "127.0.0.1",
      local: "127.0.0.1",
      hostCount: 1,
      ...facts,
      headers: { host: "localhost:5000", ...headers },
    },
    rules,
  );
}

const LOOPBACK_HOSTS = ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.9.1", "[::1]:5000", "LOCALHOST.", "x.localhost"];

test.each(LOOPBACK_HOSTS)("this machine needs no login as %s", (host) => {
  expect(ask({ headers: { host } })).toMatchObject({ kind: "open", client: { address: "127.0.0.1" } });
  expect(ask({ headers: { host }, peer: "::ffff:127.0.0.1" })).toMatchObject({ kind: "open" });
  expect(ask({ headers: { host }, peer: "::1" })).toMatchObject({ kind: "open" });
});

test.each([
  ["a method that nobody needs", { method: "TRACE" }, 405],
  ["a method of one's own", { method: "STEAL" }, 405],
  ["an absolute address", { url: "http://evil.example/" }, 400],
  ["an asterisk", { method: "OPTIONS", url: "*" }, 400],
  ["an endless address", { url: `/${"a".repeat(5000)}` }, 414],
  ["a server action", { method: "POST", headers: { "next-action": "x" } }, 404],
  ["a body without a length", { method: "POST", headers: { "transfer-encoding": "chunked" } }, 411],
  ["a body of two megabytes", { method: "POST", headers: { "content-length": "2097152" } }, 413],
  ["a login of 100 kB", { method: "POST", url: "/api/auth/sign-in/username", headers: { "content-length": "100000" } }, 413],
  ["two Host headers", { hostCount: 2 }, 400],
  ["a form with files", { method: "POST", headers: { "content-type": "Multipart/Form-Data; boundary=x" } }, 415],
] as const)("refuses %s", (_name, change, status) => {
  expect(ask(change)).toMatchObject({ kind: "refuse", status });
});

test.each([
  "//api/health",
  "/api//health",
  "/api/./health",
  "/api/../health",
  "/api/%2e%2e/health",
  "/api/%2E/health",
  "/api%2f%2fhealth",
  "/api\\health",
  "/api/%5chealth",
  "/api/%00health",
  "/api/%0d%0ahealth",
  "/api/%2568ealth",
  "/api/%",
  "/api/%zz",
  "/api/%c0%ae",
])("refuses %s: it could be read in more than one way", (url) => {
  expect(ask({ url })).toMatchObject({ kind: "refuse", status: 400 });
});

describe("Host", () => {
  const FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "evil-localhost",
    "localhost/evil",
    "localhost@evil.example",
    "localhost evil.example",
    "localhost,evil.example",
    "localhost#evil",
    "localhost?x",
    "localhost:5000:5000",
    "localhost:",
    "localhost:x",
    "localhost:500000",
    "127.0.0.1.nip.io",
    "127.0.0.1@evil.example",
    "1.2.3.4",
    "0.0.0.0",
    "0x7f.0.0.1.evil",
    "2130706433",
    "0177.0.0.1x",
    "[::1].evil.example",
    "[::1",
    "::1",
    "[::]",
    "[fe80::1%eth0]",
    "[::ffff:192.0.2.1]",
    "web-1",
    "web-1.local",
    "monitor.example.org",
    "",
    "\u0000localhost",
    "loc\u0000alhost",
    "ｌocalhost",
    "localhost\r\nx: y",
    "*.localhost.evil",
    "a".repeat(300),
  ];

  test.each(FOREIGN)("%j is refused on this machine", (host) => {
    expect(ask({ headers: { host } })).toMatchObject({ kind: "refuse", status: 421 });
  });

  test("none at all is refused", () => {
    expect(ask({ headers: { host: undefined } })).toMatchObject({ kind: "refuse", status: 421 });
  });

  test.each(["web-1", "WEB-1:5000", "web-1.local", "192.0.2.5:5000", "localhost"])(
    "%s is known when it listens on the network, and asks for a login",
    (host) => {
      expect(ask({ headers: { host }, peer: "192.0.2.7", local: "192.0.2.5" }, ON_THE_NETWORK)).toMatchObject({
        kind: "identify",
        client: { address: "192.0.2.7" },
      });
    },
  );

  test.each(["evil.example", "192.0.2.6", "web-2", "web-1.evil.example"])("%s is not", (host) => {
    expect(ask({ headers: { host }, peer: "192.0.2.7", local: "192.0.2.5" }, ON_THE_NETWORK)).toMatchObject({ status: 421 });
  });

  test("this machine itself stays open while it listens on the network", () => {
    expect(ask({}, ON_THE_NETWORK)).toMatchObject({ kind: "open" });
    expect(ask({ headers: { host: "web-1" } }, ON_THE_NETWORK)).toMatchObject({ kind: "identify" });
  });

  test.each([
    ["public_url", { public_url: "https://monitor.example.org" }],
    ["allowed_hosts", { allowed_hosts: ["monitor.example.org"] }],
    ["trusted_proxies", { trusted_proxies: ["127.0.0.1"] }],
    ["auth: required", { auth: "required" as const }],
  ])("with %s even this machine has to log in", (_name, settings) => {
    expect(ask({}, accessRules({ ...SETTINGS, ...settings }, undefined, "web-1"))).toMatchObject({ kind: "identify" });
  });
});

describe("forwarding headers", () => {
  const NAMES = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
  ];
  const VALUES = ["127.0.0.1", "::1", "localhost", "for=127.0.0.1;proto=https", "", "unknown"];
  const forged = NAMES.flatMap((name) => VALUES.map((value) => [name, value] as const));

  test.each(forged)("%s: %j never makes a request this machine's own", (name, value) => {
    expect(ask({ headers: { [name]: value } })).toMatchObject({
      kind: "identify",
      client: { address: "127.0.0.1", secure: false },
    });
    expect(ask({ headers: { [name]: value }, peer: "192.0.2.7", local: "192.0.2.5" }, ON_THE_NETWORK)).toMatchObject({
      kind: "identify",
      client: { address: "192.0.2.7", secure: false },
    });
  });

  test("a Host with a port that there is not is none", () => {
    expect(ask({ headers: { host: "localhost:99999" } })).toMatchObject({ kind: "refuse", status: 421 });
    expect(ask({ headers: { host: "localhost:65535" } })).toMatchObject({ kind: "open" });
  });

  const proxied = (headers: RequestFacts["headers"], peer = "127.0.0.1") =>
    ask({ peer, headers: { host: "monitor.example.org", ...headers } }, BEHIND_A_PROXY);

  test.each([
    ["the only hop", "192.0.2.7", "192.0.2.7"],
    ["what the client made up is before its address", "127.0.0.1, 192.0.2.7", "192.0.2.7"],
    ["a chain of trusted proxies", "192.0.2.7, 10.1.2.3, fd00::5", "192.0.2.7"],
    ["a trusted address in front of a stranger's", "10.0.0.1, 192.0.2.7, 10.1.2.3", "192.0.2.7"],
    ["nothing", "", "127.0.0.1"],
    ["no address", "unknown, evil", "127.0.0.1"],
    ["an address with a port", "192.0.2.7:51234", "192.0.2.7"],
    ["IPv6 with a port", "[2001:db8::7]:443", "2001:db8::7"],
    ["IPv6 in brackets", "[2001:db8::7]", "2001:db8::7"],
    ["IPv6 as RFC 7239 quotes it", '"[2001:db8::7]:443"', "2001:db8::7"],
    ["brackets without an address", "[x]:443", "127.0.0.1"],
    ["a mapped address", "::ffff:192.0.2.7", "192.0.2.7"],
    ["IPv6", "2001:db8::7", "2001:db8::7"],
    ["a mistake after the client", "192.0.2.7, x", "127.0.0.1"],
  ])("through a trusted proxy, %s: %j is %s", (_name, value, address) => {
    expect(proxied({ "x-forwarded-for": value })).toMatchObject({ kind: "identify", client: { address } });
  });

  test.each([
    ["https", true],
    ["HTTPS", true],
    ["http", false],
    ["http, https", true],
    ["https, http", false],
    ["", false],
    ["httpsx", false],
  ])("a trusted proxy's scheme %j is secure: %s", (value, secure) => {
    expect(proxied({ "x-forwarded-proto": value })).toMatchObject({ client: { secure } });
    expect(proxied({ "x-forwarded-proto": value }, "192.0.2.9")).toMatchObject({ client: { secure: false } });
  });

  test("behind a proxy nobody is this machine itself", () => {
    for (const headers of [{}, { "x-forwarded-for": "127.0.0.1" }, { host: "localhost" }]) {
      expect(proxied(headers)).toMatchObject({ kind: "identify" });
    }
  });
});

const WRITES = ["POST", "PUT", "PATCH", "DELETE"];

describe("another site's pages", () => {
  const FORGED: readonly [string, RequestFacts["headers"]][] = [
    ["a form", { "sec-fetch-site": "cross-site" }],
    ["a page of another port", { "sec-fetch-site": "same-site" }],
    ["a page that says it is ours, from elsewhere", { "sec-fetch-site": "cross-site", origin: "http://localhost:5000" }],
    ["a site that no browser knows", { "sec-fetch-site": "same-origin, cross-site" }],
    ["an empty site", { "sec-fetch-site": "" }],
    ["another origin", { origin: "http://evil.example" }],
    ["another port", { origin: "http://localhost:3000" }],
    ["another scheme's name", { origin: "file://localhost:5000" }],
    ["an opaque origin", { origin: "null" }],
    ["an empty origin", { origin: "" }],
    ["an origin with our name in front", { origin: "http://localhost:5000.evil.example" }],
    ["an origin with our name as a user", { origin: "http://localhost:5000@evil.example" }],
    ["an origin with a path", { origin: "http://localhost:5000/" }],
    ["two origins", { origin: "http://localhost:5000, http://evil.example" }],
    ["an old browser's cookie without an origin", { cookie: "hostscope=x" }],
  ];
  const forged = WRITES.flatMap((method) => FORGED.map(([name, headers]) => [method, name, headers] as const));

  test.each(forged)("may not %s: %s", (method, _name, headers) => {
    expect(ask({ method, headers, url: "/api/trpc/monitoring.stop" })).toMatchObject({ kind: "refuse", status: 403 });
  });

  test.each(WRITES)("a program, and a page of ours, may %s", (method) => {
    for (const headers of [
      {},
      { origin: "http://localhost:5000" },
      { origin: "http://localhost:5000", "sec-fetch-site": "same-origin", cookie: "hostscope=x" },
      { "sec-fetch-site": "none", cookie: "hostscope=x" },
    ]) {
      expect(ask({ method, headers })).toMatchObject({ kind: "open" });
    }
  });

  test("the form that acknowledges may post though the browser hides its origin, as our Referrer-Policy asks; a sandboxed frame's may not", () => {
    const posted = (site: string, url = "/api/acknowledge?alert=x") => {
      const headers = { origin: "null", host: "monitor.example.org", "sec-fetch-site": site };
      return ask({ method: "POST", url, headers }, BEHIND_A_PROXY);
    };
    expect(posted("same-origin")).toMatchObject({ kind: "identify" });
    expect(posted("cross-site")).toMatchObject({ kind: "refuse", status: 403 });
    expect(posted("same-origin", "/api/monitoring/stop")).toMatchObject({ kind: "refuse", status: 403 });
  });

  test("the public address is an origin of ours, whatever Host the proxy sends on", () => {
    const headers = { origin: "https://monitor.example.org", "sec-fetch-site": "same-origin", host: "localhost" };
    expect(ask({ method: "POST", headers }, BEHIND_A_PROXY)).toMatchObject({ kind: "identify" });
  });
});

describe("CORS", () => {
  const rules = accessRules({ ...SETTINGS, cors_origins: ["https://dash.example.org"] }, undefined, "web-1");
  const preflight = (origin: string, some = rules) =>
    ask({ method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } }, some);

  test("a named origin may ask and write", () => {
    expect(preflight("https://dash.example.org")).toEqual({ kind: "preflight", origin: "https://dash.example.org" });
    const headers = { origin: "https://dash.example.org", "sec-fetch-site": "cross-site" };
    expect(ask({ method: "POST", headers }, rules)).toMatchObject({ kind: "open" });
  });

  test.each([
    "http://dash.example.org",
    "https://dash.example.org:8443",
    "https://dash.example.org/",
    "https://dash.example.org.evil.example",
    "https://evil-dash.example.org",
    "https://evil.example/https://dash.example.org",
    "https://sub.dash.example.org",
    "https://DASH.example.org",
    "https://dash.example.org, https://evil.example",
    "https://dashxexample.org",
    "null",
    "*",
    "",
    "file://",
  ])("%j may not", (origin) => {
    expect(preflight(origin)).toMatchObject({ kind: "refuse", status: 403 });
    expect(ask({ method: "POST", headers: { origin, "sec-fetch-site": "cross-site" } }, rules)).toMatchObject({ status: 403 });
  });

  test("nobody may when none is named", () => {
    expect(preflight("https://dash.example.org", AT_HOME)).toMatchObject({ kind: "refuse", status: 403 });
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

test.each([
  ["an image of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["a link of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
  ["a page of another port of this machine", { "sec-fetch-site": "same-site" }],
  ["a script of another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
])("%s reads neither the API nor the metrics", (_name, headers) => {
  for (const url of ["/api/processes/top?from=0", "/api/stream", "/api/trpc/config.get", "/metrics", "/api/export/data"]) {
    expect(ask({ url, headers })).toMatchObject({ kind: "refuse", status: 403 });
  }
  for (const url of ["/", "/alerts?id=1"]) expect(ask({ url, headers })).toMatchObject({ kind: "identify" });
  for (const url of ["/api/docs", "/api/openapi.json"]) expect(ask({ url, headers })).toMatchObject({ kind: "open" });
});

test("our own pages, typed addresses, programs and named origins read", () => {
  const rules = accessRules({ ...SETTINGS, cors_origins: ["https://dash.example.org"] }, undefined, "web-1");
  for (const headers of [
    {},
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: "https://dash.example.org" },
  ]) {
    expect(ask({ url: "/api/metrics/current", headers }, rules)).toMatchObject({ kind: "open" });
  }
});

test("pages answer GET and HEAD only", () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    expect(ask({ method, url: "/alerts" })).toMatchObject({ kind: "refuse", status: 405, allow: "GET, HEAD" });
  }
  expect(ask({ method: "HEAD", url: "/alerts" })).toMatchObject({ kind: "open" });
});

test("procedures are named without escapes: what they cost is counted by their names", () => {
  for (const url of ["/api/trpc/metrics%2Ehistory", "/api/trpc/a.b%2Ca.b", "/api/%74rpc/a.b,a.b"])
    expect(ask({ url })).toMatchObject({ kind: "refuse", status: 400 });
  expect(ask({ url: "/api/trpc/a.b,a.b?batch=1&input=%7B%7D" })).toMatchObject({ kind: "open" });
});
