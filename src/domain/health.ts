import { COLLECTION_BUDGET, type CollectionCost, type ScanDetail } from "./collection-cost";
import { everyText, formatDuration, formatText } from "./format-value";
import { describeAbsence, type NotMeasured } from "./host";
import { LEAST_KEPT, type MemoryUse } from "./memory-budget";
import { describeForecast, type Storage } from "./storage";

export interface HealthCheck {
  name: string;
  status: "ok" | "degraded";
  /** What is wrong and what to do, or what is fine. */
  detail: string;
}

export interface Health {
  status: "ok" | "degraded";
  version: string;
  uptimeSeconds: number;
  checks: HealthCheck[];
}

/** The live data is stale when the last tick is older than this many intervals. */
export const STALE_INTERVALS = 3;

export interface HealthFacts {
  now: number;
  version: string;
  /** By a clock that nobody sets. */
  uptimeSeconds: number;
  intervalMs: number;
  monitoring: "running" | "stopped";
  monitoringSince: number;
  lastTickAt: number | null;
  failingCollectors: readonly { collector: string; error: string }[];
  /** What this host does not let us read, and why. */
  absences: readonly NotMeasured[];
  /** Why there is no collector thread; null while there is one that works. */
  threadError: string | null;
  /** Null before the first sample. */
  cost: CollectionCost | null;
  memory: MemoryUse;
  /** The time of as many samples as are usually in memory. */
  ringMs: number;
  /** Delay of the event loop in seconds, 99th percentile of the last minute; null without requests. */
  loopDelaySeconds: number | null;
  logError: string | null;
  damagedRows: number;
  /** Path to which a damaged database was moved at this start. */
  replacedDatabase: string | null;
  storage: Storage;
  /** Mistakes in the configuration file as last saved. The version before it stays in force. */
  configurationMistakes: readonly string[];
  /** Custom metrics that cannot be read, with the error of their source; how many there are. */
  failingCustom: readonly { name: string; error: string }[];
  customMetrics: number;
  /** Channels and their state. Times are epoch milliseconds. */
  channels: readonly { name: string; failingSince: number | null; outcome: string | null; wasSent: boolean }[];
  /** Channels that rules or escalations name and nobody has configured, each with who names it. */
  strayChannels: readonly { channel: string; namedBy: string }[];
  /** Engines that samples are written to. Times are epoch milliseconds. */
  remoteWrites: readonly {
    name: string;
    /** Everything older has been written, or refused; null before the first sample. */
    sentUntil: number | null;
    /** Since when no request succeeds, and why; null while they do. */
    failingSince: number | null;
    why: string | null;
    /** Samples that the engine refused since the start, when, and why it refused the last. */
    dropped: number;
    droppedAt: number | null;
    refusal: string | null;
  }[];
  /** Why the engine of `fleet` cannot be read; null when it can, or when there is none. */
  fleetError: string | null;
  /** One line per schedule whose newest report failed or could not be delivered. */
  reportFailures: readonly string[];
}

/** Computes the health of Hostscope itself from plain facts. */
export function healthOf(facts: HealthFacts): Health {
  const checks = [
    samplingCheck(facts),
    collectorsCheck(facts),
    costCheck(facts),
    memoryCheck(facts),
    answersCheck(facts),
    databaseCheck(facts),
    storageCheck(facts),
    configurationCheck(facts),
    reportsCheck(facts),
    notificationsCheck(facts),
    customCheck(facts),
    ...remoteWriteCheck(facts),
    ...fleetCheck(facts),
  ];
  return {
    status: checks.some(({ status }) => status !== "ok") ? "degraded" : "ok",
    version: facts.version,
    uptimeSeconds: Math.floor(facts.uptimeSeconds),
    checks,
  };
}

function samplingCheck({ now, intervalMs, monitoring, monitoringSince, lastTickAt, threadError }: HealthFacts): HealthCheck {
  const name = "sampling";
  if (threadError !== null) {
    const detail = `no samples: the collector thread failed (${threadError}) and is being restarted; see logs/monitor.log and \`hostscope doctor\``;
    return { name, status: "degraded", detail };
  }
  if (monitoring === "stopped") {
    return { name, status: "ok", detail: "stopped manually; run `hostscope monitoring start` to resume" };
  }
  const age = now - Math.max(lastTickAt ?? 0, monitoringSince);
  if (age > STALE_INTERVALS * intervalMs + 1000) {
    return {
      name,
      status: "degraded",
      detail: `no sample for ${formatDuration(Math.round(age / 1000))}, expected ${everyText(intervalMs / 1000)}`,
    };
  }
  return { name, status: "ok", detail: lastTickAt === null ? "waiting for the first sample" : everyText(intervalMs / 1000) };
}

