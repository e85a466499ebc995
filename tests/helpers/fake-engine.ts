/** A stand-in for Prometheus with made-up machines: answers the queries of src/server/fleet by their text, and refuses everything else. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Labels = Record<string, string>;

interface MadeMachine {
  name: string;
  labels: Labels;
  /** Where its own pages are. */
  url: string;
  /** Seconds since its newest sample. */
  age: number;
  cpu: number;
  memory: number;
  disk: number;
  fullInSeconds: number | null;
  networkBytes: number;
  io: number;
  alerts: { rule: string; severity: string; labels: Labels }[];
}

const ROLES = ["web", "db", "cache", "build"];
const REGIONS = ["eu", "us", "ap"];

/** The first few are those that the tests look at; the others are alike and differ by their number. */
function madeMachines(count: number): MadeMachine[] {
  return Array.from({ length: count }, (_, index) => {
    const role = ROLES[index % ROLES.length] ?? "web";
    const machine: MadeMachine = {
      name: `${role}-${index}`,
      labels: { env: index % 5 === 4 ? "staging" : "live", region: REGIONS[index % REGIONS.length] ?? "eu" },
      url: index % 2 === 0 ? `http://${role}-${index}.example:5000` : "",
      age: 5,
      cpu: ((index * 37) % 70) / 100 + 0.02,
      memory: ((index * 53) % 80) / 100 + 0.05,
      disk: ((index * 29) % 75) / 100 + 0.1,
      fullInSeconds: null,
      networkBytes: ((index * 71) % 900) * 1024,
      io: ((index * 13) % 20) / 100,
      alerts: [],
    };
    return { ...machine, ...SPECIAL[index] };
  });
}

const SPECIAL: Readonly<Record<number, Partial<MadeMachine>>> = {
  0: {
    cpu: 0.97,
    disk: 0.93,
    fullInSeconds: 3 * 86_400,
    alerts: [
      { rule: "cpu", severity: "critical", labels: {} },
      { rule: "disk", severity: "warning", labels: { system_filesystem_mountpoint: "/var" } },
    ],
  },
  1: { age: 330 },
  2: { age: 60 },
  3: { memory: 0.91, alerts: [{ rule: "memory", severity: "warning", labels: {} }] },
};

const SILENT_SECONDS = 120;

interface Series {
  labels: Labels;
  value: (at: number) => number;
  /** Over a range; the same value where it is left out. */
  curve?: (at: number) => number;
}

/** What the machines have of a query. */
function seriesOf(query: string, machines: readonly MadeMachine[]): Series[] | null {
  const each = (of: (machine: MadeMachine) => Series[]) =>
    machines.flatMap((machine) =>
      of(machine).map(({ labels, ...values }) => ({ labels: { instance: machine.name, ...labels }, ...values })),
    );
  /** A machine that is silent has no reading of the last minute. */
  const one = (value: (machine: MadeMachine) => number, labels: Labels = {}) =>
    each((machine) => {
      const now = value(machine);
      return machine.age >= SILENT_SECONDS ? [] : [{ labels, value: () => now, curve: (at) => wave(now, at) }];
    });
  // All that a machine has written: enough for its pages to open.
  if (query.includes('__name__=~".+"'))
    return each(({ age, memory }) => [
      { labels: { __name__: "node_time_seconds" }, value: (at) => at - age },
      { labels: { __name__: "node_memory_MemTotal_bytes" }, value: () => 2 ** 33 },
      { labels: { __name__: "node_memory_MemAvailable_bytes" }, value: () => Math.round((1 - memory) * 2 ** 33) },
    ]);
  if (query.includes("node_time_seconds")) return each(({ labels, age }) => [{ labels, value: (at) => at - age }]);
  if (query.includes("hostscope_build_info")) return each(({ url }) => [{ labels: { version: "0.3.0", url }, value: () => 1 }]);
  if (query.includes("ALERTS")) return alertSeries(query, each);
  if (query.includes("node_pressure")) return one(({ io }) => io, { resource: "io" });
  if (query.includes("full_seconds"))
    return each(({ fullInSeconds }) =>
      fullInSeconds === null ? [] : [{ labels: { system_filesystem_mountpoint: "/var" }, value: () => fullInSeconds }],
    );
  if (query.includes("contributor_cpu")) return one(({ cpu }) => cpu * 4, { program: "node build.js", user: "ann" });
  if (query.includes("contributor_memory"))
    return one(({ memory }) => Math.round(memory * 2 ** 33), { program: "postgres", user: "pg" });
  if (query.includes("node_filesystem")) return one(({ disk }) => disk, { mountpoint: "/var" });
  if (query.includes("MemAvailable")) return one(({ memory }) => memory);
  if (query.includes("node_network")) return one(({ networkBytes }) => networkBytes);
  if (query.includes("node_")) return one(({ cpu }) => cpu);
  return null;
}

