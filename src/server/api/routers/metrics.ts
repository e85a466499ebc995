import { z } from "zod";
import { containerAttributes } from "~/domain/container";
import { AppError } from "~/domain/errors";
import { AGGREGATES, type EncodedHistory, type HistorySeries, PROCESS_BUNDLE } from "~/domain/history";
import { BUILT_IN_METRICS, builtInDefinition } from "~/domain/metric";
import { titleOfMetric } from "~/domain/metric-titles";
import { withEncodedList } from "~/domain/prepared-json";
import { type Labels, PUSH_STALENESS_MS, type Series } from "~/domain/sample";
import { bucketsFor } from "~/domain/time-range";
import { instant, rangeFields, resolveRange } from "~/domain/time-range.schema";
import type { Runtime } from "../../runtime";
import { type Context, outputSchema, pusherProcedure, router, viewerProcedure } from "../trpc";
import { sightOf } from "../visible";
import { activityProcedures } from "./activity";
import * as response from "./metrics-responses";
import { outlookProcedures } from "./outlook";

const MOST_POINTS = 2000;
const MOST_SERIES = 1000;
const TOP = 20;

const historyInput = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .meta({
        description: "a metric, or the bundles `system`, `processes` and `custom`",
        examples: ["system", "processes", "custom", "system.cpu.utilization"],
      }),
    ...rangeFields,
    points: z.coerce.number().int().min(1).max(MOST_POINTS).default(720),
    step: z.coerce
      .number()
      .int()
      .min(1)
      .max(31_536_000)
      .optional()
      .meta({ description: "seconds; rounded up to the next usual step" }),
    agg: z.enum(AGGREGATES).default("avg"),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_SERIES)
      .default(MOST_SERIES)
      .meta({ description: "maximum number of series, highest values first; `omitted` counts the rest" }),
  })
  .refine(({ hours, from }) => hours === undefined || from === undefined, {
    path: ["hours"],
    message: "give hours or from, not both",
  })
  .refine(({ step, points }) => step === undefined || points === 720, {
    path: ["step"],
    message: "give step or points, not both",
  });

/** Rejects a step that gives too many points, and suggests one that fits. */
function checkStep({ from, to }: { from: number; to: number }, step: number | undefined): void {
  if (step === undefined || (to - from) / 1000 / step <= MOST_POINTS) return;
  const fitting = bucketsFor({ from, to }, { points: MOST_POINTS, intervalMs: 1000 }).stepMs / 1000;
  throw new AppError("too_large", `The range has more than ${MOST_POINTS} steps of ${step} s. Use step=${fitting}.`, [
    { parameter: "step", detail: `expected at least ${fitting}` },
  ]);
}

/** The metrics of `processes` or `custom`; undefined for other names. The store resolves `system` itself. */
function bundleOf(name: string, runtime: Runtime): readonly string[] | undefined {
  if (name === "processes") return PROCESS_BUNDLE;
  if (name === "custom") return runtime.metrics().flatMap(({ metric }) => (builtInDefinition(metric) ? [] : [metric]));
  return undefined;
}

type HistoryRequest = Parameters<Runtime["past"]["history"]>[0];

/** Takes the size of the answer from the request's budget. */
async function readWithin({ runtime, budget, sendsText }: Context, request: HistoryRequest, signal: AbortSignal | undefined) {
  if (budget && budget.cells <= 0)
    throw new AppError("too_large", "This request asks for too much data at once. Split it into several.");
  const history = await (sendsText ? runtime.past.historyToSend(request, signal) : runtime.past.history(request, signal));
  if (budget) budget.cells -= history.series.length * history.timestamps.length;
  return history;
}

async function topOf(ctx: Context, range: { from: number; to: number }, signal: AbortSignal | undefined) {
  const asked = { range, sort: "cpu" as const, limit: TOP, sight: sightOf(ctx) };
  const { consumers } = await ctx.runtime.past.topConsumers(asked, signal);
  return consumers.map(({ pid, startedAt, name, command, user, ...used }) => ({
    pid,
    startedAt: new Date(startedAt).toISOString(),
    name,
    command,
    user,
    cpuSeconds: used.cpuSeconds,
    peakMemoryBytes: used.peakMemoryBytes,
    readBytes: used.readBytes,
    writtenBytes: used.writtenBytes,
  }));
}

/** Pushed and configured metrics that the catalogue takes. */
const MOST_CUSTOM_NAMES = 500;

