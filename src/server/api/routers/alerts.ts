import { z } from "zod";
import { alertAnswer, SEVERITIES } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { adminProcedure, router, viewerProcedure } from "../trpc";

const id = z.string().regex(/^[a-z0-9]+-[a-f0-9]{8}$/, "is not the id of an alert");
const note = z.string().max(1000).optional();

const listInput = z.strictObject({
  ...rangeFields,
  state: z.enum(["firing", "resolved"]).optional(),
  severity: z.enum(SEVERITIES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function counted(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

const MOST = 10_000;

export const alertsRouter = router({
  /** Alerts that began in the range or still fire, newest first. */
  list: viewerProcedure
    .meta({ rest: { method: "GET", path: "/alerts" } })
    .input(listInput)
    .query(async ({ ctx, input }) => {
      const range = resolveRange(input, Date.now());
      const alerts = await ctx.runtime.alerts.store.list({
        ...range,
        state: input.state,
        severity: input.severity,
        limit: input.limit,
      });
      return { alerts: alerts.map(alertAnswer), page: { limit: input.limit, more: alerts.length === input.limit } };
    }),

  /** Somebody has taken note: reminders stop, until it becomes worse or ends. */
  acknowledge: adminProcedure
    .meta({ rest: { method: "POST", path: "/alerts/{id}/acknowledge" } })
    .input(z.strictObject({ id, note, by: z.string().min(1).max(100).optional() }))
    .mutation(async ({ ctx, input }) =>
      alertAnswer(
        await ctx.runtime.alerts.manager.acknowledge(input.id, {
          by: input.by ?? ctx.actor.name,
          note: input.note ?? null,
          now: Date.now(),
        }),
      ),
    ),

  /** Ends an alert by hand. */
  resolve: adminProcedure
    .meta({ rest: { method: "POST", path: "/alerts/{id}/resolve" } })
    .input(z.strictObject({ id, note }))
    .mutation(async ({ ctx, input }) =>
      alertAnswer(await ctx.runtime.alerts.manager.resolve(input.id, { note: input.note ?? null, now: Date.now() })),
    ),

  /** Counts by rule and severity, mean times, and the same of the range before for comparison. */
  statistics: viewerProcedure
    .meta({ rest: { method: "GET", path: "/alerts/statistics" } })
    .input(z.strictObject(rangeFields))
    .query(async ({ ctx, input }) => {
      const { from, to } = resolveRange(input, Date.now());
      const { store } = ctx.runtime.alerts;
      const inRange = async (start: number, end: number) =>
        (await store.list({ from: start, to: end, limit: MOST })).filter(({ startedAt }) => startedAt >= start);
      const [now, before] = await Promise.all([inRange(from, to), inRange(from - (to - from), from)]);
      const seconds = (end: number | null, start: number) => (end === null ? [] : [(end - start) / 1000]);
      return {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        total: now.length,
        previousTotal: before.length,
        byRule: counted(now.map(({ rule }) => rule)),
        bySeverity: counted(now.map(({ severity }) => severity)),
        meanSecondsToAcknowledge: mean(now.flatMap(({ acknowledgedAt, startedAt }) => seconds(acknowledgedAt, startedAt))),
        meanSecondsToResolve: mean(now.flatMap(({ resolvedAt, startedAt }) => seconds(resolvedAt, startedAt))),
      };
    }),

  /** The rules that are evaluated, thresholds in each metric's own unit. */
  rules: viewerProcedure
    .meta({ rest: { method: "GET", path: "/alerts/rules" } })
    .query(({ ctx }) => ctx.runtime.alerts.manager.rules()),

  /** Messages, newest first, with what the far side said. */
  notifications: viewerProcedure.meta({ rest: { method: "GET", path: "/notifications" } }).query(async ({ ctx }) => ({
    channels: ctx.runtime.alerts.channels(),
    notifications: (await ctx.runtime.alerts.store.notifications(100)).map((one) => ({
      ...one,
      createdAt: new Date(one.createdAt).toISOString(),
    })),
  })),

  /** Sends a test through one channel. */
  test: adminProcedure
    .meta({ rest: { method: "POST", path: "/notifications/test" } })
    .input(z.strictObject({ channel: z.string().min(1).max(100) }))
    .mutation(({ ctx, input }) => ctx.runtime.alerts.test(input.channel)),

  /** Which processes explain a metric at a moment. */
  cause: viewerProcedure
    .meta({ rest: { method: "GET", path: "/cause" } })
    .input(z.strictObject({ metric: z.string().min(1).max(200), at: rangeFields.to }))
    .query(({ ctx, input }) => {
      const at = input.at ?? Date.now();
      const cause = ctx.runtime.explain(input.metric, at);
      if (cause === null) throw new AppError("not_found", `nothing is kept of the processes at ${new Date(at).toISOString()}`);
      return {
        metric: input.metric,
        at: new Date(at).toISOString(),
        cause: cause.map((culprit) => ({ ...culprit, startedAt: new Date(culprit.startedAt).toISOString() })),
      };
    }),
});
