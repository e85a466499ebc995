import { COLLECTION_BUDGET, type CollectionCost, type ScanDetail } from "./collection-cost";
import { formatDuration, formatText } from "./format-value";
import { describeAbsence, type NotMeasured } from "./host";
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
  /** Resident memory of the server. */
  memoryBytes: number;
  /** How long the event loop is held up, in seconds, 99th percentile of the last minute; null when nobody asked. */
  loopDelaySeconds: number | null;
  logError: string | null;
  damagedRows: number;
  /** Path to which a damaged database was moved at this start. */
  replacedDatabase: string | null;
  storage: Storage;
  /** Mistakes in the configuration file as last saved. The version before it stays in force. */
  configurationMistakes: readonly string[];
  /** Metrics of one's own that cannot be read, with what their source said; how many there are. */
  failingCustom: readonly { name: string; error: string }[];
  customMetrics: number;
  /** Channels, and how they do. Times are epoch milliseconds. */
  channels: readonly { name: string; failingSince: number | null; outcome: string | null; wasSent: boolean }[];
  /** Channels that rules or escalations name and nobody has configured, each with who names it. */
  strayChannels: readonly { channel: string; namedBy: string }[];
  /** One line per schedule whose newest report failed or could not be delivered. */
  reportFailures: readonly string[];
}

/** Computes the health of Hostscope itself from plain facts. */
export function healthOf(facts: HealthFacts): Health {
  const checks = [
    samplingCheck(facts),
    collectorsCheck(facts),
    costCheck(facts),
    answersCheck(facts),
    databaseCheck(facts),
    storageCheck(facts),
    configurationCheck(facts),
    reportsCheck(facts),
    notificationsCheck(facts),
    customCheck(facts),
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
    const detail = `no sample: the collector thread fails (${threadError}) and is started again; logs/monitor.log and \`hostscope doctor\` say more`;
    return { name, status: "degraded", detail };
  }
  if (monitoring === "stopped") {
    return { name, status: "ok", detail: "stopped by request; `hostscope monitoring start` goes on" };
  }
  const age = now - Math.max(lastTickAt ?? 0, monitoringSince);
  if (age > STALE_INTERVALS * intervalMs + 1000) {
    return {
      name,
      status: "degraded",
      detail: `no sample for ${Math.round(age / 1000)} s, expected one each ${intervalMs / 1000} s`,
    };
  }
  return { name, status: "ok", detail: lastTickAt === null ? "waiting for the first sample" : `each ${intervalMs / 1000} s` };
}

function collectorsCheck({ now, failingCollectors, absences, lastTickAt, threadError }: HealthFacts): HealthCheck {
  const name = "collectors";
  if (threadError !== null) return { name, status: "degraded", detail: "none runs: there is no collector thread" };
  const failing = failingCollectors.map(({ collector, error }) => `${collector}: ${error}`);
  const absent = absences.map((one) => describeAbsence(one, now));
  if (failing.length > 0) return { name, status: "degraded", detail: [...failing, ...absent].join("; ") };
  if (lastTickAt === null) return { name, status: "ok", detail: "waiting for the first sample" };
  return { name, status: "ok", detail: absent.length > 0 ? `not read here: ${absent.join("; ")}` : "all read what they want" };
}

function customCheck({ failingCustom, customMetrics }: HealthFacts): HealthCheck {
  const name = "custom metrics";
  if (failingCustom.length > 0) {
    const lines = failingCustom.map(({ name: metric, error }) => `${metric}: ${error}`);
    return { name, status: "degraded", detail: lines.join("; ") };
  }
  if (customMetrics === 0) return { name, status: "ok", detail: "none is configured" };
  return {
    name,
    status: "ok",
    detail: customMetrics === 1 ? "the one that is configured is read" : `all ${customMetrics} are read`,
  };
}

/** A receiver that is busy for a moment is tried again before anybody has to look. */
const FAILS_AFTER_MS = 60_000;

