/** Reads the inputs of a report, one after the other. */

import type { Alert, AlertRule } from "~/domain/alert";
import { previousPeriod } from "~/domain/coverage";
import { isAppError } from "~/domain/errors";
import type { History } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Outlook } from "~/domain/outlook";
import type { Paper, ReportPeriod } from "~/domain/report";
import { type Labels, sameLabels } from "~/domain/sample";
import { CPU_MODES, type ReportInputs } from "./inputs";
import type { ProcessAnalysis } from "./process-analysis";
import { measuredPeriod, measuredTimeMs } from "./quality";

interface MetricRequest extends ReportPeriod {
  name: string;
  points: number;
  aggregate: "avg" | "sum";
  /** Only the series with the highest values. */
  limit?: number;
  /** Only the series with exactly these labels. */
  labels?: Labels;
  stepSeconds?: number;
}

/** What a report needs from the runtime. */
export interface ReportSources {
  version: string;
  intervalSeconds: number;
  host(): HostFacts;
  history(request: MetricRequest, signal: AbortSignal): Promise<History>;
  outlook(at: number): Promise<Outlook[]>;
  processAnalysis(
    request: { period: ReportPeriod; measuredSeconds: number; memoryBytes: number },
    signal: AbortSignal,
  ): Promise<ProcessAnalysis>;
  alerts(query: ReportPeriod & { overlapping?: true; state?: "firing"; limit: number }): Promise<Alert[]>;
  marks(query: { from: number; to: number; limit: number }): Promise<Mark[]>;
  rules(): readonly AlertRule[];
  paper(): Paper;
}

/** Every sample has it. */
const INTERVAL = "hostscope.sample.interval";

const METRICS = [
  "system.cpu.utilization",
  "system.cpu.load_average.1m",
  "system.cpu.load_average.15m",
  "system.memory.usage",
  "system.memory.utilization",
  "system.memory.linux.oom_kill.count",
  "system.paging.utilization",
  "system.paging.operations",
  "system.linux.pressure.cpu.some",
  "system.linux.pressure.memory.some",
  "system.linux.pressure.io.some",
  "system.disk.io",
  "system.disk.utilization",
  "system.disk.await",
  "system.filesystem.utilization",
  "system.filesystem.usage",
  "system.filesystem.inodes.utilization",
  "system.network.io",
  "system.network.utilization",
  "system.network.packet.dropped",
  "system.network.tcp.segments",
  "system.network.tcp.retransmits",
  "system.network.tcp.established",
  "system.process.count",
  "system.process.created",
  "hw.temperature",
  "hostscope.sample.missed",
];
/** Series that say something about all of a machine: their values may be lower than those of its parts. */
const TOTALS: Readonly<Record<string, readonly Labels[]>> = {
  "system.cpu.utilization": [{}, ...CPU_MODES.map((mode) => ({ "cpu.mode": mode }))],
  "system.disk.io": ["read", "write"].map((direction) => ({ "disk.io.direction": direction })),
  "system.network.io": ["receive", "transmit"].map((direction) => ({ "network.io.direction": direction })),
};
/** Series of a metric: several times as many as a table has rows. Each interface that existed in the period has two. */
const MOST_SERIES = 500;
/** A period of which less than that is missing at an end is whole: samples come a moment after it begins and before it ends. */
const WHOLE = 0.99;
/** Points in a period: for a day, one a minute. */
const POINTS = 1440;
const PREVIOUS_POINTS = 240;
const MOST_ALERTS = 1000;
const MOST_MARKS = 100;

export interface GatherRequest {
  /** What somebody asked for; it may begin before the first sample. */
  asked: ReportPeriod;
  timeZone: string;
  createdAt: number;
}

interface Histories {
  found: Record<string, History>;
  /** Metrics with too many series. */
  cut: string[];
}

type ReadHistories = (range: ReportPeriod, points: number) => Promise<Histories>;

type Ask = (change: Partial<MetricRequest>) => Promise<History>;

/** Null when there are so many series that not even the highest can be found. */
async function withHighest(ask: Ask): Promise<History | null> {
  try {
    return await ask({ limit: MOST_SERIES });
  } catch (error) {
    if (isAppError(error) && error.code === "too_large") return null;
    throw error;
  }
}

