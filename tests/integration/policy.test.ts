/** Checks the server against its policy: every route and procedure, for every role and verb, and with common attacks. */
import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { policyTable } from "../../src/server/http/policy";
import { isForPrograms } from "../../src/server/http/routes";
import { type Asker, expectedOfRest, type Headers, outcomeOf, TRICKS, VERBS } from "../helpers/attack";
import { type Answer, type LoginServer, startWithUsers } from "../helpers/login";

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

const credentials = (role: Asker): Headers => (role === "nobody" ? {} : { authorization: `Bearer ${open.tokens[role]}` });

test("every procedure has a role, and every one that changes something for others is an administrator's", () => {
  expect(procedures.filter(({ role }) => role === undefined)).toEqual([]);
  const mutations = procedures.filter(({ kind }) => kind === "mutation");
  const of = (wanted: string) => mutations.filter(({ role }) => role === wanted).map(({ procedure }) => procedure);
  // A user's own password and login: the procedures check whose they are.
  expect(of("viewer")).toEqual(["access.changePassword", "access.revokeSession"]);
  expect(of("pusher")).toEqual(["marks.add", "metrics.push"]);
});

test("every REST path, verb and role does as the table says", async () => {
  const wrong: string[] = [];
  // Leave out an administrator's writes, which would change the state under test.
  const cells = paths.flatMap((path) =>
    VERBS.flatMap((verb) => (["nobody", "viewer", "admin", "pusher"] as const).map((role) => ({ path, verb, role }))),
  );
  const harmless = cells.filter(
    ({ path, verb, role }) =>
      !["admin", "pusher"].includes(role) ||
      expectedOfRest(path, verb, role) !== "in" ||
      ["GET", "HEAD", "OPTIONS"].includes(verb),
  );
  expect(harmless.length).toBeGreaterThan(500);
  await inParallel(harmless, async ({ path, verb, role }) => {
    const status = await statusOf(path, { method: verb, headers: credentials(role) });
    if (outcomeOf(status) !== expectedOfRest(path, verb, role) || status >= 500) wrong.push(`${role} ${verb} ${path}: ${status}`);
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
    if ((viewer === 403) !== (role !== "viewer") || viewer >= 500) wrong.push(`viewer ${procedure}: ${viewer}`);
    // The other verb runs nothing.
    const other = await statusOf(target, { method: kind === "query" ? "PUT" : "GET", headers: credentials("admin") });
    if (other < 400 || other >= 500) wrong.push(`admin ${procedure} by the other verb: ${other}`);
  });
  expect(wrong).toEqual([]);
  const batch = await bodyOf("/api/trpc/health.get,access.users,access.audit?batch=1", credentials("viewer"));
  expect(batch).toContain('"status"');
  expect(batch).not.toMatch(/\bann\b/);
});

test("every route file does as the table says", async () => {
  const examples: Record<string, string> = {
    "login/page.tsx": "/login",
    "api/auth/[...all]/route.ts": "/api/auth/get-session",
    "api/trpc/[trpc]/route.ts": "/api/trpc/host.get",
    "api/[...path]/route.ts": "/api/health",
    "docs/[[...page]]/route.ts": "/docs",
  };
  for (const { file, verbs, role } of routes) {
    const path = examples[file] ?? `/${file.replace(/\/route\.ts$/, "")}`;
    for (const verb of VERBS) {
      const status = await statusOf(path, { method: verb });
      // Pages take nothing else, whoever asks.
      if (!isForPrograms(path) && !["GET", "HEAD"].includes(verb)) expect(status, `nobody ${verb} ${path}`).toBe(405);
      else expect(outcomeOf(status) === "log in", `nobody ${verb} ${path}: ${status}`).toBe(role !== "nobody");
    }
    for (const verb of verbs) {
      const status = await statusOf(path, { method: verb, headers: credentials("viewer") });
      expect(status, `viewer ${verb} ${path}`).toBeLessThan(500);
      expect(outcomeOf(status) === "forbidden", `viewer ${verb} ${path}: ${status}`).toBe(role === "admin");
    }
  }
});

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
    { method: "GET", path: "/docs/alerts" },
  ];
  expect(await tried("nobody", asked)).toEqual([]);
});

test("no trick makes an administrator of a viewer", async () => {
  const asked = operations.filter(({ role }) => role !== "viewer");
  const holes = await tried("viewer", asked);
  // A viewer may use HEAD on a path whose GET is for viewers.
  expect(holes.filter((hole) => !(hole.includes("with HEAD") && isReadable(hole)))).toEqual([]);
});

function isReadable(hole: string): boolean {
  const path = hole.split(" ")[2] ?? "";
  return operations.some((one) => one.path === path && one.method === "GET" && one.role === "viewer");
}
