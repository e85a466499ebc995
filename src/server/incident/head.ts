/** What an incident file says about itself, before its records. */
import { z } from "zod";
import type { AlertRule } from "~/domain/alert";
import { CONTRIBUTOR_KINDS, type Contributor, MEASURES, type MeasureName } from "~/domain/contributor";
import { EVENT_KINDS, type Explanation } from "~/domain/explanation";
import { SETTING_SOURCES, type SettingState } from "~/domain/setting";
import { timeZoneName } from "~/domain/time-range.schema";

/** A file of a newer format is refused. */
export const FORMAT = 1;

const text = z.string().max(10_000);
const name = z.string().max(500);
const number = z.number();
const numberOrNull = number.nullable();
/** Up to ten years ahead of the first second that clocks of today know. */
const moment = number.int().min(0).max(8.64e15);
const labels = z.record(name, text);
const severities = z.partialRecord(z.enum(["info", "warning", "critical"]), number);

const rule = z.strictObject({
  name,
  metric: name,
  match: labels,
  without: z.array(name).max(100),
  atLeast: z.strictObject({ match: labels, metric: name, value: number }).optional(),
  aggregate: z.enum(["avg", "min", "max", "last"]),
  windowSeconds: number,
  op: z.enum(["above", "below"]),
  thresholds: severities,
  clearMargin: number,
  forSeconds: number,
  keepFiringForSeconds: number,
  noData: z.enum(["keep", "ok", "alert"]),
  forecastSeconds: numberOrNull,
  channels: z.array(name).nullable(),
  escalate: z.array(z.strictObject({ afterSeconds: number, channels: z.array(name) })).nullable(),
  description: text,
  remedy: text,
  source: z.enum(["shipped", "adjusted", "own"]),
  enabled: z.boolean(),
}) satisfies z.ZodType<AlertRule>;

const setting = z.strictObject({
  path: name,
  value: z.json(),
  written: z.json(),
  default: z.json(),
  source: z.enum(SETTING_SOURCES),
  live: z.boolean(),
}) satisfies z.ZodType<SettingState>;

const host = z.strictObject({
  name,
  os: name,
  kernel: name,
  architecture: name,
  cpuModel: name.nullable(),
  logicalCpus: number.int().positive(),
  physicalCpus: numberOrNull,
  memoryBytes: number.nonnegative(),
  bootTime: number,
  addresses: z.array(z.strictObject({ interface: name, address: name })).max(10_000),
  virtualization: name.nullable(),
});

const span = { from: moment, to: moment };
const contributor = z.strictObject({
  kind: z.enum(CONTRIBUTOR_KINDS),
  name: text,
  pid: numberOrNull,
  startedAt: numberOrNull,
  command: text,
  user: name,
  parentPid: numberOrNull,
  startedBy: text.nullable(),
  processes: number,
  measure: z.enum(Object.keys(MEASURES) as [MeasureName, ...MeasureName[]]),
  value: number,
  unit: name,
  change: numberOrNull,
  share: number,
  evidence: z.array(text).max(100),
}) satisfies z.ZodType<Contributor>;

const explanation = z.strictObject({
  ...span,
  baseline: z.strictObject(span),
  summary: text,
  parts: z
    .array(
      z.strictObject({
        text,
        evidence: z.strictObject({ kind: z.enum(["metric", "contributor", "event"]), index: number }).nullable(),
      }),
    )
    .max(100),
  contributors: z.array(contributor).max(100),
  coverage: numberOrNull,
  refusal: text.nullable(),
  metrics: z
    .array(
      z.strictObject({
        metric: name,
        labels,
        unit: name,
        mean: number,
        before: number,
        yesterday: numberOrNull,
        statistic: number,
        size: number,
        values: z.array(numberOrNull).max(10_000),
      }),
    )
    .max(100),
  events: z.array(z.strictObject({ at: moment, kind: z.enum(EVENT_KINDS), text, id: name.nullable() })).max(1000),
}) satisfies z.ZodType<Explanation>;

export const incidentHead = z.strictObject({
  /** Of the program that made it. */
  version: name,
  createdAt: moment,
  /** Epoch milliseconds, [from, to). */
  from: moment,
  to: moment,
  /** Command lines were left out. */
  redacted: z.boolean(),
  host,
  /** Earlier versions wrote none, or one that cannot be used, on a machine whose zone has no name. */
  timeZone: timeZoneName.catch("UTC"),
  intervalSeconds: number.int().min(1).max(3600),
  demo: z.boolean(),
  notMeasured: z.array(z.strictObject({ what: text, reason: text, since: number.optional() })).max(1000),
  /** Metrics that are not built in. */
  customMetrics: z
    .array(z.strictObject({ metric: name, unit: name, kind: z.enum(["gauge", "counter"]), explain: name.optional() }))
    .max(10_000),
  /** Every setting without its secret. */
  settings: z.array(setting).max(10_000),
  rules: z.array(rule).max(10_000),
  channels: z.array(name).max(1000),
  /** What was different in the stretch; null where that could not be said. */
  explanation: explanation.nullable(),
  /** What kept an alert that fires from being told, by its id. */
  mutedBy: z.record(name, text),
});

export type IncidentHead = z.infer<typeof incidentHead>;
