/**
 * Runs the story through Hostscope: its store, its rules, what finds contributors and explanations, what groups notifications. Alerts and
 * causes are what it finds; time passes as fast as it can.
 */
import { join } from "node:path";
import { SEVERITIES } from "~/domain/alert";
import type { ContainerName } from "~/domain/container";
import { deriveFrame } from "~/domain/derive";
import { BUILT_IN_METRICS, builtInDefinition } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import { AlertManager } from "~/server/alerts/manager";
import type { AlertChange } from "~/server/alerts/manager-options";
import { explainMetric, type Stretch } from "~/server/causes/explain-metric";
import type { StretchQuestion } from "~/server/causes/explain-stretch";
import { explainedBy } from "~/server/causes/measures";
import { headlineOf, timingOf } from "~/server/compose/alerts";
import { composeCauses } from "~/server/compose/causes";
import { alertExplainer } from "~/server/compose/explain-alerts";
import { explanationOf } from "~/server/compose/explanations";
import type { LookLive } from "~/server/compose/live-facts";
import { parseConfig } from "~/server/config/load";
import { toRules } from "~/server/config/to-rules";
import { workOf } from "~/server/reader/requests";
import { runAtOnce } from "~/server/slices";
import { readExcerpt } from "~/server/store/excerpt/read-excerpt";
import type { Excerpted } from "~/server/store/excerpt/records";
import { openDatabase, openForReading } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { Ring } from "~/server/store/series/ring";
import { SampleLogWriter } from "~/server/store/series/sample-log";
import { Store } from "~/server/store/store";
import { StoreReader } from "~/server/store/store-reader";
import { DEMO_CONFIG } from "./config";
import { CORES } from "./cpu-time";
import { Life } from "./life";
import { MEMORY_BYTES } from "./memory";
import { CACHE, SHOP } from "./residents";
import { STORY_SECONDS } from "./story";

const CHANNEL = "email";
/** What ann does about the leak: she sees the alert six minutes after it has become critical. */
const ACKNOWLEDGED = { rule: "memory", afterMs: 6 * 60_000, by: "ann", note: "shop-worker; will roll back after the order peak" };
const YEAR = 365 * 86_400;
const RETENTION = { raw: YEAR, processes: YEAR, minute: YEAR, hour: YEAR, tables: YEAR, alerts: YEAR, maxBytes: 2 ** 40 };

const nameOf: ContainerName = (id) => [SHOP, CACHE].find((one) => one.id === id)?.name;

function fail(error: unknown): never {
  throw error;
}

/** Alerting as composed for a server, on the store of the story. */
class Alerting {
  readonly manager: AlertManager;
  /** Alerts whose explanation is being looked for. */
  private waiting = 0;
  private acknowledgeAt = Number.POSITIVE_INFINITY;
  private outbox: Promise<void> = Promise.resolve();
  private now = 0;
  /** Who was killed last, in the kernel's words. */
  victim: string | null = null;

  constructor(
    private readonly store: Store,
    life: Life,
  ) {
    const config = parseConfig("demo", DEMO_CONFIG, () => undefined);
    const lookLive: LookLive = async ({ metric, labels }) => {
      const mountpoint = labels["system.filesystem.mountpoint"];
      return explainedBy(metric, labels).by === "files" && mountpoint !== undefined
        ? { files: life.files(mountpoint) }
        : undefined;
    };
    const causes = composeCauses({ store, nameOf, declared: () => undefined, lookLive });
    const past = {
      cause: async (stretch: Stretch) => runAtOnce(workOf(store.reader, { kind: "cause", stretch })),
      explanation: async (question: StretchQuestion) => runAtOnce(workOf(store.reader, { kind: "explanation", ...question })),
    };
    const sources = {
      past,
      alerts: store.alerts,
      marks: store.marks,
      failedUnits: () => [],
      logins: () => [],
      // That of a server stays the same.
      metrics: () => BUILT_IN_METRICS.filter(({ metric }) => metric !== "hostscope.sample.interval"),
      host: () => ({ logicalCpus: CORES, memoryBytes: MEMORY_BYTES }),
      named: causes.named,
    };
    const explainAgain = alertExplainer({
      causes,
      past,
      onError: fail,
      explanation: (span) => explanationOf(span, sources, undefined),
    });
    this.manager = new AlertManager({
      rules: toRules(config, CORES),
      channels: [{ name: CHANNEL, severities: SEVERITIES }],
      timing: timingOf(config),
      groupBy: config.alerts.group_by,
      escalate: [],
      silences: [],
      records: store.alerts,
      // Not `causes.explain`, which leaves out what takes long: what is found would depend on how busy this machine is.
      explain: (stretch) => causes.named(explainMetric(stretch, store.causeSource)),
      headline: headlineOf({ nameOf, oomVictim: () => this.victim }, () => null),
      message: (items) => JSON.stringify({ items: items.map(({ alert: { id } }) => ({ id })) }),
      onChange: (change) => {
        this.noted(change);
        explainAgain(change, this.manager);
      },
      onOutbox: () => {
        this.outbox = this.outbox.then(() => this.deliver());
      },
      onError: fail,
    });
  }

