/** Engines that are away, refuse, answer garbage or too much: what is said, and that all else goes on. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, folderEnvironment, getJson, runHostscope, type StartedServer, startServer } from "../helpers/server";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine whose manners change. */
async function startEngine() {
  let answer: Answer = (_request, response) => void response.writeHead(204).end();
  const seen: { path: string; authorization: string | undefined; encoding: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { authorization, "content-encoding": encoding } = request.headers;
    seen.push({ path: request.url ?? "", authorization, encoding });
    request.resume();
    request.on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
    seen,
    answers: (next: Answer) => void (answer = next),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

let engine: Awaited<ReturnType<typeof startEngine>>;
let server: StartedServer;

beforeAll(async () => {
  engine = await startEngine();
  server = await startServer({
    config: `remote_write:
  - {name: engine, url: "${engine.url}/api/v1/write", interval: 1s, basic_auth: {username: ann, password: secret-of-ann}}
fleet: {query_url: "${engine.url}", bearer_token_file: /nowhere/token}
`,
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

interface Health {
  checks: { name: string; status: string; detail: string }[];
}

const checkOf = async (name: string) =>
  (await getJson<Health>(`${server.url}/api/health`)).checks.find((check) => check.name === name);

async function machinesError(): Promise<string> {
  const response = await fetch(`${server.url}/api/machines`);
  const { detail } = (await response.json()) as { detail: string };
  expect(response.status).toBe(503);
  return detail;
}

test("samples are written with the credentials, and a token file that is missing is named", async () => {
  const written = await eventually(async () => engine.seen.find(({ path }) => path === "/api/v1/write"));
  expect(written).toEqual({
    path: "/api/v1/write",
    authorization: `Basic ${Buffer.from("ann:secret-of-ann").toString("base64")}`,
    encoding: "snappy",
  });
  await eventually(async () => /engine: written up to/.test((await checkOf("remote write"))?.detail ?? ""));
  expect(await machinesError()).toContain("cannot read /nowhere/token (ENOENT)");
});

test("secrets are shown to nobody", async () => {
  const text =
    JSON.stringify(await getJson(`${server.url}/api/config`)) + (await (await fetch(`${server.url}/api/config/text`)).text());
  expect(text).toContain("remote_write");
  expect(text).not.toContain("secret-of-ann");
});

const answering =
  (status: number, body: string): Answer =>
  (_request, response) => {
    response.writeHead(status, status === 302 ? { location: "/x" } : {});
    response.end(body);
  };

const MANNERS: [string, Answer][] = [
  ["refuses the credentials", answering(401, "no")],
  ["there is no Prometheus API", answering(404, "")],
  ["no JSON", answering(200, "<html>hello</html>")],
  ["not that of a Prometheus API", answering(200, '{"status":"success"}')],
  ["bad_data: parse error", answering(400, '{"status":"error","errorType":"bad_data","error":"parse error"}')],
  ["it redirects (302)", answering(302, "")],
  ["no answer within 2 s", () => {}],
  ["503 overloaded", answering(503, "overloaded")],
  [
    "", // Half a body: any sentence, but a sentence.
    (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"status":"success","data":');
      setImmediate(() => response.destroy());
    },
  ],
  [
    "too many series",
    (_request, response) => {
      response.on("error", () => {});
      const more = () => {
        for (let goesOn = true; goesOn && !response.destroyed; ) goesOn = response.write(" ".repeat(65_536));
      };
      response.on("drain", more);
      more();
    },
  ],
];

test.each(MANNERS)("an engine that cannot be read is said so: %s", async (said, answer) => {
  const own = await startEngine();
  await using other = await startServer({ config: `fleet: {query_url: "${own.url}"}\n` });
  own.answers(answer);
  const response = await fetch(`${other.url}/api/machines`);
  const { detail } = (await response.json()) as { detail: string };
  expect(response.status).toBe(503);
  expect(detail).toMatch(/^Cannot query the fleet engine: .+\.$/);
  if (said === "too many series") expect(detail).toMatch(/too many series|no answer within 2 s/);
  else expect(detail).toContain(said);
  // The machine itself goes on.
  const { timestamp } = await getJson<{ timestamp: string | null }>(`${other.url}/api/metrics/current`);
  expect(timestamp === null || Date.parse(timestamp) > 0).toBe(true);
  await own[Symbol.asyncDispose]();
});

test("an engine that refuses the credentials loses nothing: it has everything once they are right", async () => {
  engine.answers((_request, response) => void response.writeHead(401).end("who are you"));
  await eventually(async () => /refuses the credentials/.test(await readLog()));
  const before = engine.seen.length;
  engine.answers((_request, response) => void response.writeHead(204).end());
  await eventually(async () => engine.seen.length > before + 3);
  await eventually(async () => /works again/.test(await readLog()));
  expect((await checkOf("remote write"))?.detail).not.toContain("refused");

  async function readLog(): Promise<string> {
    const { readFile } = await import("node:fs/promises");
    return readFile(`${server.folder}/logs/monitor.log`, "utf8");
  }
});

test("without a fleet the page of machines says how to have one, at the command line too", async () => {
  await using alone = await startServer();
  const response = await fetch(`${alone.url}/api/machines`);
  expect(response.status).toBe(404);
  expect(((await response.json()) as { detail: string }).detail).toContain("fleet.query_url");
  const other = await fetch(`${alone.url}/api/metrics/history/system?machine=web-2`);
  expect(other.status).toBe(404);
  const { code, stderr } = await runHostscope(["machines", "--url", alone.url], folderEnvironment(alone.folder));
  expect(code).toBe(5);
  expect(stderr).toContain("fleet.query_url");
});
