import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/**
 * Which folders or files below src a layer may import besides itself. `type X` allows only types. A file belongs to the first
 * layer that matches.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: [],
  "server/roots": [],
  "server/env": ["server/roots"],
  "server/aligned-timer": [],
  "server/heap-keeper": ["server/aligned-timer"],
  "server/server-file": [],
  "server/replace-file": [],
  "server/run-program": [],
  "server/slices": [],
  "server/steady-clock": [],
  "server/regular-file": ["domain"],
  "server/response-body": [],
  "server/config": ["domain", "server/aligned-timer", "server/replace-file", "server/notifiers/services"],
  "server/log": ["domain"],
  "server/startup-options": ["type server/config", "type server/incident", "type server/log", "type server/roots"],
  "server/collectors": [
    "domain",
    "type server/log",
    "server/roots",
    "server/run-program",
    "server/regular-file",
    "server/response-body",
  ],
  "server/containers": ["domain", "server/roots"],
  "server/systemd": ["domain", "server/roots", "type server/env"],
  "server/kernel-log": ["domain", "server/collectors/cgroup-name"],
  "server/bus": ["domain"],
  "server/metric-catalogue": ["domain"],
  "server/store": [
    "domain",
    "type server/log",
    "server/server-file",
    "server/replace-file",
    "server/slices",
    "server/steady-clock",
  ],
  "server/worker": [
    "domain",
    "server/aligned-timer",
    "server/heap-keeper",
    "type server/roots",
    "server/collectors",
    "server/bus",
    "server/store",
    "type server/log",
  ],
  "server/prometheus": ["domain"],
  "server/remote-write": ["domain", "server/prometheus"],
  "server/engine": ["type server/config", "server/notifiers/http-sender", "server/regular-file"],
  "server/fleet": [
    "domain",
    "server/prometheus",
    "type server/engine",
    "server/response-body",
    "server/store/series/raw-samples",
    "server/store/series/reduce",
    "type server/store/series/history",
  ],
  "server/reader": [
    "domain",
    "server/remote-write",
    "server/metric-catalogue",
    "server/slices",
    "server/store",
    "server/export/data-text",
    "server/incident/frames",
    "server/alerts/backtest",
    "server/causes",
    "type server/alerts/judgement",
    "server/reports/process-analysis",
    "type server/log",
  ],
  "server/export": ["domain", "type server/store/store-reader"],
  "server/incident": ["domain", "type server/config", "server/store/excerpt"],
  "server/runtime": ["type domain", "type server"],
  "server/auth": ["domain"],
  "server/compose": ["domain", "server"],
  "server/plugins": ["domain", "server/collectors/custom", "type server/log"],
  "server/causes": ["domain"],
  "server/alerts": ["domain", "server/causes"],
  "server/notifiers": ["domain", "server/run-program", "server/response-body"],
  "server/reports": ["domain", "server/aligned-timer", "server/replace-file", "server/steady-clock", "type server/log"],
  "server/start-runtime": ["server/startup-options", "server/compose", "server/runtime"],
  "server/api": ["domain", "type server/runtime", "type server/bus"],
  "server/http": [
    "domain",
    "server/prometheus",
    "server/export",
    "server/incident",
    "server/api",
    "server/runtime",
    "server/config",
    "server/env",
    "type server/log",
    "type server/bus",
  ],
  "app/api": ["domain", "server/http", "server/api", "server/runtime"],
  "trpc/server": ["domain", "server/api", "server/runtime", "server/http/access"],
  trpc: ["domain", "type server/api"],
  "app/metrics": ["domain", "server/http", "server/runtime"],
  "app/docs": ["server/http"],
  app: ["domain", "trpc", "components"],
  components: ["domain", "trpc/base-path", "trpc/browser", "trpc/query-client", "type trpc"],
  cli: [
    "domain",
    "trpc/node",
    "server/env",
    "server/server-file",
    "server/collectors",
    "server/worker/schedule",
    "server/http/front-door",
    "server/http/decide",
    "server/auth",
    "server/http/headless",
    "server/http/compressed-files",
    "server/http/request-gate",
    "server/start-runtime",
    "server/systemd/notify",
    "server/http/open-mode",
    "server/incident",
    "server/config",
    "server/log",
    "server/startup-options",
    "server/runtime",
    "server/store/records/audit",
    "server/store/excerpt/write-excerpt",
    "server/store/file/prisma",
    "server/store/file/database",
    "server/store/file/lock",
    "server/store/file/migrate",
    "server/store/file/backup",
    "server/store/file/integrity",
    "server/store/file/space",
    "server/store/file/storage",
  ],
  instrumentation: ["server/start-runtime"],
};

/** Packages, and `process.env`, that only one place may use. */
const ONLY_IN: readonly { what: string; pattern: RegExp; where: RegExp }[] = [
  { what: "systeminformation", pattern: /from "systeminformation"/, where: /^server\/collectors\// },
  { what: "Prisma", pattern: /from "(@prisma\/|(\.\.?\/)+(store\/)?generated\/)/, where: /^server\/(store|auth)\// },
  { what: "better-auth", pattern: /from "better-auth/, where: /^server\/auth\// },
  { what: "better-sqlite3", pattern: /from "better-sqlite3"/, where: /^server\/store\// },
  { what: "zod in domain", pattern: /from "zod"/, where: /^(?!domain\/)|\.schema\.ts$/ },
  { what: "process.env", pattern: /process\.env\b/, where: /^server\/env\.ts$/ },
  { what: "Tremor", pattern: /from "@tremor\/react"/, where: /^components\/ui\// },
  { what: "uPlot", pattern: /from "uplot"/, where: /^(components\/charts|server\/reports\/page)\// },
  { what: "an interactive transaction", pattern: /\$transaction\(\s*(async|\()/, where: /^$/ },
  {
    what: "another program",
    pattern: /node:child_process/,
    where:
      /^(server\/(run-program|reports\/render-process|collectors\/mount-answers|systemd\/notify)|cli\/commands\/service)\.ts$/,
  },
  { what: "a server action", pattern: /^\s*["']use server["']/m, where: /^$/ },
];

const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
  (path) => /(?<!\.test)\.tsx?$/.test(path) && !path.startsWith("server/store/generated/"),
);

function layerOf(path: string): string {
  return (
    Object.keys(MAY_IMPORT).find((layer) => path === layer || path.startsWith(`${layer}/`) || path.startsWith(`${layer}.`)) ??
    path
  );
}

interface Import {
  target: string;
  typeOnly: boolean;
  /** `import()`: loaded when it is needed. */
  later: boolean;
}

/** Imports of our own files, as paths below src. */
function importsOf(path: string): Import[] {
  const text = readFileSync(join("src", path), "utf8");
  const found = text.matchAll(
    /(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|import\s+"([^"]+)"/g,
  );
  return [...found].flatMap(([, type, statement, dynamic, bare]) => {
    const target = statement ?? dynamic ?? bare ?? "";
    const how = { typeOnly: type !== undefined, later: dynamic !== undefined };
    if (target.startsWith("~/")) return [{ target: target.slice(2), ...how }];
    if (target.startsWith(".")) return [{ target: normalize(join(dirname(path), target)), ...how }];
    return [];
  });
}

function allows(rule: string, { target, typeOnly }: Import): boolean {
  const typed = rule.startsWith("type ");
  const place = typed ? rule.slice(5) : rule;
  if (typed && !typeOnly) return false;
  return target === place || target.startsWith(`${place}/`);
}

test.each(sources)("%s imports only what its layer may", (path) => {
  const layer = layerOf(path);
  const rules = [layer, ...(MAY_IMPORT[layer] ?? [])];
  for (const one of importsOf(path)) {
    if (one.target.startsWith("..") || one.target.startsWith("server/store/generated")) continue;
    expect(
      rules.some((rule) => allows(rule, one)),
      `${path} imports ${one.target}${one.typeOnly ? " (type)" : ""}`,
    ).toBe(true);
  }
  const text = readFileSync(join("src", path), "utf8");
  for (const { what, pattern, where } of ONLY_IN) {
    if (pattern.test(text)) expect(path, `${what} is used in ${path}`).toMatch(where);
  }
});

const resolved = (target: string) =>
  [`${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((path) => existsSync(join("src", path)));

test.each(["server/compose/compose.ts", "server/reader/reader-thread.ts", "server/http/headless.ts"])(
  "what only servers with engines need is not loaded with %s",
  (entry) => {
    const loaded = new Set<string>();
    const load = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const { target, typeOnly, later } of importsOf(path)) {
        const found = resolved(target);
        if (found && !typeOnly && !later) load(found);
      }
    };
    load(entry);
    expect(loaded.size).toBeGreaterThan(20);
    const unwanted = /^server\/(remote-write|fleet|engine|compose\/(fleet|remote-write|machine-runtime|readings-for-engines))\b/;
    expect([...loaded].filter((path) => unwanted.test(path))).toEqual([]);
  },
);

test("no file imports itself by way of others, not even its types", () => {
  const graph = new Map(sources.map((path) => [path, importsOf(path).flatMap(({ target }) => resolved(target) ?? [])]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    expect(trail, [...trail, path].join(" -> ")).not.toContain(path);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of sources) visit(path, []);
});

test("every layer of the table exists", () => {
  const missing = Object.keys(MAY_IMPORT).filter((layer) => !sources.some((path) => path.startsWith(layer)));
  expect(missing).toEqual([]);
});
