/** Response schemas of explain.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { EVENT_KINDS } from "~/domain/explanation";
import { column, contributor, coverage, labels, number, numberOrNull, refusal, time, unit } from "../response-fields";

const changedMetric = z
  .object({
    metric: z.string(),
    labels,
    unit,
    mean: number.meta({ description: "over the time range" }),
    before: number.meta({ description: "over the baseline" }),
    yesterday: numberOrNull.meta({ description: "at the same time of the day before" }),
    statistic: number.meta({ description: "Kolmogorov-Smirnov: 0 for the same distribution, 1 for no value in common" }),
    size: number.meta({ description: "difference in spreads of the baseline" }),
    values: column.meta({ description: "of the baseline and the time range, for a sparkline" }),
  })
  .meta({ id: "ChangedMetric" });

const event = z
  .object({ at: time, kind: z.enum(EVENT_KINDS), text: z.string(), id: z.string().nullable() })
  .meta({ id: "ExplainedEvent" });

const part = z.object({
  text: z.string(),
  evidence: z
    .object({ kind: z.enum(["metric", "contributor", "event"]), index: number })
    .nullable()
    .meta({ description: "the part of the response that it is based on" }),
});

export const explanation = z
  .object({
    from: time,
    to: time,
    baseline: z.object({ from: time, to: time }),
    summary: z.string(),
    parts: z.array(part),
    contributors: z.array(contributor),
    coverage,
    refusal,
    metrics: z.array(changedMetric),
    events: z.array(event),
  })
  .meta({ id: "Explanation" });
