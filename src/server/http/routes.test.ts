import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { clientKey } from "./client-address";
import { HANDLERS } from "./headless";
import { RateLimits } from "./rate-limit";
import { isPublic, plainPath, ROUTES, requestCostOf, roleNeeded, withoutBase } from "./routes";

const files = readdirSync("src/app", { recursive: true, encoding: "utf8" });

test("every route file stands in the policy, and the policy names no other", () => {
  const routes = files.filter((file) => file.endsWith("route.ts")).sort();
  expect(
    ROUTES.map(({ file }) => file)
      .filter((file) => file.endsWith("route.ts"))
      .sort(),
  ).toEqual(routes);
});

test("a headless server has a handler for every route file but the documentation, which is pages", () => {
  const routes = files.filter((file) => file.endsWith("route.ts") && file !== "docs/[[...page]]/route.ts");
  expect(Object.keys(HANDLERS).sort()).toEqual(routes.sort());
});

test("every page but the login is for those who are known", () => {
  const pages = files.filter((file) => file.endsWith("page.tsx")).map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`);
  expect(pages.filter((page) => roleNeeded(page) === "nobody")).toEqual(["/login"]);
});

test.each([
  "/",
  "/login/",
  "/LOGIN",
  "/%6cogin",
  "/login%20",
  "/login/x",
  "/loginx",
  "/api/auth",
  "/_next/static/",
  "/_next/static/..%2f..%2fapi",
  "/_next/image?url=/x",
  "/_next/data/x.json",
  "/icon.svg/x",
  "/api/authx/sign-in",
  "/api/health",
  "/metrics",
  "/api/trpc/access.me",
])("%s is nothing for strangers", (target) => {
  const path = plainPath(target);
  expect(path === null || !isPublic(target, path)).toBe(true);
});

test.each(["/login", "/login?next=/alerts", "/api/auth/sign-in/username", "/_next/static/chunks/a-1.js?v=1", "/icon.svg"])(
  "%s is what the login needs",
  (target) => {
    expect(isPublic(target, plainPath(target) ?? "")).toBe(true);
  },
);

test.each([
  ["GET", "/api/metrics/current", "read", 1],
  ["GET", "/api/metrics/history/system", "history", 1],
  ["GET", "/api/processes/top", "history", 1],
  ["GET", "/api/processes/1/history", "history", 1],
  ["POST", "/api/alerts/rules/backtest", "history", 1],
  ["POST", "/api/trpc/rules.backtest", "history", 1],
  ["POST", "/api/monitoring/stop", "write", 1],
  ["POST", "/api/notifications/test", "test", 1],
  ["GET", "/api/export/report", "export", 1],
  ["POST", "/api/auth/sign-in/username", "login", 1],
  ["GET", "/api/stream", "stream", 1],
  ["GET", "/api/trpc/metrics.history", "history", 1],
  ["GET", "/api/trpc/host.get,metrics.history,metrics.history", "history", 3],
  ["POST", "/api/trpc/alerts.test,alerts.test", "test", 2],
  ["GET", "/", "read", 1],
])("%s %s counts as %s, %d times", (method, path, kind, points) => {
  expect(requestCostOf(method, path)).toEqual({ kind, points });
});

test.each([
  ["an IPv4 address", ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"]],
  ["an IPv6 network of 64 bits", ["2001:db8:1:2::1", "2001:DB8:1:2:ffff::9", "2001:0db8:0001:0002::1%eth0"]],
])("%s is one client however it is written", (_name, addresses) => {
  expect(new Set(addresses.map(clientKey)).size).toBe(1);
});

test("what is over the limit is told when to come again; another client, and a user who is known, are not", async () => {
  const limits = new RateLimits(true);
  const from = { address: "192.0.2.7" };
  const takes = await Promise.all(Array.from({ length: 61 }, () => limits.take("write", from)));
  expect(takes.filter(({ allowed }) => allowed)).toHaveLength(60);
  const last = takes.at(-1);
  expect(last?.headers).toMatchObject({
    "RateLimit-Policy": '"write";q=60;w=60',
    RateLimit: expect.stringMatching(/^"write";r=0;t=\d+$/),
  });
  expect(Number(last?.headers["Retry-After"])).toBeGreaterThan(0);
  expect((await limits.take("write", { address: "192.0.2.8" })).allowed).toBe(true);
  expect((await limits.take("write", { ...from, key: "user ann" })).allowed).toBe(true);
});

test("this machine may ask ten times as much, and a batch counts as its calls", async () => {
  const limits = new RateLimits(true);
  expect((await limits.take("write", { address: "127.0.0.1", points: 600 })).allowed).toBe(true);
  expect((await limits.take("write", { address: "127.0.0.1" })).allowed).toBe(false);
  expect((await new RateLimits(true).take("write", { address: "192.0.2.7", points: 61 })).allowed).toBe(false);
});

test("100,000 addresses do not fill the memory: the later ones share one account", async () => {
  const limits = new RateLimits(true);
  const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  let allowed = 0;
  for (let n = 0; n < 100_000; n++) if ((await limits.take("write", { address: address(n) })).allowed) allowed++;
  expect(allowed).toBe(50_000 + 60);
});

test("switched off, nothing is counted and nothing is said", async () => {
  expect(await new RateLimits(false).take("test", { address: "192.0.2.7", points: 1000 })).toEqual({
    allowed: true,
    headers: {},
  });
});

test.each([
  ["/monitor/api/alerts?x=1", "/api/alerts?x=1"],
  ["/monitor", "/"],
  ["/monitor?range=1h", "/?range=1h"],
  ["/api/alerts", "/api/alerts"],
  ["/monitoring/api", "/monitoring/api"],
])("below /monitor, %s is %s", (target, path) => {
  expect(withoutBase(target, "/monitor")).toBe(path);
  expect(withoutBase(target, "")).toBe(target);
});