const familyOf = (metric: string) => metric.split(".", 1)[0] ?? "";
const BUILT_IN_FAMILIES = new Set(BUILT_IN_METRICS.map(({ metric }) => familyOf(metric)));

/** How far a sender's clock may be ahead of ours. */
const CLOCKS_APART_MS = 60_000;

const pushed = z.strictObject({
  metric: z
    .string()
    .regex(/^[a-zA-Z_][\w.:]{0,99}$/, "expected letters, digits and . _ :")
    .refine((name) => !name.startsWith("__"), "names that begin with __ are reserved"),
  value: z.number(),
  unit: z
    .string()
    .max(20)
    .default("")
    .describe('of a metric that is sent for the first time; "1" is a share, which is shown in percent'),
  tags: z
    .record(z.string().min(1).max(100), z.string().max(200))
    .default({})
    .refine((tags) => Object.keys(tags).length <= 10, "at most 10 tags")
    .refine((tags) => JSON.stringify(tags).length <= 1000, "at most 1,000 characters of tags"),
  timestamp: instant.optional().describe("time of the reading, at most five minutes ago (default: now)"),
});

/** Nothing for a series of which nothing else is known. */
function attributesOf({ runtime }: Context, series: Series): { attributes?: Labels } {
  const attributes = containerAttributes(series, runtime.containers.nameOf);
  return Object.keys(attributes).length > 0 ? { attributes } : {};
}

