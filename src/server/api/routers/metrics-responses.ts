/** Response schemas of metrics.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { column, labels, number, numberOrNull, time, timeOrNull, unit } from "../response-fields";

export const catalogue = z.array(
  z
    .object({
      metric: z.string(),
      unit: z.string(),
      kind: z.enum(["gauge", "counter"]),
      title: z.string(),
      high: z.string().nullable().meta({ description: "what a high value means; null for constants" }),
      help: z.string(),
    })
    .meta({ id: "Metric" }),
);

export const active = z.object({ metrics: z.array(z.string()) }).meta({ id: "ActiveMetrics" });

export const customStatuses = z.array(
  z.object({ name: z.string(), error: z.string().nullable(), readAt: timeOrNull }).meta({ id: "CustomMetric" }),
);

/** What is known of a series beside its labels, and may change: a container's name. */
const attributes = z.exactOptional(z.record(z.string(), z.string()));

export const current = z
  .object({
    timestamp: timeOrNull.meta({ description: "null before the first sample" }),
    intervalSeconds: number,
    host: z.object({
      name: z.string(),
      os: z.string(),
      kernel: z.string(),
      cpus: number,
      memoryBytes: number,
      bootTime: time,
    }),
    metrics: z.array(
      z.object({
        metric: z.string(),
        labels,
        attributes,
        value: numberOrNull,
        unit,
        total: z.exactOptional(number).meta({ description: "for counters: the total that the kernel counts" }),
      }),
    ),
  })
  .meta({ id: "Current" });

export const series = z.array(
  z.object({
    metric: z.string(),
    labels,
    attributes,
    unit,
    values: column,
    min: z.exactOptional(column),
    max: z.exactOptional(column),
  }),
);

export const history = z
  .object({
    name: z.string(),
    from: time,
    to: time,
    stepSeconds: number,
    resolutionSeconds: number,
    timestamps: z.array(number).meta({ description: "epoch milliseconds, one per step" }),
    series,
    omitted: number.meta({ description: "number of series with readings beyond `limit`" }),
    top: z
      .exactOptional(
        z.array(
          z.object({
            pid: number,
            startedAt: time,
            name: z.string(),
            command: z.string(),
            user: z.string(),
            cpuSeconds: number,
            peakMemoryBytes: number,
            readBytes: numberOrNull,
            writtenBytes: numberOrNull,
          }),
        ),
      )
      .meta({ description: "for `processes`: the top processes of the range" }),
  })
  .meta({ id: "History" });
