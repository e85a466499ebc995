/** Reads the inputs of a report, one after the other. */
import type { Alert, AlertRule } from "~/domain/alert";
import type { History } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Outlook } from "~/domain/outlook";
import type { ReportPeriod } from "~/domain/report";
import type { ReportInputs } from "./inputs";
import type { ProcessAnalysis } from "./process-analysis";

/** What a report needs from the runtime. */
export interface ReportSources {
  version: string;
  intervalSeconds: number;
  host(): HostFacts;
  history(
    request: { name: string; from: number; to: number; points: number; aggregate: "avg" },
    signal: AbortSignal,
  ): Promise<History>;
  outlook(at: number): Promise<Outlook[]>;
  processAnalysis(request: { period: ReportPeriod; memoryBytes: number }, signal: AbortSignal): Promise<ProcessAnalysis>;
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
/** Points in a period: for a day, one a minute. */
const POINTS = 1440;
const PREVIOUS_POINTS = 240;
const MOST_ALERTS = 1000;
const MOST_MARKS = 100;

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
  const read = async (names: readonly string[], range: ReportPeriod, points: number) => {
    const found: Record<string, History> = {};
    for (const name of names) {
      signal.throwIfAborted();
      const history = await sources.history({ name, ...range, points, aggregate: "avg" }, signal);
      if (history.series.length > 0) found[name] = history;
    }
    return found;
  };
  const current = await read(METRICS, period, POINTS);
  const previous = await read(METRICS, { from: from - (to - from), to: from }, PREVIOUS_POINTS);
  signal.throwIfAborted();
  const outlook = await sources.outlook(to);

  const host = sources.host();
  const processes = await sources.processAnalysis({ period, memoryBytes: host.memoryBytes }, signal);
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
    outlook,
    processes,
    alerts,
    alertsCut: alerts.length === MOST_ALERTS,
    previousAlerts: before.filter(({ startedAt }) => startedAt >= from - (to - from)).length,
    marks,
    rules: sources.rules().map(({ metric, match, op, thresholds }) => ({ metric, match, op, thresholds })),
  };
}
