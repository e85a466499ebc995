/** Response schemas of outlook.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { labels, number, time, timeOrNull, unit } from "../response-fields";

export const outlook = z.array(
  z
    .object({
      kind: z.enum(["filesystem", "inodes", "memory", "swap"]),
      mountpoint: z.string().nullable().meta({ description: "null for memory and swap" }),
      last: number.meta({ description: "newest used share" }),
      trend: z
        .object({
          madeAt: time,
          level: number.meta({ description: "expected share at that time" }),
          perDay: number,
          stretchSeconds: number.meta({ description: "length of the steady time range that it is based on" }),
          right: number.meta({ description: "how many of the `tried` forecasts from earlier in that range were right" }),
          tried: number,
        })
        .nullable(),
      refusal: z.string().nullable().meta({ description: "why there is no trend" }),
      full: z.object({ expected: time, earliest: time, latest: timeOrNull }).nullable().meta({
        description: "only where nine of ten earlier forecasts were right; nine of ten values lie between the outer times",
      }),
    })
    .meta({ id: "Outlook" }),
);

const usualSeries = z.object({
  metric: z.string(),
  labels,
  unit,
  band: z.object({
    low: number.meta({ description: "nine of ten means of five minutes lay between this and `high`" }),
    high: number,
    least: number.meta({ description: "below this, or above `most`, a mean of ten minutes is unusual" }),
    most: number,
    basis: z.enum(["hour of the week", "hour of the day"]),
    times: number.meta({ description: "the number of weeks or days that it is based on" }),
  }),
  words: z.string(),
});

export const usual = z.array(usualSeries.meta({ id: "Usual" }));

export const unusual = z.array(
  usualSeries
    .extend({ name: z.string(), value: number.meta({ description: "mean of the last ten minutes" }) })
    .meta({ id: "Unusual" }),
);