export const metricsRouter = router({
  /** Every metric of this machine, with its title, unit, kind and help: built in, configured and pushed. */
  catalogue: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/metrics",
        summary: "Every metric of this machine with title, unit, kind and help",
        stable: true,
      },
    })
    .output(outputSchema(response.catalogue))
    .query(({ ctx }) =>
      ctx.runtime.metrics().map(({ metric, unit, kind, help }) => ({ metric, unit, kind, ...titleOfMetric(metric), help })),
    ),

  /** The configured custom metrics, with the error of those that fail. */
  custom: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/metrics/custom", summary: "Custom metrics, with the errors of those that fail" },
    })
    .output(outputSchema(response.customStatuses))
    .query(({ ctx }) =>
      ctx.runtime.custom
        .statuses()
        .map((one) => ({ ...one, readAt: one.readAt === null ? null : new Date(one.readAt).toISOString() })),
    ),

  /** Accepts one reading, or a list in `items` (over REST a bare JSON array works too). A reading is valid for five minutes. */
  push: pusherProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/metrics/custom",
        summary: "Pushes one reading or a list; a reading is valid for five minutes",
        example: { metric: "deploys", value: 3, tags: { env: "live" } },
      },
      audited: false,
    })
    .input(z.union([pushed, z.strictObject({ items: z.array(pushed).min(1).max(200) })]))
    .output(outputSchema(z.object({ accepted: z.number() })))
    .mutation(({ ctx, input }) => {
      const items = "items" in input ? input.items : [input];
      const known = new Set(ctx.runtime.metrics().map(({ metric }) => metric));
      for (const { metric } of items) {
        if (BUILT_IN_FAMILIES.has(familyOf(metric))) {
          throw new AppError("bad_request", `${metric} is a built-in metric and cannot be pushed.`, [
            { parameter: "metric", detail: `names that begin with ${familyOf(metric)}. are reserved` },
          ]);
        }
      }
      const configured = items.find(({ metric }) => Object.hasOwn(ctx.runtime.config.custom_metrics, metric));
      if (configured) {
        throw new AppError(
          "bad_request",
          `${configured.metric} is defined in custom_metrics and cannot be pushed. Push under another name.`,
          [{ parameter: "metric", detail: "is defined in custom_metrics" }],
        );
      }
      const names = new Set([...known].filter((metric) => builtInDefinition(metric) === undefined));
      for (const { metric } of items) names.add(metric);
      if (names.size > MOST_CUSTOM_NAMES && items.some(({ metric }) => !known.has(metric))) {
        const detail = `at most ${MOST_CUSTOM_NAMES} custom metrics; distinguish readings of one kind by tags, not by names`;
        throw new AppError("bad_request", detail, [{ parameter: "metric", detail }]);
      }
      const now = Date.now();
      const taken = items.map(({ timestamp, ...one }) => ({ ...one, at: timestamp ?? now }));
      const wrong = taken.find(({ at }) => now - at > PUSH_STALENESS_MS || at - now > CLOCKS_APART_MS);
      if (wrong) {
        const detail = "must be within the last five minutes and not ahead of this machine's clock";
        throw new AppError("bad_request", `The timestamp of ${wrong.metric} ${detail}.`, [{ parameter: "timestamp", detail }]);
      }
      ctx.runtime.custom.push(
        taken.map(({ metric, value, unit, tags, at }) => ({ reading: { metric, value, labels: tags }, unit, at })),
      );
      return { accepted: items.length };
    }),

  /** The newest sample as charts show it: the value of a counter is its rate, and `total` is the raw count. */
  current: viewerProcedure
    .meta({ rest: { method: "GET", path: "/metrics/current", summary: "The newest sample, with rates and shares derived" } })
    .output(outputSchema(response.current))
    .query(({ ctx }) => {
      const { bus, config } = ctx.runtime;
      const facts = ctx.runtime.host();
      const tick = bus.latest();
      const counters = new Set(ctx.runtime.metrics().flatMap((one) => (one.kind === "counter" ? [one.metric] : [])));
      const host = {
        name: facts.name,
        os: facts.os,
        kernel: facts.kernel,
        cpus: facts.logicalCpus,
        memoryBytes: facts.memoryBytes,
        bootTime: new Date(facts.bootTime).toISOString(),
      };
      const metrics = (tick?.frame.series ?? []).flatMap(({ metric, labels, unit, slot }, index) => {
        const value = tick?.frame.values[index] ?? Number.NaN;
        const counted = slot !== undefined && counters.has(metric);
        const total = counted ? tick?.sample.values[slot] : undefined;
        if (Number.isNaN(value) && (total === undefined || Number.isNaN(total))) return [];
        return [
          {
            metric,
            labels,
            ...attributesOf(ctx, { metric, labels }),
            value: Number.isNaN(value) ? null : value,
            unit,
            ...(total === undefined ? {} : { total }),
          },
        ];
      });
      return {
        timestamp: tick ? new Date(tick.sample.at).toISOString() : null,
        intervalSeconds: config.monitoring.interval,
        host,
        metrics,
      };
    }),

  /** Points of one metric or of a bundle, downsampled to the resolution of a chart. */
  history: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/metrics/history/{name}",
        summary: "History of a metric or of the bundles `system`, `processes` and `custom`, downsampled for charts",
        example: { name: "system", hours: 1 },
      },
    })
    .input(historyInput)
    .output(outputSchema(response.history))
    .query(async ({ ctx, input, signal }) => {
      const { name } = input;
      const metrics = bundleOf(name, ctx.runtime);
      if (name !== "system" && !metrics && !ctx.runtime.metrics().some(({ metric }) => metric === name)) {
        throw new AppError(
          "not_found",
          `Unknown metric '${name}'. GET /api/metrics lists all; system, processes and custom are bundles.`,
        );
      }
      if (builtInDefinition(name)?.ofProcess) {
        throw new AppError(
          "not_found",
          `${name} is recorded per process. See GET /api/processes and /api/processes/{pid}/history.`,
        );
      }
      const { from, to } = resolveRange(input, ctx.runtime.now());
      if (to <= from)
        throw new AppError("bad_request", "The range ends before it begins.", [
          { parameter: "to", detail: "must be later than from" },
        ]);
      checkStep({ from, to }, input.step);
      const points = input.step === undefined ? input.points : MOST_POINTS;
      const { limit, step: stepSeconds, agg: aggregate } = input;
      const asked = { name, from, to, points, limit, aggregate, ...(metrics && { metrics }), stepSeconds };
      const { series: found, ...history } = await readWithin(ctx, asked, signal);
      const top = name === "processes" ? { top: await topOf(ctx, { from, to }, signal) } : {};
      const series = found.map((one) => ({ ...one, ...attributesOf(ctx, one) }));
      const head = { ...history, ...top, from: new Date(history.from).toISOString(), to: new Date(history.to).toISOString() };
      const isEncoded = (one: (typeof series)[number]) => "encoded" in one;
      if (!series.some(isEncoded)) return { ...head, series: series as HistorySeries[] };
      // Only whoever says so gets it like that.
      return withEncodedList(head, "series", series as EncodedHistory["series"]) as never;
    }),

  ...activityProcedures,
  ...outlookProcedures,
});