  /** Evaluates a tick, and waits for everything that follows from it. */
  async tick(sample: Sample, previous: Sample | undefined, seconds: number): Promise<void> {
    this.now = sample.at;
    this.manager.tick(deriveFrame(previous, sample), seconds, seconds);
    while (this.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
    await this.manager.settled();
    await this.outbox;
    if (this.now < this.acknowledgeAt) return;
    this.acknowledgeAt = Number.POSITIVE_INFINITY;
    const alert = this.manager.active().find(({ rule }) => rule === ACKNOWLEDGED.rule);
    if (alert) await this.manager.acknowledge(alert.id, { by: ACKNOWLEDGED.by, note: ACKNOWLEDGED.note, now: this.now });
  }

  private noted({ kind, alert }: AlertChange): void {
    if (kind === "fired" || kind === "escalated") this.waiting++;
    if (kind === "explained") this.waiting--;
    if (kind === "escalated" && alert.rule === ACKNOWLEDGED.rule) this.acknowledgeAt = this.now + ACKNOWLEDGED.afterMs;
  }

  private async deliver(): Promise<void> {
    for (const { id } of await this.store.alerts.waiting({ limit: 100, except: [] }))
      await this.store.alerts.markSent(id, "250 OK", this.now);
  }
}

async function openStory(folder: string, begin: number) {
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), begin);
  const log = new SampleLogWriter(database);
  const store = await Store.open({ path, intervalMs: 1000, historySize: 3600, retention: RETENTION, onError: fail }, begin);
  const facts = { health: null, project: "shop", pod: null, seenAt: begin + 1000 * STORY_SECONDS };
  await store.containers.save([SHOP, CACHE].map(({ id, name, image }) => ({ ...facts, id, name, image })));
  return { path, database, log, store };
}

/** Writes the story into a database in a folder, as a server would have done, and returns its path. */
export async function recordStory(folder: string, begin: number): Promise<string> {
  const { path, database, log, store } = await openStory(folder, begin);
  const life = new Life(begin);
  const alerting = new Alerting(store, life);
  let previous: Sample | undefined;
  for (const { sample, processes, marks, seconds } of life.ticks()) {
    for (const mark of marks) {
      await store.marks.add({ at: sample.at, ...mark });
      if (mark.kind === "kernel") alerting.victim = mark.text;
    }
    const failed = log.append(sample, processes);
    if (failed) throw failed;
    store.add(sample, deriveFrame(previous, sample), processes);
    await alerting.tick(sample, previous, seconds);
    for (let slice = 0; slice < 4; slice++) store.maintain(sample.at, sample.at);
    previous = sample;
  }
  const end = begin + 1000 * STORY_SECONDS;
  // Everything that a server does in the minutes after an hour.
  for (let slice = 0; slice < 4000; slice++) store.maintain(end + 600_000, end + 600_000);
  await store.close();
  database.close();
  return path;
}

/** The records of a story in a database. */
export function* storyRecords(path: string, begin: number): Generator<Excerpted> {
  const database = openForReading(path);
  try {
    const reader = new StoreReader(database, { intervalMs: 1000, definitionOf: builtInDefinition, ring: new Ring(1) });
    const request = { kind: "excerpt" as const, from: begin, to: begin + 1000 * STORY_SECONDS, redacted: false };
    for (const one of readExcerpt(reader, request)) if (one) yield one;
  } finally {
    database.close();
  }
}