function notificationsCheck({ now, channels, strayChannels }: HealthFacts): HealthCheck {
  const name = "notifications";
  if (strayChannels.length > 0) {
    const there = channels.length > 0 ? `there are ${channels.map((one) => one.name).join(", ")}` : "none is configured";
    const lines = strayChannels.map(({ channel, namedBy }) => `${namedBy} names the channel ${channel}`);
    return { name, status: "degraded", detail: `${lines.join(", ")}, which does not exist: ${there}` };
  }
  const failing = channels.filter(({ failingSince }) => failingSince !== null && now - failingSince >= FAILS_AFTER_MS);
  if (failing.length > 0) {
    const lines = failing.map(({ name: channel, failingSince, outcome }) => {
      const since = formatDuration(Math.round((now - (failingSince ?? now)) / 1000));
      return `no message gets through on ${channel} for ${since} (${outcome}): \`hostscope notify test "${channel}"\` says more`;
    });
    return { name, status: "degraded", detail: lines.join("; ") };
  }
  if (channels.length === 0)
    return { name, status: "ok", detail: "no channel is configured: alerts are on the page and in logs/alerts.log" };
  const unsent = channels.filter(({ wasSent }) => !wasSent).map((one) => one.name);
  if (unsent.length === 0)
    return { name, status: "ok", detail: `messages leave on ${channels.map((one) => one.name).join(", ")}` };
  return { name, status: "ok", detail: `nothing was ever sent on ${unsent.join(", ")}: \`hostscope notify test\` tries it` };
}

function configurationCheck({ configurationMistakes: [first, ...more] }: HealthFacts): HealthCheck {
  const name = "configuration";
  if (first === undefined) return { name, status: "ok", detail: "in force as it is saved" };
  const others = more.length > 0 ? `, and ${more.length} more` : "";
  return { name, status: "degraded", detail: `the saved file has a mistake, the one before it is in force: ${first}${others}` };
}

/** The message when writing stops for lack of disk space. */
export function noRoom({ freeBytes, floorBytes }: Storage["disk"], folder: string): string {
  const [free, floor] = [formatText(freeBytes, "By"), formatText(floorBytes, "By")];
  return `${free} are free where ${folder} lies, less than the ${floor} that must stay: samples wait in memory, free some space`;
}

/** What is read less often at each level of detail. */
const LESS: Record<ScanDetail, string> = {
  full: "",
  reduced: "open files, switches, faults and I/O of processes are read less often",
  sparse: "idle processes are read every tenth tick, and of all of them less",
};

function costCheck({ cost, memoryBytes }: HealthFacts): HealthCheck {
  const name = "cost";
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const memory = `the server takes ${formatText(memoryBytes, "By")} of memory`;
  if (cost === null || Number.isNaN(cost.share)) return { name, status: "ok", detail: `processes are read in full; ${memory}` };
  if (cost.detail === "full")
    return { name, status: "ok", detail: `collecting takes ${percent(cost.share)} of a core; ${memory}` };
  const budget = percent(COLLECTION_BUDGET);
  return {
    name,
    status: "degraded",
    detail: `collecting took more than ${budget} of a core, so ${LESS[cost.detail]}; a longer monitoring.interval costs less`,
  };
}

/** Above it, people notice that a page waits. */
const LONG_DELAY_SECONDS = 0.1;

function answersCheck({ loopDelaySeconds }: HealthFacts): HealthCheck {
  const name = "answers";
  if (loopDelaySeconds === null) return { name, status: "ok", detail: "nobody has asked for a minute" };
  const delay = formatText(loopDelaySeconds, "s");
  if (loopDelaySeconds <= LONG_DELAY_SECONDS)
    return { name, status: "ok", detail: `held up for at most ${delay} (p99 of a minute)` };
  return {
    name,
    status: "degraded",
    detail: `answers are held up for ${delay} (p99 of a minute): the machine has no CPU left, or clients ask for too much at once`,
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
    const detail = `${sizes}: the oldest history is being deleted, for about ${formatDuration(seconds)}`;
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
      detail: `it was damaged and is kept as ${replacedDatabase}; a new one began. \`hostscope restore\` puts a backup back; a restart ends this message`,
    };
  }
  if (logError !== null) return { name, status: "degraded", detail: `samples wait in memory: ${logError}` };
  if (damagedRows > 0) return { name, status: "degraded", detail: `${damagedRows} damaged rows were passed over` };
  return { name, status: "ok", detail: "samples are written" };
}

function reportsCheck({ reportFailures }: HealthFacts): HealthCheck {
  const name = "reports";
  if (reportFailures.length > 0) return { name, status: "degraded", detail: reportFailures.join("; ") };
  return { name, status: "ok", detail: "no scheduled report failed" };
}
