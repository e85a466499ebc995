/** What was different in a stretch from the time before it, from what is stored. In slices. */
import type { Cause, Contributor } from "~/domain/contributor";
import type { ChangedMetric, ExplainedEvent, Explanation, Span } from "~/domain/explanation";
import type { History } from "~/domain/history";
import type { Consumer } from "~/domain/process";
import { causeOf } from "./cause";
import { changeOf, isCompared, mostChanged } from "./changed-metrics";
import { coresIn } from "./measures";
import { endsIn } from "./presence";

/** The baseline is as many times as long. */
export const BASELINE_TIMES = 4;
const DAY_MS = 86_400_000;
/** Steps of the stretch. */
const STEPS = 60;
const SHOWN = 6;

export interface StretchSource {
  consumers: (span: Span) => Generator<undefined, Consumer[]>;
  /** Means over steps of all of these metrics. */
  history: (metrics: readonly string[], span: Span, points: number) => Generator<undefined, History>;
}

export interface StretchQuestion extends Span {
  /** Metrics that are looked at. */
  metrics: readonly string[];
  cores: number;
  memoryBytes: number;
}

export type StretchAnswer = Pick<Explanation, "baseline" | "contributors" | "coverage" | "refusal" | "metrics" | "events">;

type Readings = (metric: string, labels?: Record<string, string>) => number | null;

export function* explainStretch(question: StretchQuestion, source: StretchSource): Generator<undefined, StretchAnswer> {
  const { from, to, metrics } = question;
  const baseline = { from: from - BASELINE_TIMES * (to - from), to: from };
  const history = yield* source.history(metrics, { from: baseline.from, to }, (BASELINE_TIMES + 1) * STEPS);
  yield;
  const first = Math.max(
    1,
    history.timestamps.findIndex((at) => at >= from),
  );
  const changed: Omit<ChangedMetric, "yesterday">[] = [];
  for (const series of history.series) {
    const change = isCompared(series) ? changeOf(series, first) : null;
    if (change) changed.push(change);
    yield;
  }
  const most = mostChanged(changed);
  const earlier = yield* source.history(
    [...new Set(most.map(({ metric }) => metric))],
    { from: from - DAY_MS, to: to - DAY_MS },
    STEPS,
  );
  const [now, before] = [yield* source.consumers({ from, to }), yield* source.consumers(baseline)];
  yield;
  const readings = { readings: meansIn(history, first, history.timestamps.length), readingsBefore: meansIn(history, 0, first) };
  // A container may have fewer than the machine.
  const cores = coresIn(readings.readings) ?? question.cores;
  const memoryBytes = readings.readings("system.memory.limit") ?? question.memoryBytes;
  const found = byMeasure({ ...question, cores, memoryBytes }, { now, before, ...readings });
  return {
    baseline,
    ...found,
    metrics: most.map((one) => ({ ...one, yesterday: meansIn(earlier, 0, earlier.timestamps.length)(one.metric, one.labels) })),
    events: groupEvents({ now, before }, question),
  };
}

const keyOf = (metric: string, labels: Readonly<Record<string, string>>) =>
  JSON.stringify([metric, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

function meansIn({ series }: History, from: number, to: number): Readings {
  const byKey = new Map(series.map((one) => [keyOf(one.metric, one.labels), one]));
  return (metric, labels = {}) => {
    const values = (byKey.get(keyOf(metric, labels))?.values ?? []).slice(from, to).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

type Facts = Parameters<typeof causeOf>[1];

/** What each measure is asked by, and from what change on it counts: as a part of what the machine has, or of the measure itself. */
const MEASURED: readonly { metric: string; scale: (question: StretchQuestion, cause: Cause) => number; least: number }[] = [
  { metric: "system.cpu.utilization", scale: ({ cores }) => cores, least: 0.1 },
  { metric: "system.memory.utilization", scale: ({ memoryBytes }) => memoryBytes, least: 0.02 },
  { metric: "system.paging.utilization", scale: ({ memoryBytes }) => memoryBytes, least: 0.02 },
  { metric: "system.disk.io", scale: (_, cause) => Math.max(20e6, wholeOf(cause)), least: 0.2 },
  {
    metric: "system.process.created",
    // Twenty processes a second are few; and who starts them shows in the CPU too.
    scale: ({ from, to }, cause) => 2 * Math.max((20 * (to - from)) / 1000, wholeOf(cause)),
    least: 0.2,
  },
];

const wholeOf = ({ contributors: [first] }: Cause) => (first && first.share > 0 ? first.value / first.share : 0);

function byMeasure(question: StretchQuestion, facts: Facts): Pick<Explanation, "contributors" | "coverage" | "refusal"> {
  const { from, to } = question;
  const causes = MEASURED.map(({ metric, scale, least }) => {
    const cause = causeOf({ metric, labels: {}, from, to, baselineMs: BASELINE_TIMES * (to - from) }, facts);
    const whole = scale(question, cause);
    // A new process has no change to itself: all of it is new.
    const weightOf = ({ change, value }: Contributor) => Math.max(0, change ?? value) / whole;
    return {
      cause,
      told: cause.contributors.map((one) => ({ one, weight: weightOf(one) })).filter(({ weight }) => weight >= least),
    };
  });
  const all = causes.flatMap(({ cause, told }) => (cause.refusal === null ? told.map((one) => ({ ...one, cause })) : []));
  const sorted = all.sort((a, b) => b.weight - a.weight);
  const leading = sorted[0]?.cause ?? causes[0]?.cause;
  const refused = causes.find(({ cause, told }) => cause.refusal !== null && told.length > 0)?.cause;
  if (sorted.length === 0 && refused)
    return { contributors: refused.contributors, coverage: refused.coverage, refusal: refused.refusal };
  return { contributors: sorted.slice(0, SHOWN).map(({ one }) => one), coverage: leading?.coverage ?? null, refusal: null };
}

/** Units and containers that began or ended in the stretch. Of those that were gone after a pause it is not known when they ended. */
function groupEvents({ now, before }: Pick<Facts, "now" | "before">, { from, to }: Span): ExplainedEvent[] {
  const starts = new Map<string, number>();
  for (const { group, startedAt } of now) {
    if (group !== null) starts.set(group, Math.min(starts.get(group) ?? Number.POSITIVE_INFINITY, startedAt));
  }
  const known = new Set(before.flatMap(({ group }) => group ?? []));
  const kindOf = (group: string) => (group.endsWith(".service") ? ("unit" as const) : ("container" as const));
  const began = [...starts]
    .filter(([group, at]) => !known.has(group) && at >= from - 1000 && at <= to)
    .map(([group, at]) => ({ at, kind: kindOf(group), text: `${group} started`, id: null }));
  const endOf = endsIn(now, { from, to });
  const ends = new Map<string, number>();
  for (const one of now) {
    if (one.group !== null) ends.set(one.group, Math.max(ends.get(one.group) ?? 0, endOf(one) ?? to));
  }
  const ended = [...ends]
    .filter(([group, at]) => known.has(group) && at < to)
    .map(([group, at]) => ({ at, kind: kindOf(group), text: `${group} stopped`, id: null }));
  return [...began, ...ended];
}
