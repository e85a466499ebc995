/** Reads the inputs of a report, one after the other. */

import type { Alert, AlertRule } from "~/domain/alert";
import { previousPeriod } from "~/domain/coverage";
import type { History } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Outlook } from "~/domain/outlook";
import type { Paper, ReportPeriod } from "~/domain/report";
import type { ReportInputs } from "./inputs";
import type { ProcessAnalysis } from "./process-analysis";
import { measuredPeriod } from "./quality";

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
  alerts(query: { from: number; to: number; state?: "firing"; limit: number }): Promise<Alert[]>;
  marks(query: { from: number; to: number; limit: number }): Promise<Mark[]>;
  rules(): readonly AlertRule[];
  paper(): Paper;
}

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

type ReadHistories = (range: ReportPeriod, points: number) => Promise<Record<string, History>>;

/** A coarse look finds the ends of what was measured only roughly: the next one is as fine as that part allows. */
const MOST_LOOKS = 3;

/** The histories of what was measured of a period, in as much detail as that part has. */
async function measuredPart(read: ReadHistories, asked: ReportPeriod) {
  let period = asked;
  for (let look = 1; ; look++) {
    const current = await read(period, POINTS);
    const measured = measuredPeriod(current, period) ?? period;
    if (look === MOST_LOOKS || measured.to - measured.from >= WHOLE * (period.to - period.from)) return { current, period };
    period = measured;
  }
}

/** Throws the signal's reason when it is aborted. */
export async function gather(
  sources: ReportSources,
  { asked, timeZone, createdAt }: GatherRequest,
  signal: AbortSignal,
): Promise<ReportInputs> {
  const read: ReadHistories = async (range, points) => {
    const found: Record<string, History> = {};
    for (const name of METRICS) {
      signal.throwIfAborted();
      const history = await sources.history({ name, ...range, points, aggregate: "avg" }, signal);
      if (history.series.length > 0) found[name] = history;
    }
    return found;
  };
  const { current, period } = await measuredPart(read, asked);
  const before = previousPeriod(period);
  const previous = await read(before, PREVIOUS_POINTS);
  signal.throwIfAborted();
  const outlook = await sources.outlook(period.to);

  const host = sources.host();
  const processes = await sources.processAnalysis({ period, memoryBytes: host.memoryBytes }, signal);
  const alerts = await sources.alerts({ ...period, limit: MOST_ALERTS });
  const firing = await sources.alerts({ from: createdAt, to: createdAt, state: "firing", limit: MOST_ALERTS });
  const marks = await sources.marks({ ...period, limit: MOST_MARKS });
  const alertsBefore = await sources.alerts({ ...before, limit: MOST_ALERTS });
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
    outlook,
    processes,
    alerts,
    alertsCut: alerts.length === MOST_ALERTS,
    firing,
    previousAlerts: alertsBefore.filter(({ startedAt }) => startedAt >= before.from).length,
    marks,
    rules: sources
      .rules()
      .map(({ metric, match, op, thresholds, forecastSeconds }) => ({ metric, match, op, thresholds, forecastSeconds })),
  };
}
