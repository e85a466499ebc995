/** Checks the server against its policy: every route and procedure, for every role and verb, and with common attacks. */
import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "../../src/server/http/operations";
import { policyTable } from "../../src/server/http/policy";
import { type Answer, type LoginServer, startWithUsers } from "../helpers/login";

const VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const { procedures, routes } = policyTable();
const operations = procedures.flatMap(({ rest, role }) =>
  rest ? [{ ...rest, role, path: `/api${rest.path.replace(/\{\w+\}/g, "x")}` }] : [],
);
const paths = [...new Set(operations.map(({ path }) => path))];

let open: LoginServer;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  open = await startWithUsers("security:\n  auth: required\n  rate_limit: false\n");
});

afterAll(async () => {
  agent.destroy();
  await open.server[Symbol.asyncDispose]();
});

type Headers = Record<string, string>;

/** Returns only the status and keeps connections open, because there are thousands of requests. */
function statusOf(
  target: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Headers; body?: string } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: open.server.port, path: target, method, headers, agent }, (response) => {
      resolve(response.statusCode ?? 0);
      if (response.headers["content-type"] === "text/event-stream") response.destroy();
      else response.resume();
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function bodyOf(target: string, headers: Headers): Promise<Answer["body"]> {
  return fetch(open.server.url + target, { headers }).then((response) => response.text());
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
}

const credentials = (role: "nobody" | "viewer" | "admin"): Headers =>
  role === "nobody" ? {} : { authorization: `Bearer ${open.tokens[role]}` };

type Outcome = "log in" | "forbidden" | "in" | "no such verb";

function outcomeOf(status: number): Outcome {
  if (status === 401 || status === 303) return "log in";
  if (status === 403) return "forbidden";
  return status === 405 ? "no such verb" : "in";
}

/** The expected outcome of a REST path. */
function expected(path: string, verb: string, role: "nobody" | "viewer" | "admin"): Outcome {
  if (role === "nobody") return "log in";
  if (verb === "OPTIONS") return "in";
  // A plain path may also match the `{name}` of another.
  const here = OPERATIONS.filter(({ pattern }) => pattern.test(path.replace(/^\/api/, "")));
  const operation = here.find(({ method }) => method === (verb === "HEAD" ? "GET" : verb));
  if (!operation) return "no such verb";
  const entry = procedures.find(({ procedure }) => procedure === operation.procedure);
  return entry?.role === "admin" && role === "viewer" ? "forbidden" : "in";
}

test("every procedure has a role, and every one that changes something for others is an administrator's", () => {
  expect(procedures.filter(({ role }) => role === undefined)).toEqual([]);
  const open = procedures.filter(({ kind, role }) => kind === "mutation" && role !== "admin").map(({ procedure }) => procedure);
  // A user's own password and login: the procedures check whose they are.
  expect(open).toEqual(["access.changePassword", "access.revokeSession"]);
});

test("every REST path, verb and role does as the table says", async () => {
  const wrong: string[] = [];
  // Leave out an administrator's writes, which would change the state under test.
  const cells = paths.flatMap((path) =>
    VERBS.flatMap((verb) => (["nobody", "viewer", "admin"] as const).map((role) => ({ path, verb, role }))),
  );
  const harmless = cells.filter(
    ({ path, verb, role }) =>
      role !== "admin" || expected(path, verb, role) !== "in" || ["GET", "HEAD", "OPTIONS"].includes(verb),
  );
  expect(harmless.length).toBeGreaterThan(500);
  await inParallel(harmless, async ({ path, verb, role }) => {
    const status = await statusOf(path, { method: verb, headers: credentials(role) });
    if (outcomeOf(status) !== expected(path, verb, role) || status >= 500) wrong.push(`${role} ${verb} ${path}: ${status}`);
  });
  expect(wrong).toEqual([]);
});

test("every procedure over tRPC does as the table says, alone and in a batch", async () => {
  const wrong: string[] = [];
  await inParallel(procedures, async ({ procedure, kind, role }) => {
    const method = kind === "query" ? "GET" : "POST";
    const target = `/api/trpc/${procedure}`;
    if ((await statusOf(target, { method })) !== 401) wrong.push(`nobody ${procedure}`);
    const headers = { ...credentials("viewer"), "content-type": "application/json" };
    const viewer = await statusOf(target, {
      method,
      headers,
      ...(kind === "mutation" && { body: "{}", headers: { ...headers, "content-length": "2" } }),
    });
    if ((viewer === 403) !== (role === "admin") || viewer >= 500) wrong.push(`viewer ${procedure}: ${viewer}`);
    // The other verb runs nothing.
    const other = await statusOf(target, { method: kind === "query" ? "PUT" : "GET", headers: credentials("admin") });
    if (other < 400 || other >= 500) wrong.push(`admin ${procedure} by the other verb: ${other}`);
  });
  expect(wrong).toEqual([]);
  const batch = await bodyOf("/api/trpc/health.get,access.users,access.audit?batch=1", credentials("viewer"));
  expect(batch).toContain('"status"');
  expect(batch).not.toContain("ann");
});

test("every route file does as the table says", async () => {
  const examples: Record<string, string> = {
    "login/page.tsx": "/login",
    "api/auth/[...all]/route.ts": "/api/auth/get-session",
    "api/trpc/[trpc]/route.ts": "/api/trpc/host.get",
    "api/[...path]/route.ts": "/api/health",
  };
  for (const { file, verbs, role } of routes) {
    const path = examples[file] ?? `/${file.replace(/\/route\.ts$/, "")}`;
    for (const verb of VERBS) {
      const status = await statusOf(path, { method: verb });
      expect(outcomeOf(status) === "log in", `nobody ${verb} ${path}: ${status}`).toBe(role !== "nobody");
    }
    for (const verb of verbs) {
      const status = await statusOf(path, { method: verb, headers: credentials("viewer") });
      expect(status < 500 && outcomeOf(status) !== "forbidden", `viewer ${verb} ${path}: ${status}`).toBe(true);
    }
  }
});

/** Attacks; each turns an honest request into another one. */
const TRICKS: Record<string, (target: string) => { target?: string; headers?: Headers; method?: string }> = {
  "a forged verdict": () => ({ headers: { "x-hostscope-access": "guess:admin:eyJhY3RvciI6e319" } }),
  "a forged verdict in another case": () => ({ headers: { "X-HOSTSCOPE-ACCESS": "admin" } }),
  "X-Forwarded-For": () => ({ headers: { "x-forwarded-for": "127.0.0.1" } }),
  "X-Forwarded-For twice": () => ({ headers: { "x-forwarded-for": "127.0.0.1, 127.0.0.1" } }),
  "X-Forwarded-Host": () => ({ headers: { "x-forwarded-host": "localhost" } }),
  "X-Forwarded-Proto": () => ({ headers: { "x-forwarded-proto": "https" } }),
  Forwarded: () => ({ headers: { forwarded: "for=127.0.0.1;host=localhost" } }),
  "X-Real-IP": () => ({ headers: { "x-real-ip": "127.0.0.1" } }),
  "X-Original-URL": () => ({ headers: { "x-original-url": "/login", "x-rewrite-url": "/login" } }),
  "X-Invoke-Path": () => ({ headers: { "x-invoke-path": "/login", "x-matched-path": "/login" } }),
  "a middleware's subrequest": () => ({
    headers: { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  }),
  "a prerender of Next": () => ({
    headers: { "x-nextjs-data": "1", "x-now-route-matches": "1", "next-router-prefetch": "1", rsc: "1" },
  }),
  "a method override": () => ({
    headers: { "x-http-method-override": "GET", "x-http-method": "GET", "x-method-override": "GET" },
  }),
  "a Host of this machine": () => ({ headers: { host: "localhost" } }),
  "a Host of ::1": () => ({ headers: { host: "[::1]:5000" } }),
  "a foreign Host": () => ({ headers: { host: "evil.example" } }),
  "Basic in place of Bearer": () => ({ headers: { authorization: "Basic YW5uOmFubg==" } }),
  "an empty Bearer": () => ({ headers: { authorization: "Bearer " } }),
  "a token of zeros": () => ({ headers: { authorization: `Bearer hs_000000000000_${"0".repeat(43)}` } }),
  "a cookie that is none": () => ({ headers: { cookie: "hostscope=a.b; __Host-hostscope=a.b" } }),
  "a cookie called __proto__": () => ({ headers: { cookie: "__proto__=1; constructor=1" } }),
  "a token in the query": (target) => ({ target: `${target}?token=x&access_token=x` }),
  "an absolute address": (target) => ({ target: `http://localhost${target}` }),
  "a double slash": (target) => ({ target: `/${target}` }),
  "a double slash inside": (target) => ({ target: target.replace("/api/", "/api//") }),
  "a dot segment": (target) => ({ target: target.replace("/api/", "/api/./") }),
  "dots out of the login": (target) => ({ target: `/login/..${target}` }),
  "encoded dots out of the login": (target) => ({ target: `/login/%2e%2e${target}` }),
  "dots out of the static files": (target) => ({ target: `/_next/static/..%2f..${target}` }),
  "an encoded letter": (target) => ({ target: target.replace("/api/", "/%61pi/") }),
  "an encoded letter, twice": (target) => ({ target: target.replace("/api/", "/%2561pi/") }),
  "an encoded slash": (target) => ({ target: target.replace("/api/", "/api%2f") }),
  "another case": (target) => ({ target: target.replace("/api/", "/API/") }),
  "a trailing slash": (target) => ({ target: `${target}/` }),
  "a trailing dot": (target) => ({ target: `${target}.` }),
  "a trailing semicolon": (target) => ({ target: `${target};/login` }),
  "a trailing blank": (target) => ({ target: `${target}%20` }),
  "a trailing zero byte": (target) => ({ target: `${target}%00` }),
  "a fragment": (target) => ({ target: `${target}#/login` }),
  "a backslash": (target) => ({ target: target.replace("/api/", "/api\\") }),
  "a login's path behind": (target) => ({ target: `${target}/../../login` }),
  "a suffix of a file": (target) => ({ target: `${target}.js` }),
  HEAD: () => ({ method: "HEAD" }),
};

async function tried(role: "nobody" | "viewer", asked: readonly { method: string; path: string }[]): Promise<string[]> {
  const holes: string[] = [];
  const attempts = asked.flatMap((one) => Object.entries(TRICKS).map(([name, trick]) => ({ ...one, name, trick })));
  await inParallel(attempts, async ({ method, path, name, trick }) => {
    const made = trick(path);
    const status = await statusOf(made.target ?? path, {
      method: made.method ?? method,
      headers: { ...credentials(role), ...made.headers },
    });
    if (status < 300 || status >= 500) holes.push(`${role} ${method} ${path} with ${name}: ${status}`);
  });
  return holes;
}

test("no trick lets a stranger in", async () => {
  const asked = [
    ...operations,
    { method: "GET", path: "/metrics" },
    { method: "GET", path: "/api/stream" },
    { method: "GET", path: "/api/docs" },
  ];
  expect(await tried("nobody", asked)).toEqual([]);
});

test("no trick makes an administrator of a viewer", async () => {
  const asked = operations.filter(({ role }) => role === "admin");
  const holes = await tried("viewer", asked);
  // A viewer may use HEAD on a path whose GET is for viewers.
  expect(holes.filter((hole) => !(hole.includes("with HEAD") && isReadable(hole)))).toEqual([]);
});

function isReadable(hole: string): boolean {
  const path = hole.split(" ")[2] ?? "";
  return operations.some((one) => one.path === path && one.method === "GET" && one.role === "viewer");
}