/** Up to `value`, in a rhythm of half an hour. */
function wave(value: number, at: number): number {
  return value * (0.75 + 0.25 * Math.sin(at / 300 + value * 40));
}

function alertSeries(query: string, each: (of: (machine: MadeMachine) => Series[]) => Series[]): Series[] {
  if (!/^\s*count by/.test(query))
    return each(({ alerts }) =>
      alerts.map(({ rule, severity, labels }) => ({
        labels: { ...labels, alertname: rule, severity, alertstate: "firing" },
        value: () => 1,
      })),
    );
  return each(({ alerts }) =>
    [...Map.groupBy(alerts, ({ severity }) => severity)].map(([severity, own]) => ({
      labels: { severity },
      value: () => own.length,
    })),
  );
}

const text = (value: number) => String(Number(value.toPrecision(6)));
/** Time stamps have ten digits. */
const seconds = (value: number) => String(Math.round(value * 1000) / 1000);

const SAMPLE_SECONDS = 10;

function answerTo(path: string, parameters: URLSearchParams, machines: readonly MadeMachine[]): object | null {
  const query = parameters.get("query") ?? "";
  const instance = /instance="([^"]*)"/.exec(query)?.[1];
  const series = seriesOf(
    query,
    machines.filter(({ name }) => instance === undefined || name === instance),
  );
  const number = (name: string) => Number(parameters.get(name));
  if (!series) return null;
  const shown = query.includes("node_time_seconds") || query.includes("__name__") ? seconds : text;
  if (path === "/api/v1/query") {
    const at = number("time");
    // A selector by itself: the samples, not a value.
    const window = Number(/\}\[(\d+)s\]$/.exec(query)?.[1] ?? Number.NaN);
    if (!Number.isNaN(window)) {
      const times = Array.from(
        { length: Math.min(20, window / SAMPLE_SECONDS) },
        (_, back) => at - back * SAMPLE_SECONDS,
      ).reverse();
      const result = series.map(({ labels, value }) => ({
        metric: labels,
        values: times.map((time) => [time, shown(value(time))]),
      }));
      return { resultType: "matrix", result };
    }
    const result = series.map(({ labels, value }) => ({ metric: labels, value: [at, shown(value(at))] }));
    return { resultType: "vector", result };
  }
  if (path !== "/api/v1/query_range") return null;
  const times: number[] = [];
  for (let at = number("start"); at <= number("end"); at += number("step")) times.push(at);
  const result = series.map(({ labels, value, curve = value }) => ({
    metric: labels,
    values: times.map((at) => [at, shown(curve(at))]),
  }));
  return { resultType: "matrix", result };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export interface FakeEngine {
  url: string;
  /** Every query that came. */
  asked: string[];
  /** Change it while the engine runs. */
  machines: MadeMachine[];
  /** Refuses connections until `open`. */
  close: () => Promise<void>;
  open: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

export async function startFakeEngine(count: number): Promise<FakeEngine> {
  const asked: string[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    const parameters = new URLSearchParams(body);
    asked.push(parameters.get("query") ?? "");
    const answer = request.method === "POST" ? answerTo(request.url ?? "", parameters, engine.machines) : null;
    const content = answer
      ? { status: "success", data: answer }
      : { status: "error", errorType: "bad_data", error: `no such query: ${body.slice(0, 200)}` };
    response.writeHead(answer ? 200 : 400, { "content-type": "application/json" }).end(JSON.stringify(content));
  };
  let server: Server | null = null;
  let port = 0;
  const engine: FakeEngine = {
    url: "",
    asked,
    machines: madeMachines(count),
    open: async () => {
      const made = createServer((request, response) => void respond(request, response));
      await new Promise<void>((resolve) => made.listen(port, "127.0.0.1", resolve));
      port = (made.address() as AddressInfo).port;
      server = made;
    },
    close: async () => {
      const closing = server;
      server = null;
      closing?.closeAllConnections();
      await new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
  await engine.open();
  engine.url = `http://127.0.0.1:${port}`;
  return engine;
}
