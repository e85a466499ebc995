/** Explains a stretch of time: what the store says of it, with what happened in it. */
import type { Alert } from "~/domain/alert";
import { BEFORE_MS, type ExplainedEvent, type Explanation, type Span, summarize, summaryText } from "~/domain/explanation";
import type { HostFacts, LoggedInUser } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { MetricDefinition } from "~/domain/metric";
import type { FailedUnit } from "~/domain/systemd";
import { loginsIn } from "../collectors/users";
import type { MetricCatalogue } from "../metric-catalogue";
import type { Reader } from "../reader/reader";
import type { Roots } from "../roots";
import type { AlertStore } from "../store/records/alerts";
import type { MarkStore } from "../store/records/marks";
import type { Store } from "../store/store";
import type { Causes } from "./causes";
import type { Observers } from "./observers";

const MOST_EVENTS = 50;

export interface ExplanationSources {
  past: Pick<Reader, "explanation">;
  alerts: Pick<AlertStore, "list">;
  marks: Pick<MarkStore, "list">;
  failedUnits: () => readonly FailedUnit[];
  logins: (span: Span) => readonly LoggedInUser[];
  metrics: () => readonly MetricDefinition[];
  host: () => Pick<HostFacts, "logicalCpus" | "memoryBytes">;
  named: Causes["named"];
}

interface SourceParts extends Pick<ExplanationSources, "past" | "named"> {
  store: Pick<Store, "alerts" | "marks">;
  observers: Pick<Observers, "units">;
  catalogue: Pick<MetricCatalogue, "all">;
  host: { current: HostFacts };
  roots: Roots;
}

/** The sources of a server that runs. */
export const sourcesOf = ({ past, named, store, observers, catalogue, host, roots }: SourceParts): ExplanationSources => ({
  past,
  named,
  alerts: store.alerts,
  marks: store.marks,
  failedUnits: () => observers.units.list(),
  logins: (span) => loginsIn(roots, span),
  metrics: () => catalogue.all(),
  host: () => host.current,
});

/** Metrics with many series of little meaning each are left out. In a container with a quota, CPU utilization is relative to that. */
const isExplained = ({ metric, quiet, ofProcess }: MetricDefinition) =>
  (!quiet && !ofProcess) || metric === "system.cpu.quota.limit";

export async function explanationOf(
  { from, to }: { from: number; to: number },
  sources: ExplanationSources,
  signal: AbortSignal | undefined,
): Promise<Explanation> {
  const { past, named, host, metrics } = sources;
  const { logicalCpus, memoryBytes } = host();
  const asked = {
    from,
    to,
    metrics: metrics()
      .filter(isExplained)
      .map(({ metric }) => metric),
    cores: logicalCpus,
    memoryBytes,
  };
  const [answer, happened] = await Promise.all([past.explanation(asked, signal), eventsOf({ from, to }, sources)]);
  const events = [...answer.events, ...happened].sort((a, b) => a.at - b.at).slice(0, MOST_EVENTS);
  const told = named({ ...answer, events, from, to });
  const parts = summarize(told);
  return { ...told, summary: summaryText(parts), parts };
}

const ofMark = ({ id, at, kind, text }: Mark): ExplainedEvent => ({ id, at, kind, text });

function ofAlert(
  { id, startedAt, resolvedAt, rule, message }: Alert,
  { from, to }: { from: number; to: number },
): ExplainedEvent[] {
  const isIn = (at: number | null): at is number => at !== null && at >= from && at <= to;
  return [
    ...(isIn(startedAt) ? [{ id, at: startedAt, kind: "alert" as const, text: message || rule }] : []),
    ...(isIn(resolvedAt) ? [{ id, at: resolvedAt, kind: "alert" as const, text: `${rule} resolved` }] : []),
  ];
}

const ofLogin = ({ name, terminal, from, since }: LoggedInUser): ExplainedEvent => ({
  id: null,
  at: since,
  kind: "login",
  text: `${name} logged in${terminal && ` on ${terminal}`}${from && ` from ${from}`}`,
});

async function eventsOf(
  { from, to }: { from: number; to: number },
  { marks, alerts, failedUnits, logins }: ExplanationSources,
): Promise<ExplainedEvent[]> {
  const [found, fired] = await Promise.all([
    marks.list({ from: from - BEFORE_MS, to: to + 1, limit: MOST_EVENTS }),
    alerts.list({ from, to: to + 1, overlapping: true, limit: MOST_EVENTS }),
  ]);
  const failed = failedUnits().flatMap(({ unit, description, result, since }): ExplainedEvent[] =>
    since !== null && since >= from - BEFORE_MS && since <= to
      ? [{ id: null, at: since, kind: "unit", text: `${unit} failed${result ? ` (${result})` : ""}: ${description}` }]
      : [],
  );
  const came = logins({ from: from - BEFORE_MS, to }).map(ofLogin);
  return [...found.map(ofMark), ...fired.flatMap((alert) => ofAlert(alert, { from, to })), ...failed, ...came];
}
