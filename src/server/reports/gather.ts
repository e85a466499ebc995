/** Reads the inputs of a report. Yields to the event loop between reads, so that live charts and requests are not held up. */
import { setImmediate } from "node:timers/promises";
import type { Alert, AlertRule } from "~/domain/alert";
import type { History } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Consumer, ProcessRow } from "~/domain/process";
import type { ReportPeriod } from "~/domain/report";
import type { ReportInputs } from "./inputs";
import { analyseProcesses, type ProcessMoment } from "./process-analysis";

/** What a report needs from the runtime. */
export interface ReportSources {
  version: string;
  intervalSeconds: number;
  host(): HostFacts;
  history(request: { name: string; from: number; to: number; points: number; aggregate: "avg" }): History;
  consumers(range: { from: number; to: number }, signal: AbortSignal): Promise<Consumer[]>;
  processesAt(at: number): { at: number; rows: ProcessRow[] } | null;
  alerts(query: { from: number; to: number; limit: number }): Promise<Alert[]>;
  marks(query: { from: number; to: number; limit: number }): Promise<Mark[]>;
  rules(): readonly AlertRule[];
}

const METRICS = [
  "system.cpu.utilization",
  "system.cpu.load_average.1m",
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
/** Metrics that are forecast. */
const FORESEEN = [
  "system.filesystem.utilization",
  "system.filesystem.inodes.utilization",
  "system.memory.utilization",
  "system.paging.utilization",
];

/** Points in a period: for a day, one a minute. */
const POINTS = 1440;
const PREVIOUS_POINTS = 240;
const PAST_POINTS = 336;
const MOMENTS = 36;
const MOST_ALERTS = 1000;
const MOST_MARKS = 100;
const DAY_MS = 86_400_000;
const [LEAST_PAST_MS, MOST_PAST_MS] = [7 * DAY_MS, 90 * DAY_MS];

export interface GatherRequest {
  period: ReportPeriod;
  timeZone: string;
  createdAt: number;
}

/** Throws the signal's reason when it is aborted. */
export async function gather(
  sources: ReportSources,
  { period, timeZone, createdAt }: GatherRequest,
  signal: AbortSignal,
): Promise<ReportInputs> {
  const { from, to } = period;
  const pause = async () => {
    await setImmediate();
    signal.throwIfAborted();
  };
  const read = async (names: readonly string[], range: ReportPeriod, points: number) => {
    const found: Record<string, History> = {};
    for (const name of names) {
      await pause();
      const history = sources.history({ name, ...range, points, aggregate: "avg" });
      if (history.series.length > 0) found[name] = history;
    }
    return found;
  };
  const current = await read(METRICS, period, POINTS);
  const previous = await read(METRICS, { from: from - (to - from), to: from }, PREVIOUS_POINTS);
  const pastMs = Math.min(MOST_PAST_MS, Math.max(LEAST_PAST_MS, 4 * (to - from)));
  const past = await read(FORESEEN, { from: Math.min(from, to - pastMs), to }, PAST_POINTS);

  const moments: ProcessMoment[] = [];
  for (let index = 1; index <= MOMENTS; index++) {
    await pause();
    const table = sources.processesAt(from + ((to - from) * index) / MOMENTS);
    if (table && table.at >= from && table.at !== moments.at(-1)?.at) moments.push({ at: table.at, rows: table.rows });
  }
  await pause();
  const consumers = await sources.consumers({ from, to }, signal);
  await pause();
  const host = sources.host();
  const alerts = await sources.alerts({ from, to, limit: MOST_ALERTS });
  const marks = await sources.marks({ from, to, limit: MOST_MARKS });
  const before = await sources.alerts({ from: from - (to - from), to: from, limit: MOST_ALERTS });
  return {
    createdAt,
    version: sources.version,
    timeZone,
    intervalSeconds: sources.intervalSeconds,
    host,
    period,
    current,
    previous,
    past,
    processes: analyseProcesses({
      consumers,
      moments,
      periodSeconds: (to - from) / 1000,
      memoryBytes: host.memoryBytes,
    }),
    alerts,
    alertsCut: alerts.length === MOST_ALERTS,
    previousAlerts: before.filter(({ startedAt }) => startedAt >= from - (to - from)).length,
    marks,
    rules: sources.rules().map(({ metric, match, op, thresholds }) => ({ metric, match, op, thresholds })),
  };
}