function collectorsCheck({ now, failingCollectors, absences, lastTickAt, threadError }: HealthFacts): HealthCheck {
  const name = "collectors";
  if (threadError !== null) return { name, status: "degraded", detail: "not running: the collector thread failed" };
  const failing = failingCollectors.map(({ collector, error }) => `${collector}: ${error}`);
  const absent = absences.map((one) => describeAbsence(one, now));
  if (failing.length > 0) return { name, status: "degraded", detail: [...failing, ...absent].join("; ") };
  if (lastTickAt === null) return { name, status: "ok", detail: "waiting for the first sample" };
  return { name, status: "ok", detail: absent.length > 0 ? `not available: ${absent.join("; ")}` : "all collectors OK" };
}

function customCheck({ failingCustom, customMetrics }: HealthFacts): HealthCheck {
  const name = "custom metrics";
  if (failingCustom.length > 0) {
    const lines = failingCustom.map(({ name: metric, error }) => `${metric}: ${error}`);
    return { name, status: "degraded", detail: lines.join("; ") };
  }
  if (customMetrics === 0) return { name, status: "ok", detail: "none configured" };
  return {
    name,
    status: "ok",
    detail: customMetrics === 1 ? "1 metric OK" : `${customMetrics} metrics OK`,
  };
}

/** A sample that an engine refused is worth a look for so long. */
const REFUSED_FOR_MS = 3_600_000;

/** Only where there are engines. */
function remoteWriteCheck({ now, remoteWrites }: HealthFacts): HealthCheck[] {
  if (remoteWrites.length === 0) return [];
  const name = "remote write";
  const failing = remoteWrites.filter(({ failingSince }) => failingSince !== null && now - failingSince >= FAILS_AFTER_MS);
  const refusing = remoteWrites.filter(({ droppedAt }) => droppedAt !== null && now - droppedAt < REFUSED_FOR_MS);
  const lines = remoteWrites.map((target) => {
    const { name: engine, sentUntil, failingSince, why, dropped, refusal } = target;
    const behind = sentUntil === null ? 0 : Math.max(0, Math.round((now - sentUntil) / 1000));
    const age = sentUntil === null ? "nothing written yet" : `written up to ${formatDuration(behind)} ago`;
    const refused = dropped > 0 ? `, ${dropped} samples refused (${refusal})` : "";
    if (failingSince === null || !failing.includes(target)) return `${engine}: ${age}${refused}`;
    const since = formatDuration(Math.round((now - failingSince) / 1000));
    return `${engine} has been failing for ${since} (${why}); missed samples are kept in the history and sent later${refused}`;
  });
  return [{ name, status: failing.length + refusing.length > 0 ? "degraded" : "ok", detail: lines.join("; ") }];
}

function fleetCheck({ fleetError }: HealthFacts): HealthCheck[] {
  if (fleetError === null) return [];
  return [{ name: "fleet", status: "degraded", detail: `cannot query the fleet engine: ${fleetError}` }];
}

/** A receiver that is busy for a moment is tried again before anybody has to look. */
const FAILS_AFTER_MS = 60_000;

function notificationsCheck({ now, channels, strayChannels }: HealthFacts): HealthCheck {
  const name = "notifications";
  if (strayChannels.length > 0) {
    const there = channels.length > 0 ? `configured: ${channels.map((one) => one.name).join(", ")}` : "no channel is configured";
    const lines = strayChannels.map(({ channel, namedBy }) => `${namedBy} uses the channel ${channel}`);
    return { name, status: "degraded", detail: `${lines.join(", ")}, which does not exist; ${there}` };
  }
  const failing = channels.filter(({ failingSince }) => failingSince !== null && now - failingSince >= FAILS_AFTER_MS);
  if (failing.length > 0) {
    const lines = failing.map(({ name: channel, failingSince, outcome }) => {
      const since = formatDuration(Math.round((now - (failingSince ?? now)) / 1000));
      return `${channel} has been failing for ${since} (${outcome}); run \`hostscope notify test "${channel}"\` for details`;
    });
    return { name, status: "degraded", detail: lines.join("; ") };
  }
  if (channels.length === 0)
    return { name, status: "ok", detail: "no channel configured; alerts appear on the Alerts page and in logs/alerts.log" };
  const unsent = channels.filter(({ wasSent }) => !wasSent).map((one) => one.name);
  if (unsent.length === 0) return { name, status: "ok", detail: `working: ${channels.map((one) => one.name).join(", ")}` };
  return { name, status: "ok", detail: `not tested yet: ${unsent.join(", ")}; run \`hostscope notify test CHANNEL\` to try` };
}

function configurationCheck({ configurationMistakes: [first, ...more] }: HealthFacts): HealthCheck {
  const name = "configuration";
  if (first === undefined) return { name, status: "ok", detail: "up to date" };
  const others = more.length > 0 ? `, and ${more.length} more` : "";
  return {
    name,
    status: "degraded",
    detail: `the saved file has an error, so the previous version stays in effect: ${first}${others}`,
  };
}

