/** An incident file: what is in it, and what becomes of one that somebody else has written. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Explanation } from "~/domain/explanation";
import { SYSTEM_BUNDLE } from "~/domain/history";
import { builtInDefinition } from "~/domain/metric";
import { redactedExplanation } from "~/domain/redacted-explanation";
import { seriesKey } from "~/domain/sample";
import { runAtOnce } from "~/server/slices";
import { KEEP_ALL } from "../../../bench/day";
import { seeded } from "../../../scripts/recording";
import { firing } from "../../../tests/helpers/alert";
import { buildBusy } from "../../../tests/helpers/busy-hour";
import { unpackedIncident } from "../../../tests/helpers/incident";
import { baselineWindowMs, causeWindowMs } from "../causes/cause";
import { readExcerpt } from "../store/excerpt/read-excerpt";
import { ExcerptWriter } from "../store/excerpt/write-excerpt";
import { openDatabase } from "../store/file/database";
import { migrate, readMigrations } from "../store/file/migrate";
import { Store } from "../store/store";
import { frameOf, frames, prefixOf } from "./frames";
import { FORMAT, type IncidentHead } from "./head";
import { readIncident } from "./read-file";
import { incidentFile } from "./write-file";

/** Two hours are sealed; ten minutes of the third are in the log, and the last minute of processes in memory. */
const START = Date.UTC(2026, 10, 20, 8, 40);
const SECONDS = 5460;
const [FROM, TO] = [START + 1_200_000, START + SECONDS * 1000 - 30_000];
const SECRET = "--password=Ahm8thie";

let folder: string;
let source: Store;
let close: () => void;
let whole: Buffer;
let redacted: Buffer;

const REMOTE = "198.51.100.23";
const LOGIN = `ann logged in on pts/0 from ${REMOTE}`;
const EXPLANATION: Explanation = {
  from: FROM,
  to: TO,
  baseline: { from: START, to: FROM },
  summary: `Just before, ${LOGIN}.`,
  parts: [{ text: LOGIN, evidence: { kind: "event", index: 0 } }],
  contributors: [],
  coverage: null,
  refusal: null,
  metrics: [],
  events: [{ id: null, at: FROM, kind: "login", text: LOGIN }],
};

const head = (isRedacted: boolean): IncidentHead => ({
  version: "0.0.0",
  createdAt: TO,
  from: FROM,
  to: TO,
  redacted: isRedacted,
  host: {
    name: "web-1",
    os: "Debian",
    kernel: "6.1",
    architecture: "x64",
    cpuModel: null,
    logicalCpus: 2,
    physicalCpus: null,
    memoryBytes: 2 ** 32,
    bootTime: 0,
    addresses: [],
    virtualization: null,
  },
  timeZone: "UTC",
  intervalSeconds: 1,
  demo: false,
  notMeasured: [],
  customMetrics: [],
  settings: [],
  rules: [],
  channels: [],
  mutedBy: {},
  explanation: isRedacted ? redactedExplanation(EXPLANATION) : EXPLANATION,
});

async function* inPieces(isRedacted: boolean): AsyncGenerator<Uint8Array> {
  const records = readExcerpt(source.reader, { kind: "excerpt", from: FROM, to: TO, redacted: isRedacted });
  for (const bytes of frames(records)) if (bytes) yield bytes;
}

async function bytesOf(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of file) parts.push(part);
  return Buffer.concat(parts);
}

const cause = [{ pid: 1000, name: "node", command: `node server.js ${SECRET}`, share: 0.5 }] as never;

