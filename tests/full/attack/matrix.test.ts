/** Route x role x verb x mode x trick: what the server does is what the policy table says. */
import { readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { expect, test } from "vitest";
import { policyTable } from "../../../src/server/http/policy";
import {
  type Asker,
  expectedOfRest,
  expectedOfRoute,
  type Headers,
  type Outcome,
  outcomeOf,
  TRICKS,
  VERBS,
} from "../../helpers/attack";
import { startWithUsers } from "../../helpers/login";
import { startServer } from "../../helpers/server";

const { procedures, routes } = policyTable();
const ASKERS: readonly Asker[] = ["nobody", "pusher", "viewer", "admin"];

const restPaths = [...new Set(procedures.flatMap(({ rest }) => (rest ? [`/api${rest.path.replace(/\{\w+\}/g, "x")}`] : [])))];
/** Without the login, which leads those on who have logged in. */
const pages = readdirSync("src/app", { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|\/)page\.tsx$/.test(file) && file !== "login/page.tsx")
  .map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`);
/** Route files that are no procedures; `[id]` is filled. */
const routePaths = routes
  .filter(({ role, file }) => role !== "procedure" && file !== "login/page.tsx")
  .map(
    ({ file }) =>
      `/${file
        .replace(/\/(route\.ts|page\.tsx)$/, "")
        .replace("[id]", "x")
        .replace("[...all]", "get-session")}`,
  );

interface Cell {
  name: string;
  method: string;
  target: string;
  headers: Headers;
  body?: string;
  expected: (status: number) => boolean;
}

const is = (wanted: Outcome) => (status: number) => status < 500 && outcomeOf(status) === wanted;
const isRefused = (status: number) => status >= 300 && status < 500;

async function wrongCells(port: number, cells: readonly Cell[]): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statusOf = ({ method, target, headers, body }: Cell) =>
    new Promise<number>((resolve, reject) => {
      const length: Headers =
        body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
      const sent = request(
        { host: "127.0.0.1", port, path: target, method, headers: { ...length, ...headers }, agent },
        (response) => {
          resolve(response.statusCode ?? 0);
          if (response.headers["content-type"] === "text/event-stream") response.destroy();
          else response.resume();
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  const wrong: string[] = [];
  const left = [...cells];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let cell = left.pop(); cell !== undefined; cell = left.pop()) {
        const status = await statusOf(cell);
        if (!cell.expected(status)) wrong.push(`${cell.name}: ${status}`);
      }
    }),
  );
  agent.destroy();
  return wrong;
}

/** What each role may do, by path, procedure and verb. */
function honest(credentials: (role: Asker) => Headers): Cell[] {
  return ASKERS.flatMap((role): Cell[] => {
    const headers = credentials(role);
    const cell = (method: string, target: string, expected: Cell["expected"], body?: string): Cell => ({
      name: `${role} ${method} ${target}`,
      method,
      target,
      headers,
      expected,
      ...(body !== undefined && { body }),
    });
    return [
      ...restPaths.flatMap((path) => VERBS.map((verb) => cell(verb, path, is(expectedOfRest(path, verb, role))))),
      ...[...routePaths, ...pages].flatMap((path) =>
        VERBS.map((verb) => {
          const wanted = expectedOfRoute(path, verb, role);
          // Whether a verb is served is said only to those who may ask.
          return cell(
            verb,
            path,
            wanted === "no such verb" ? isRefused : (status) => is(wanted)(status) || (verb !== "GET" && isRefused(status)),
          );
        }),
      ),
      ...procedures.flatMap(({ procedure, kind, role: needed }) => {
        const may = role === "admin" || role === needed;
        const wanted: Outcome = role === "nobody" ? "log in" : may ? "in" : "forbidden";
        const target = `/api/trpc/${procedure}`;
        return kind === "query"
          ? [cell("GET", target, is(wanted)), cell("PUT", target, isRefused), cell("DELETE", target, isRefused)]
          : [cell("POST", target, is(wanted), "{}"), cell("GET", target, isRefused), cell("PATCH", target, isRefused)];
      }),
    ];
  });
}

/** Every operation that the role may not call, with every trick. */
function tricked(role: Exclude<Asker, "admin">, credentials: (role: Asker) => Headers): Cell[] {
  const denied = procedures.filter(({ rest, role: needed }) => rest && (role === "nobody" || needed !== role));
  return denied.flatMap(({ rest }) => {
    const path = `/api${rest?.path.replace(/\{\w+\}/g, "x")}`;
    const method = rest?.method ?? "GET";
    return Object.entries(TRICKS).flatMap(([name, trick]) => {
      const made = trick(path);
      const verb = made.method ?? method;
      if (role !== "nobody" && verb !== method && expectedOfRest(path, verb, role) === "in") return [];
      return [
        {
          name: `${role} ${verb} ${path} with ${name}`,
          method: verb,
          target: made.target ?? path,
          headers: { ...credentials(role), ...made.headers },
          expected: isRefused,
        },
      ];
    });
  });
}

test("with logins required, every route, procedure, verb, role and trick does as the table says", async () => {
  const open = await startWithUsers("security:\n  auth: required\n  rate_limit: false\n");
  await using server = open.server;
  const credentials = (role: Asker): Headers => (role === "nobody" ? {} : { authorization: `Bearer ${open.tokens[role]}` });
  const cells = [
    ...honest(credentials),
    ...tricked("nobody", credentials),
    ...tricked("pusher", credentials),
    ...tricked("viewer", credentials),
  ];
  console.log(`${cells.length} checks with logins required`);
  expect(cells.length).toBeGreaterThan(4000);
  expect(await wrongCells(server.port, cells)).toEqual([]);
});

/** What shows that a request may not be of a user of this machine, and what it gets for an API path. */
const CLOSING: Record<string, Headers> = {
  "a foreign Host": { host: "evil.example" },
  "the machine's address as Host": { host: "192.0.2.1:5000" },
  "a foreign Origin": { origin: "https://evil.example" },
  "an Origin of another port": { origin: "http://localhost:1" },
  "the Origin null": { origin: "null" },
  "a foreign Referer": { referer: "https://evil.example/page" },
  "Sec-Fetch-Site cross-site": { "sec-fetch-site": "cross-site" },
  "Sec-Fetch-Site same-site": { "sec-fetch-site": "same-site" },
  "X-Forwarded-For": { "x-forwarded-for": "127.0.0.1" },
  "X-Forwarded-Host": { "x-forwarded-host": "localhost" },
  "X-Forwarded-Proto": { "x-forwarded-proto": "http" },
  "X-Real-IP": { "x-real-ip": "127.0.0.1" },
  Forwarded: { forwarded: "for=127.0.0.1" },
  Via: { via: "1.1 proxy" },
  "CF-Connecting-IP": { "cf-connecting-ip": "127.0.0.1" },
  "a wrong token": { authorization: "Bearer hs_000000000000_x", "x-forwarded-for": "127.0.0.1" },
};
/** Valid bodies of what needs a login. */
const BODIES: Record<string, object> = {
  "access.addUser": { name: "ada", password: "correct horse battery staple" },
  "access.setPassword": { password: "correct horse battery staple" },
  "access.setRole": { role: "admin" },
  "access.createToken": { name: "x" },
};
/** Documents that hold nothing of this machine: other sites may link to them. */
const DOCUMENTS = ["/api/docs", "/api/openapi.json"];

test("without logins, this machine may do everything but make users and tokens, and nothing that looks foreign gets in", async () => {
  await using server = await startServer({ config: "security:\n  rate_limit: false\n" });
  const needLogin = new Set(procedures.filter(({ login }) => login).map(({ procedure }) => procedure));
  expect(needLogin).toEqual(
    new Set(["addUser", "removeUser", "setPassword", "setRole", "createToken", "revokeToken"].map((name) => `access.${name}`)),
  );
  const operations = procedures.flatMap(({ procedure, rest }) =>
    rest ? [{ procedure, method: rest.method, path: `/api${rest.path.replace(/\{\w+\}/g, "x")}` }] : [],
  );
  const here = operations.flatMap(({ procedure, method, path }): Cell[] => {
    const wanted: Outcome = needLogin.has(procedure) ? "forbidden" : "in";
    const text = JSON.stringify(BODIES[procedure] ?? {});
    return [
      {
        name: `local ${method} ${path}`,
        method,
        target: path,
        headers: {},
        expected: is(wanted),
        ...(method !== "GET" && { body: text }),
      },
    ];
  });
  const foreign = [
    ...operations,
    ...pages.map((path) => ({ method: "GET", path })),
    ...routePaths
      .filter((path) => path !== "/api/auth/get-session" && !DOCUMENTS.includes(path))
      .map((path) => ({ method: "GET", path })),
  ].flatMap(({ method, path }) =>
    Object.entries(CLOSING).map(
      ([name, headers]): Cell => ({
        name: `${method} ${path} with ${name}`,
        method,
        target: path,
        headers,
        expected: isRefused,
      }),
    ),
  );
  const documents = DOCUMENTS.flatMap((target) =>
    ["cross-site", "same-site"].map(
      (site): Cell => ({
        name: `${target} from ${site}`,
        method: "GET",
        target,
        headers: { "sec-fetch-site": site },
        expected: is("in"),
      }),
    ),
  );
  console.log(`${here.length + foreign.length + documents.length} checks without logins`);
  expect(await wrongCells(server.port, [...here, ...foreign, ...documents])).toEqual([]);
});