/** The message when writing stops for lack of disk space. */
export function noRoom({ freeBytes, floorBytes }: Storage["disk"], folder: string): string {
  const [free, floor] = [formatText(freeBytes, "By"), formatText(floorBytes, "By")];
  return `only ${free} free on the disk of ${folder} (minimum ${floor}): samples are queued in memory until space is freed`;
}

/** What is read less often at each level of detail. */
const LESS: Record<ScanDetail, string> = {
  full: "",
  reduced: "open files, context switches, page faults and I/O of processes are read less often",
  sparse: "idle processes are read only every tenth sample, and all processes in less detail",
};

function costCheck({ cost }: HealthFacts): HealthCheck {
  const name = "cost";
  const percent = (share: number) => formatText(share, "1");
  if (cost === null || Number.isNaN(cost.share)) return { name, status: "ok", detail: "processes are read in full detail" };
  if (cost.detail === "full") return { name, status: "ok", detail: `collection uses ${percent(cost.share)} of a core` };
  const budget = percent(COLLECTION_BUDGET);
  return {
    name,
    status: "degraded",
    detail: `collection used more than ${budget} of a core, so ${LESS[cost.detail]}; increase monitoring.interval to reduce the load`,
  };
}

function memoryCheck({ memory: { bytes, budgetBytes, kept }, ringMs }: HealthFacts): HealthCheck {
  const name = "memory";
  const used = `the server uses ${formatText(bytes, "By")} of memory`;
  if (kept === 1) return { name, status: "ok", detail: used };
  const less = `the newest ${formatDuration(Math.round((kept * ringMs) / 1000))} of samples instead of ${formatDuration(Math.round(ringMs / 1000))}`;
  const budget = formatText(budgetBytes, "By");
  if (bytes <= budgetBytes || kept > LEAST_KEPT)
    return { name, status: "ok", detail: `${used} and holds ${less}, to stay below ${budget}` };
  return {
    name,
    status: "degraded",
    detail: `${used}, more than its budget of ${budget}, although it holds only ${less}; lower monitoring.max_series or increase monitoring.interval`,
  };
}

/** Above it, people notice that pages are slow. */
const LONG_DELAY_SECONDS = 0.1;

function answersCheck({ loopDelaySeconds }: HealthFacts): HealthCheck {
  const name = "answers";
  if (loopDelaySeconds === null) return { name, status: "ok", detail: "not measured yet; it takes a minute of requests" };
  const delay = formatText(loopDelaySeconds, "s");
  if (loopDelaySeconds <= LONG_DELAY_SECONDS)
    return { name, status: "ok", detail: `event loop delay ${delay} (p99 of the last minute)` };
  return {
    name,
    status: "degraded",
    detail: `event loop delay ${delay} (p99 of the last minute): the machine is out of CPU, or clients request too much at once`,
  };
}

/** Deletion begins at the cap: a little above it is its usual state. */
const CAP_SLACK = 0.02;
/** What retention deletes at least, beside a sample each second. */
const DELETED_BYTES_PER_SECOND = 500_000;

/** Disk space, the size limit, and when the file reaches it. */
function storageCheck({ storage }: HealthFacts): HealthCheck {
  const name = "storage";
  if (!storage.disk.writable) return { name, status: "degraded", detail: noRoom(storage.disk, "the data folder") };
  const above = storage.bytes - storage.freeBytes - storage.maxBytes;
  if (above > storage.maxBytes * CAP_SLACK) {
    const seconds = Math.max(60, Math.ceil(above / DELETED_BYTES_PER_SECOND));
    const sizes = `${formatText(storage.bytes - storage.freeBytes, "By")} of at most ${formatText(storage.maxBytes, "By")}`;
    const detail = `${sizes}: deleting the oldest data, which takes about ${formatDuration(seconds)}`;
    return { name, status: "degraded", detail };
  }
  return { name, status: "ok", detail: describeForecast(storage) };
}

function databaseCheck({ logError, damagedRows, replacedDatabase }: HealthFacts): HealthCheck {
  const name = "database";
  if (replacedDatabase !== null) {
    return {
      name,
      status: "degraded",
      detail: `the database was damaged and has been replaced; the old one is kept as ${replacedDatabase}. \`hostscope restore FILE\` restores a backup; this message ends with a restart`,
    };
  }
  if (logError !== null)
    return {
      name,
      status: "degraded",
      detail: `samples are queued in memory because the database can't be written to: ${logError}`,
    };
  if (damagedRows > 0)
    return { name, status: "degraded", detail: `skipped ${damagedRows} damaged ${damagedRows === 1 ? "row" : "rows"}` };
  return { name, status: "ok", detail: "samples are being written" };
}

function reportsCheck({ reportFailures }: HealthFacts): HealthCheck {
  const name = "reports";
  if (reportFailures.length > 0) return { name, status: "degraded", detail: reportFailures.join("; ") };
  return { name, status: "ok", detail: "no failed reports" };
}