async function addRecords(store: Store): Promise<void> {
  const alert = (id: string, startedAt: number, resolvedAt: number | null) =>
    firing({
      id,
      startedAt,
      resolvedAt,
      state: resolvedAt === null ? "firing" : "resolved",
      message: `cpu at 97 %: node server.js ${SECRET}`,
      cause,
      firstCause: cause,
      note: "seen\nand understood",
    });
  const outbox = ["in", "before"].map((id) => ({
    id: `m-${id}`,
    channel: "webhook",
    message: JSON.stringify({
      link: "https://example.org/?sig=Xee3ohph",
      alerts: [{ id: id === "in" ? "a1-00000001" : "a0-00000001" }],
    }),
  }));
  const batch = {
    created: [
      alert("a0-00000001", START + 1000, START + 60_000),
      alert("a1-00000001", FROM + 60_000, FROM + 120_000),
      alert("a2-00000001", START + 2000, null),
      alert("a3-00000001", TO + 1000, null),
    ],
    updated: [],
    states: new Map(),
    groups: new Map(),
    outbox,
  };
  await store.alerts.save(batch, FROM + 60_000);
  await store.alerts.markSent("m-in", "200 thank you, Ohd9aing", FROM + 61_000);
  for (const [at, text] of [
    [START, "before"],
    [FROM + 5000, "within"],
    [TO + 5000, "after"],
  ] as const)
    await store.marks.add({ at, kind: "note", text });
  const seen = { image: null, project: null, pod: null, health: null, seenAt: START };
  await store.containers.save([
    { id: "3f2a91c07d44", name: "shop", ...seen },
    { id: "aaaaaaaaaaaa", name: "elsewhere", ...seen },
  ]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-incident-"));
  const built = Promise.withResolvers<Store>();
  const over = Promise.withResolvers<void>();
  const done = buildBusy(
    join(folder, "source"),
    { start: START, seconds: SECONDS, sealed: false, processes: 60 },
    async (store) => {
      await addRecords(store);
      built.resolve(store);
      await over.promise;
    },
  );
  source = await Promise.race([built.promise, done.then(() => Promise.reject(new Error("it ended")))]);
  close = () => over.resolve();
  whole = await bytesOf(incidentFile(head(false), inPieces(false)));
  redacted = await bytesOf(incidentFile(head(true), inPieces(true)));
}, 120_000);