/** The series with the highest values, and the totals where that leaves any out. */
async function readMetric(name: string, ask: Ask): Promise<{ history: History | null; isCut: boolean }> {
  const first = await withHighest(ask);
  if (first?.omitted === 0) return { history: first, isCut: false };
  let history = first;
  for (const labels of TOTALS[name] ?? []) {
    if (history?.series.some((one) => sameLabels(one.labels, labels))) continue;
    // In the same steps: a history has one list of timestamps.
    const total = await ask({ labels, ...(history && { stepSeconds: history.stepSeconds }) });
    history = history ? { ...history, series: [...history.series, ...total.series] } : total;
  }
  return { history, isCut: true };
}

/** A coarse look finds the ends of what was measured only roughly: the next one is as fine as that part allows. */
const MOST_LOOKS = 3;

/** The histories of what was measured of a period, in as much detail as that part has. */
async function measuredPart(read: ReadHistories, asked: ReportPeriod) {
  let period = asked;
  for (let look = 1; ; look++) {
    const current = await read(period, POINTS);
    const measured = measuredPeriod(current.found, period) ?? period;
    if (look === MOST_LOOKS || measured.to - measured.from >= WHOLE * (period.to - period.from)) return { ...current, period };
    period = measured;
  }
}

/** Seconds that were measured of each step, by the length of the steps. */
async function measuredSeconds(
  current: Histories["found"],
  ask: (stepSeconds: number) => Promise<History>,
): Promise<ReportInputs["measuredSeconds"]> {
  const found: Record<number, (number | null)[]> = {};
  for (const { stepSeconds } of Object.values(current)) {
    // A sample that came late has an interval that began before its step.
    found[stepSeconds] ??= ((await ask(stepSeconds)).series[0]?.values ?? []).map((seconds) =>
      seconds === null ? null : Math.min(seconds, stepSeconds),
    );
  }
  return found;
}

/** Throws the signal's reason when it is aborted. */
export async function gather(
  sources: ReportSources,
  { asked, timeZone, createdAt }: GatherRequest,
  signal: AbortSignal,
): Promise<ReportInputs> {
  const read: ReadHistories = async (range, points) => {
    const histories: Histories = { found: {}, cut: [] };
    for (const name of METRICS) {
      signal.throwIfAborted();
      const { history, isCut } = await readMetric(name, (change) =>
        sources.history({ name, ...range, points, aggregate: "avg", ...change }, signal),
      );
      if (history && history.series.length > 0) histories.found[name] = history;
      if (isCut) histories.cut.push(name);
    }
    return histories;
  };
  const { found: current, cut, period } = await measuredPart(read, asked);
  const seconds = await measuredSeconds(current, (stepSeconds) =>
    sources.history({ name: INTERVAL, ...period, points: POINTS, stepSeconds, aggregate: "sum" }, signal),
  );
  const before = previousPeriod(period);
  const { found: previous } = await read(before, PREVIOUS_POINTS);
  signal.throwIfAborted();
  const outlook = await sources.outlook(period.to);

  const host = sources.host();
  const analysed = { period, measuredSeconds: measuredTimeMs({ current, period }) / 1000, memoryBytes: host.memoryBytes };
  const processes = await sources.processAnalysis(analysed, signal);
  const alerts = await sources.alerts({ ...period, overlapping: true, limit: MOST_ALERTS });
  const firing = await sources.alerts({ from: createdAt, to: createdAt, state: "firing", limit: MOST_ALERTS });
  const marks = await sources.marks({ ...period, limit: MOST_MARKS });
  const alertsBefore = await sources.alerts({ ...before, overlapping: true, limit: MOST_ALERTS });
  return {
    createdAt,
    version: sources.version,
    timeZone,
    intervalSeconds: sources.intervalSeconds,
    host,
    asked,
    period,
    current,
    previous,
    cut,
    measuredSeconds: seconds,
    outlook,
    processes,
    alerts,
    alertsCut: alerts.length === MOST_ALERTS,
    firing,
    previousAlerts: alertsBefore.length,
    marks,
    rules: sources
      .rules()
      .map(({ metric, match, op, thresholds, forecastSeconds }) => ({ metric, match, op, thresholds, forecastSeconds })),
  };
}
