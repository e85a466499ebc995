/** What changed in a time range compared with the period before it. Times are epoch milliseconds. */
import { type Contributor, type MeasureName, shareText, whoText } from "./contributor";
import { formatDuration, formatText } from "./format-value";
import { titleOfMetric } from "./metric-titles";
import type { Labels } from "./sample";
import { seriesName } from "./series-name";

export interface Span {
  from: number;
  to: number;
}

/** A series whose values were others than before. */
export interface ChangedMetric {
  metric: string;
  labels: Labels;
  unit: string;
  /** Means over the stretch, over the baseline, and over the same time of the day before; null without readings. */
  mean: number;
  before: number;
  yesterday: number | null;
  /** Kolmogorov-Smirnov statistic of the two distributions, 0 (the same) to 1 (no value in common). */
  statistic: number;
  /** Difference of the medians in spreads of the baseline. */
  size: number;
  /** Of the baseline and the stretch, oldest first. */
  values: (number | null)[];
}

export const EVENT_KINDS = [
  "note",
  "boot",
  "start",
  "configuration",
  "kernel",
  "clock",
  "alert",
  "unit",
  "container",
  "login",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface ExplainedEvent {
  at: number;
  kind: EventKind;
  text: string;
  /** Of an alert or a mark; null for what has none. */
  id: string | null;
}

/** Part of a sentence, and what of the answer it rests on. */
export interface SummaryPart {
  text: string;
  evidence: { kind: "metric" | "contributor" | "event"; index: number } | null;
}

export interface Explanation extends Span {
  baseline: Span;
  summary: string;
  parts: SummaryPart[];
  /** Whose use changed most, over all measures. */
  contributors: Contributor[];
  /** Of the measure of the first contributor, or of the CPU without one. */
  coverage: number | null;
  refusal: string | null;
  metrics: ChangedMetric[];
  events: ExplainedEvent[];
}

/** What people call the metrics that a sentence begins with. */
const TITLES: readonly [RegExp, string][] = [
  [/^system\.cpu\.utilization$/, "CPU"],
  [/^system\.cpu\.load_average/, "load"],
  [/^system\.memory\.utilization/, "memory usage"],
  [/^system\.memory\.usage/, "memory"],
  [/^system\.memory\.linux\.available/, "available memory"],
  [/^system\.paging\.(?:utilization|usage)/, "swap usage"],
  [/^system\.disk\.(?:io|operations)$/, "disk I/O"],
  [/^system\.disk\.utilization/, "disk utilization"],
  [/^system\.disk\.await/, "disk latency"],
  [/^system\.disk\.queue_length/, "disk queue length"],
  [/^system\.disk\.io_time/, "disk busy time"],
  [/^system\.filesystem\.(?:utilization|usage)$/, "filesystem usage"],
  [/^system\.network\.io$/, "network traffic"],
  [/^system\.network\.tcp\.retransmits$/, "TCP retransmits"],
  [/^system\.linux\.pressure\.cpu/, "CPU pressure"],
  [/^system\.linux\.pressure\.memory/, "memory pressure"],
  [/^system\.linux\.pressure\.io/, "I/O pressure"],
  [/^system\.process\.created$/, "process starts"],
  [/^(?:container|systemd\.service)\.cpu\.throttled/, "CPU throttling"],
];

/** "CPU", "disk I/O sda write"; other metrics by the title of their charts. */
function metricTitle({ metric, labels }: Pick<ChangedMetric, "metric" | "labels">): string {
  if (metric === "system.memory.usage" && labels["system.memory.state"] === "used") return "memory usage";
  const title = TITLES.find(([pattern]) => pattern.test(metric))?.[1] ?? titleOfMetric(metric).title;
  return `${title} ${seriesName(labels)}`.trimEnd();
}

/** "CPU rose from 12% to 97%" */
export function changeText(changed: ChangedMetric): string {
  const { mean, before, unit } = changed;
  const verb = mean > before ? "rose" : "fell";
  return `${metricTitle(changed)} ${verb} from ${formatText(before, unit)} to ${formatText(mean, unit)}`;
}

/** What is consumed; of the others one accounts for a part. */
const CONSUMED: readonly MeasureName[] = ["cpu", "memory", "swap"];

const verbOf = ({ measure }: Pick<Contributor, "measure">) => (CONSUMED.includes(measure) ? "used" : "accounted for");

/** An event this long before a stretch may have begun it. */
export const BEFORE_MS = 600_000;

/** One sentence by rules: what changed most, who did it, and what had happened. */
export function summarize({
  metrics,
  contributors,
  refusal,
  events,
  from,
}: Pick<Explanation, "metrics" | "contributors" | "refusal" | "events" | "from">): SummaryPart[] {
  const parts: SummaryPart[] = [];
  const [changed] = metrics;
  const [first, second] = contributors;
  if (changed) parts.push({ text: changeText(changed), evidence: { kind: "metric", index: 0 } });
  if (first && refusal === null) {
    parts.push({ text: `${whoText(first)} ${verbOf(first)} ${shareText(first)}`, evidence: { kind: "contributor", index: 0 } });
    const isOther = second && second.measure !== first.measure && second.name !== first.name;
    if (isOther)
      parts.push({ text: `${second.name} ${verbOf(second)} ${shareText(second)}`, evidence: { kind: "contributor", index: 1 } });
  } else if (refusal !== null && changed) parts.push({ text: refusal, evidence: null });
  const index = weightiest(events);
  const event = events[index];
  if (event) {
    const before = from - event.at;
    const when = before >= 1000 ? `${formatDuration(Math.round(before / 1000))} earlier: ` : "meanwhile: ";
    parts.push({ text: `${when}${event.text}`, evidence: { kind: "event", index } });
  }
  return parts.length > 0 ? parts : [{ text: "nothing stands out compared with the previous period", evidence: null }];
}

/** What most likely begins something, first. */
const WEIGHT: Readonly<Record<EventKind, number>> = {
  kernel: 6,
  boot: 5,
  note: 4,
  configuration: 3,
  clock: 3,
  unit: 2,
  container: 2,
  start: 1,
  alert: 0,
  login: 0,
};

/** -1 when nothing that happened is worth a place in the sentence. */
function weightiest(events: readonly ExplainedEvent[]): number {
  let best = -1;
  for (const [index, { kind }] of events.entries()) {
    if (WEIGHT[kind] > 0 && (best < 0 || WEIGHT[kind] > WEIGHT[(events[best] as ExplainedEvent).kind])) best = index;
  }
  return best;
}

export function summaryText(parts: readonly SummaryPart[]): string {
  const text = parts.map((part) => part.text).join("; ");
  // A name is written as it is.
  if (parts[0]?.evidence?.kind === "contributor") return `${text}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