afterAll(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;

/** Reads a file into a database of its own. */
async function opened(bytes: Buffer): Promise<{ store: Store; head: IncidentHead; path: string }> {
  const path = join(folder, `${++count}.db`);
  const file = join(folder, `${count}.hostscope`);
  writeFileSync(file, bytes);
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  try {
    migrate(database, readMigrations("prisma/migrations"), 0);
    const read = await readIncident(file, new ExcerptWriter(database));
    const onError = (error: unknown) => {
      throw error;
    };
    const options = { path, intervalMs: 1000, historySize: 3600, retention: KEEP_ALL, onError };
    return { store: await Store.open(options, read.to), head: read, path };
  } finally {
    database.close();
  }
}

const failure = (bytes: Buffer) =>
  opened(bytes).then(
    () => "it was opened",
    (error: Error) => error.message,
  );

test("is answered as the store that it was made of, at every resolution and moment of the stretch", async () => {
  const { store, head: read } = await opened(whole);
  expect(read).toEqual(head(false));
  const seed = 11;
  const random = seeded(seed);
  const metrics = ["system", ...new Set(SYSTEM_BUNDLE.map(({ metric }) => metric)), "system.disk.io", "process.count"].filter(
    (name) => name === "system" || builtInDefinition(name),
  );
  expect(source.reader.parts.log.oldest()).toBe(Date.UTC(2026, 10, 20, 10));
  for (const name of metrics) {
    for (const points of [720, 60, 7]) {
      const from = FROM + Math.floor((random() * (TO - FROM)) / 2);
      const to = TO - Math.floor((random() * (TO - FROM)) / 3);
      const asked = { name, from, to, points, aggregate: "avg" as const };
      expect(store.history(asked), `${name}, ${points} points from ${from} to ${to}, seed ${seed}`).toEqual(
        source.history(asked),
      );
    }
  }
  for (let at = FROM; at <= TO; at += 61_000)
    expect(store.reader.processesAt(at), String(at)).toEqual(source.reader.processesAt(at));
  const ranges = [
    [FROM, TO],
    [FROM + 1000, FROM + 7000],
    [TO - 90_000, TO],
    [Date.UTC(2026, 10, 20, 9), Date.UTC(2026, 10, 20, 10)],
  ];
  for (const [from, to] of ranges as [number, number][])
    expect(store.causeSource.consumers(from, to)).toEqual(source.causeSource.consumers(from, to));
  // What explains the first second is compared with what was before it.
  const longest = causeWindowMs(300);
  expect(store.causeSource.consumers(FROM - longest, FROM)).toEqual(source.causeSource.consumers(FROM - longest, FROM));
  const before = FROM - longest - baselineWindowMs(300);
  expect(store.causeSource.consumers(before, FROM - longest)).toEqual(source.causeSource.consumers(before, FROM - longest));
  expect(store.causeSource.consumers(FROM, TO).length).toBeGreaterThan(1000);
  expect(await store.alerts.list({ from: FROM, to: TO, limit: 100 })).toEqual(
    await source.alerts.list({ from: FROM, to: TO, limit: 100 }),
  );
  expect(await store.marks.list({ from: FROM, to: TO, limit: 100 })).toEqual(
    await source.marks.list({ from: FROM, to: TO, limit: 100 }),
  );
  const process = source.reader.processesAt(FROM)?.rows[0];
  const life = { pid: process?.pid ?? 0, startedAt: process?.startedAt, from: FROM, to: TO, points: 100, now: TO };
  expect(runAtOnce(store.reader.processLife(life))).toEqual(runAtOnce(source.reader.processLife(life)));
  await store.close();
});

test("a stretch that is in the sample log alone has all its series", async () => {
  const [from, to] = [Date.UTC(2026, 10, 20, 10, 10), Date.UTC(2026, 10, 20, 10, 10, 30)];
  const records = readExcerpt(source.reader, { kind: "excerpt", from, to, redacted: false });
  async function* pieces() {
    for (const bytes of frames(records)) if (bytes) yield bytes;
  }
  const { store } = await opened(await bytesOf(incidentFile({ ...head(false), from, to }, pieces())));
  const [copied, ...others] = [...store.recent(from)].toReversed();
  const original = [...source.recent(from)].find(({ at }) => at === copied?.at);
  expect(others).toHaveLength((to - from) / 1000 - 1);
  const readings = ({ series, values }: NonNullable<typeof copied>) =>
    series.flatMap((one, index) => (Number.isNaN(values[index]) ? [] : [`${seriesKey(one)} ${values[index]}`])).sort();
  expect(copied && readings(copied)).toEqual(original && readings(original));
  await store.close();
});

test("has nothing from outside of the stretch but ten minutes before it, and of messages only whom they told of", async () => {
  const { store, path } = await opened(whole);
  expect(store.since()).toBe(Date.UTC(2026, 10, 20, 8));
  const early = { name: "system.cpu.context_switches", from: START, to: FROM - 600_000, points: 700, aggregate: "avg" as const };
  expect(source.history(early).series).toHaveLength(1);
  expect(store.history(early).series).toEqual([]);
  expect(source.reader.processesAt(TO + 20_000)?.at).toBe(TO + 20_000);
  expect(store.reader.processesAt(TO + 20_000)?.at ?? TO).toBeLessThanOrEqual(TO);
  expect((await store.marks.list({ from: 0, to: TO + 1e6, limit: 10 })).map(({ text }) => text)).toEqual(["within"]);
  expect((await store.alerts.list({ from: 0, to: TO + 1e6, limit: 10 })).map(({ id }) => id)).toEqual([
    "a1-00000001",
    "a2-00000001",
  ]);
  const alert = await store.alerts.get("a1-00000001");
  expect(await store.alerts.notifications(10, alert ?? undefined)).toEqual([
    { id: "m-in", channel: "webhook", createdAt: FROM + 60_000, attempts: 1, state: "sent", answer: null },
  ]);
  expect((await store.containers.list()).map(({ name }) => name)).toEqual(["shop"]);
  await store.close();
  const database = new Database(path, { readonly: true });
  const text = JSON.stringify(database.prepare("SELECT * FROM notifications").all());
  database.close();
  expect(text).not.toMatch(/Xee3ohph|Ohd9aing/);
});

test("redacted, there is not a byte of a command line or of the address of a login in it", async () => {
  const commands = new Set(source.reader.processesAt(TO)?.rows.map(({ command }) => command));
  expect(commands.size).toBeGreaterThan(50);
  const [full, without] = [unpackedIncident(whole), unpackedIncident(redacted)];
  for (const text of [SECRET, "--worker", "/usr/lib/", "server.js", REMOTE]) {
    expect(full.includes(text), text).toBe(true);
    expect(without.includes(text), text).toBe(false);
  }
  const { store } = await opened(redacted);
  const table = store.reader.processesAt(TO)?.rows;
  expect(table?.map(({ pid, name, cpu }) => [pid, name, cpu])).toEqual(
    source.reader.processesAt(TO)?.rows.map(({ pid, name, cpu }) => [pid, name, cpu]),
  );
  expect((await store.alerts.get("a1-00000001"))?.message).toBe("cpu at 97 %: node");
  await store.close();
});

/** A file as somebody else might make it, with a checksum that fits. */
function forged(records: readonly Buffer[] | Buffer, change: { format?: number; head?: unknown } = {}): Buffer {
  const packed = brotliCompressSync(JSON.stringify(change.head ?? head(false)));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
  const body = brotliCompressSync(Buffer.isBuffer(records) ? records : Buffer.concat(records), { params });
  const all = Buffer.concat([prefixOf(change.format ?? FORMAT, packed.length), packed, body]);
  return Buffer.concat([all, createHash("sha256").update(all).digest()]);
}

const end = (records: number) => frameOf({ kind: "end", records });
const series = frameOf({ kind: "series", id: 1, metric: "system.memory.usage", labels: {} });
const rowFrame = (table: string, row: object) => frameOf({ kind: "row", table, row } as never);

test.each([undefined, "Etc/Unknown"])("a file of a machine whose zone had no name (%s) opens in UTC", async (timeZone) => {
  const { head: read } = await opened(forged([end(0)], { head: { ...head(false), timeZone } }));
  expect(read.timeZone).toBe("UTC");
});

test("a newer format, a cut, a changed byte and what is no such file are refused in a sentence", async () => {
  expect(await failure(forged([end(0)], { format: FORMAT + 1 }))).toMatch(
    /was saved by a newer Hostscope \(format 2; this version reads up to 1\)\. Open it with that version\.$/,
  );
  expect(await failure(Buffer.alloc(0))).toMatch(/is not an incident file\. `hostscope incident FILE` saves one\.$/);
  expect(await failure(Buffer.from("SQLite format 3\0".padEnd(4096, "x")))).toMatch(/is not an incident file/);
  const seed = 5;
  const random = seeded(seed);
  for (let round = 0; round < 8; round++) {
    const place = 8 + Math.floor(random() * (whole.length - 8));
    const flipped = Buffer.from(whole);
    flipped[place] = (flipped[place] as number) ^ (1 << Math.floor(random() * 8));
    expect(await failure(flipped), `byte ${place}, seed ${seed}`).toMatch(/is damaged|newer Hostscope/);
    expect(await failure(whole.subarray(0, place)), `cut at ${place}, seed ${seed}`).toMatch(
      /is damaged|is not an incident file/,
    );
  }
});

test("a database with triggers is no incident file, and nothing of it is run", async () => {
  const path = join(folder, "foreign.db");
  const database = new Database(path);
  database.exec(
    "CREATE TABLE series (id); CREATE TABLE ran (at); CREATE TRIGGER t AFTER INSERT ON series BEGIN INSERT INTO ran VALUES (1); END",
  );
  database.close();
  await expect(readIncident(path, undefined as never)).rejects.toThrow("is not an incident file");
  mkdirSync(join(folder, "directory"));
  await expect(readIncident(join(folder, "directory"), undefined as never)).rejects.toThrow(
    "is a folder. Specify an incident file.",
  );
  await expect(readIncident("/dev/zero", undefined as never)).rejects.toThrow("is not a regular file");
  await expect(readIncident(join(folder, "none"), undefined as never)).rejects.toThrow("(ENOENT)");
});

const block = (ticks: unknown) => Buffer.from(JSON.stringify({ v: 4, chain: "a", n: 0, ticks }));
const tick = { t: 0, stale: 0, changed: [], identities: [], exited: [] };

test.each([
  ["a bomb of zeros", Buffer.alloc(200 * 2 ** 20)],
  ["a record that says it is huge", Buffer.from("ffffffffffffffff7b7d", "hex")],
  ["a record that is no JSON", Buffer.concat([Buffer.from("0200000000000000", "hex"), Buffer.from("{]")])],
  ["a kind that does not exist", frameOf({ kind: "trigger" } as never)],
  ["a table that is not carried", rowFrame("users", { id: "1" })],
  ["a column that is not carried", rowFrame("marks", { id: "1", timestamp: "x", kind: "note", text: "x", more: 1 })],
  ["a row without a column", rowFrame("marks", { id: "1", timestamp: "x", kind: "note" })],
  ["a row with another type", rowFrame("marks", { id: "1", timestamp: "x", kind: "note", text: 7 })],
  [
    "two series with one name",
    Buffer.concat([series, frameOf({ kind: "series", id: 2, metric: "system.memory.usage", labels: {} })]),
  ],
  ["a chunk of noise", frameOf({ kind: "chunk", start: 0, interval: 1000, group: 0, sealed: true }, Buffer.from("noise"))],
  [
    "a table that is none",
    frameOf({ kind: "processes", start: 0 }, block([{ ...tick, changed: [[1, "sleeping", "x", 1, 1, 1, 1, 1]] }])),
  ],
  [
    "a name that is none",
    frameOf({ kind: "processes", start: 0 }, block([{ ...tick, identities: [[1, 0, 0, {}, "c", "u", null]] }])),
  ],
  ["sums that are none", frameOf({ kind: "usage", start: 0, span: "hour" }, Buffer.from('{"v":1,"rows":[[1,2,3,4]]}'))],
  ["a missing end", series],
  ["a wrong count", Buffer.concat([series, end(7)])],
  ["something after the end", Buffer.concat([series, end(1), series])],
])("%s is refused", async (_name, records) => {
  expect(await failure(forged([records, ...(records === series ? [] : [end(1)])]))).toMatch(
    /is damaged \(.+\)\. Copy it again from where it was saved\.$/,
  );
});

test("texts of a foreign file are cleaned as those of the kernel, and its tables are those of this program", async () => {
  const evil = "\u001b[2Jevil\u202e";
  const file = forged(
    [
      frameOf({ kind: "series", id: 1, metric: "system.memory.usage", labels: { [evil]: evil } }),
      rowFrame("marks", { id: "1-00000000", timestamp: "2026-11-20T09:00:00.000+00:00", kind: "note", text: evil }),
      frameOf(
        { kind: "processes", start: FROM },
        block([{ ...tick, all: true, identities: [[1, 0, 0, evil, evil, evil, null]] }]),
      ),
      end(3),
    ],
    { head: { ...head(false), host: { ...head(false).host, name: evil } } },
  );
  const { store, head: read, path } = await opened(file);
  await store.close();
  expect(read.host.name).toBe("\ufffd[2Jevil\ufffd");
  const database = new Database(path, { readonly: true });
  const { labels, metric } = database.prepare("SELECT metric, labels FROM series").get() as Record<string, string>;
  expect({ metric, labels }).toEqual({ metric: "system.memory.usage", labels: '{"\ufffd[2Jevil\ufffd":"\ufffd[2Jevil\ufffd"}' });
  expect(database.prepare("SELECT text FROM marks").pluck().get()).toBe("\ufffd[2Jevil\ufffd");
  expect(database.prepare("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").all()).toEqual([]);
  database.close();
});

test.each([
  ["is no object", 7],
  ["has a setting more", { ...head(false), evil: 1 }],
  ["ends before it begins", { ...head(false), from: TO, to: FROM }],
  ["has an interval of nothing", { ...head(false), intervalSeconds: 0 }],
])("a head that %s is refused", async (_name, changed) => {
  expect(await failure(forged([end(0)], { head: changed }))).toMatch(/is damaged \(its head cannot be read\)/);
});
