import { z } from "zod";
import { ALERT_ID, type Alert, alertAnswer, SEVERITIES } from "~/domain/alert";
import { contributorAnswer, NOTHING_KEPT } from "~/domain/contributor";
import { coverageOf, isFairShare, previousPeriod } from "~/domain/coverage";
import { AppError } from "~/domain/errors";
import { duration } from "~/domain/quantity.schema";
import type { Labels } from "~/domain/sample";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { utcText } from "~/domain/wall-clock";
import type { Runtime } from "../../runtime";
import { checkMetric } from "../check-rule";
import { adminProcedure, outputSchema, router, viewerProcedure } from "../trpc";
import { seesAllIo } from "../visible";
import * as response from "./alerts-responses";
import { ruleProcedures, silenceProcedures } from "./rules";

const id = z.string().regex(ALERT_ID, "expected an alert id such as mwv8q5gv-d0aec339");
const note = z.string().max(1000).optional();

const listInput = z.strictObject({
  ...rangeFields,
  state: z.enum(["firing", "resolved"]).optional(),
  severity: z.enum(SEVERITIES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** `page.next` of the previous page. */
  cursor: z.string().max(200).optional(),
});

/** Where the next page begins. Opaque to clients. */
function cursorOf({ startedAt, id }: { startedAt: number; id: string }): string {
  return Buffer.from(`${startedAt}:${id}`).toString("base64url");
}

function parseCursor(text: string): { startedAt: number; id: string } {
  const [, startedAt, place] =
    /^(\d{1,15}):([a-z0-9]+-[a-f0-9]{8})$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  if (startedAt !== undefined && place !== undefined) return { startedAt: Number(startedAt), id: place };
  throw new AppError("bad_request", "cursor: not from this list", [
    { parameter: "cursor", detail: "expected page.next of the previous page" },
  ]);
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function counted(keys: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries(counts);
}

const MOST = 10_000;

/** A metric that has readings whenever Hostscope runs. */
const ALWAYS = "system.memory.utilization";
const COVERAGE_POINTS = 240;

/** Without enough readings of a period, its alerts are not comparable: nothing could fire while nothing was measured. */
async function isComparable({ past }: Runtime, period: { from: number; to: number }, signal: AbortSignal | undefined) {
  const history = await past.history({ name: ALWAYS, ...period, points: COVERAGE_POINTS, aggregate: "avg" }, signal);
  return isFairShare(coverageOf({ current: { [ALWAYS]: history }, period }).share);
}

const noAlert = (id: string | undefined) => `There is no alert ${id}. Resolved alerts are deleted after retention.alerts.`;

function listed({ alerts, now }: Runtime, alert: Alert) {
  return { ...alertAnswer(alert), mutedBy: alert.state === "firing" ? alerts.manager.mutedBy(alert, now()) : null };
}

/** Labels in an address. */
const labelsText = z
  .string()
  .max(1000)
  .regex(/^(?:[^=,]+=[^=,]*(?:,|$))*$/, "expected name=value,name=value")
  .default("")
  .transform((text) => Object.fromEntries(text.split(",").flatMap((pair) => (pair === "" ? [] : [pair.split("=")]))) as Labels)
  .meta({ description: "the series' labels, as name=value,name=value", examples: ["disk.io.direction=write"] });

/** Whoever takes care of something for longer has a silence for it. */
const MOST_ACKNOWLEDGED_S = 30 * 86_400;

const acknowledgedFor = duration
  .refine((seconds) => seconds >= 60 && seconds <= MOST_ACKNOWLEDGED_S, "expected 1m to 30d")
  .optional()
  .meta({ description: "how long, such as 2h; reminders resume afterwards", examples: ["2h"] });
/** Who may not see the I/O of others sees who caused a load, in sums over at least so long. */
const LEAST_SECONDS_OF_OTHERS = 60;

export const alertsRouter = router({
  get: viewerProcedure
    .meta({ rest: { method: "GET", path: "/alerts/{id}", summary: "One alert, however old" } })
    .input(z.strictObject({ id }))
    .output(outputSchema(response.listedAlert))
    .query(async ({ ctx, input }) => {
      const alert = await ctx.runtime.alerts.store.get(input.id);
      if (alert === null) throw new AppError("not_found", noAlert(input.id));
      return listed(ctx.runtime, alert);
    }),

  list: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/alerts",
        summary: "Alerts that started in the range or are still firing, newest first",
        example: { hours: 24 },
      },
    })
    .input(listInput)
    .output(outputSchema(response.alerts))
    .query(async ({ ctx, input }) => {
      const range = resolveRange(input, ctx.runtime.now());
      const alerts = await ctx.runtime.alerts.store.list({
        ...range,
        state: input.state,
        severity: input.severity,
        after: input.cursor === undefined ? undefined : parseCursor(input.cursor),
        // Read one more, to know whether there is another page.
        limit: input.limit + 1,
      });
      const shown = alerts.slice(0, input.limit);
      const last = alerts.length > input.limit ? shown.at(-1) : undefined;
      return {
        alerts: shown.map((alert) => listed(ctx.runtime, alert)),
        page: { limit: input.limit, next: last ? cursorOf(last) : null },
      };
    }),

  /** Stops the reminders of an alert until it gets worse or ends. */
  acknowledge: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/{id}/acknowledge",
        summary: "Acknowledges an alert: stops reminders until it escalates or resolves, or until `for` is over",
      },
    })
    .input(z.strictObject({ id, note, for: acknowledgedFor, by: z.string().min(1).max(100).optional() }))
    .output(outputSchema(response.alert))
    .mutation(async ({ ctx, input }) => {
      const by = input.by ?? ctx.actor.name;
      const note = input.note ?? null;
      const forMs = input.for === undefined ? undefined : input.for * 1000;
      const alert = await ctx.runtime.alerts.manager.acknowledge(input.id, { by, note, forMs, now: Date.now() });
      ctx.noteChanges({ what: "acknowledgedBy", from: null, to: by });
      return alertAnswer(alert);
    }),

  /** Takes the last acknowledgement back. */
  unacknowledge: adminProcedure
    .meta({
      rest: {
        method: "DELETE",
        path: "/alerts/{id}/acknowledge",
        summary: "Undoes the last acknowledgement: reminders and escalation resume",
      },
    })
    .input(z.strictObject({ id }))
    .output(outputSchema(response.alert))
    .mutation(async ({ ctx, input }) => {
      const alert = await ctx.runtime.alerts.manager.unacknowledge(input.id, Date.now());
      ctx.noteChanges({ what: "acknowledgedBy", from: ctx.actor.name, to: alert.acknowledgedBy });
      return alertAnswer(alert);
    }),

  resolve: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/{id}/resolve",
        summary: "Resolves an alert manually; it can fire again once its condition has cleared",
      },
    })
    .input(z.strictObject({ id, note }))
    .output(outputSchema(response.alert))
    .mutation(async ({ ctx, input }) => {
      const alert = await ctx.runtime.alerts.manager.resolve(input.id, { note: input.note ?? null, now: Date.now() });
      ctx.noteChanges({ what: "state", from: "firing", to: "resolved" });
      return alertAnswer(alert);
    }),

  /** Takes back that somebody resolved an alert. */
  reopen: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/{id}/reopen",
        summary: "Reopens an alert that was resolved manually, while its condition persists",
      },
    })
    .input(z.strictObject({ id }))
    .output(outputSchema(response.alert))
    .mutation(async ({ ctx, input }) => {
      const alert = await ctx.runtime.alerts.manager.reopen(input.id, Date.now());
      ctx.noteChanges({ what: "state", from: "resolved", to: "firing" });
      return alertAnswer(alert);
    }),

  /** Counts by rule and severity, mean times, and the total of the previous range for comparison. */
  statistics: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/alerts/statistics",
        summary: "Counts by rule and severity and mean times, with the previous range for comparison",
        example: { hours: 24 },
      },
    })
    .input(z.strictObject(rangeFields))
    .output(outputSchema(response.alertStatistics))
    .query(async ({ ctx, input, signal }) => {
      const { from, to } = resolveRange(input, ctx.runtime.now());
      const { store } = ctx.runtime.alerts;
      const earlier = previousPeriod({ from, to });
      const inRange = async (start: number, end: number) =>
        (await store.list({ from: start, to: end, limit: MOST })).filter(({ startedAt }) => startedAt >= start);
      const [now, before, isFair] = await Promise.all([
        inRange(from, to),
        inRange(earlier.from, earlier.to),
        isComparable(ctx.runtime, earlier, signal),
      ]);
      const seconds = (end: number | null, start: number) => (end === null ? [] : [(end - start) / 1000]);
      return {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        total: now.length,
        previousTotal: isFair ? before.length : null,
        byRule: counted(now.map(({ rule }) => rule)),
        bySeverity: counted(now.map(({ severity }) => severity)),
        meanSecondsToAcknowledge: mean(now.flatMap(({ acknowledgedAt, startedAt }) => seconds(acknowledgedAt, startedAt))),
        meanSecondsToResolve: mean(now.flatMap(({ resolvedAt, startedAt }) => seconds(resolvedAt, startedAt))),
      };
    }),

  ...ruleProcedures,
  ...silenceProcedures,

  /** The channels and the newest 100 messages, each with the receiver's last reply. */
  notifications: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/notifications",
        summary:
          "Channels with their state, and the newest notifications with the receivers' responses; with `alert`, only those about it",
      },
    })
    .input(z.strictObject({ alert: id.optional() }))
    .output(outputSchema(response.notifications))
    .query(async ({ ctx, input }) => {
      const { alerts } = ctx.runtime;
      const alert = input.alert === undefined ? undefined : await alerts.store.get(input.alert);
      if (alert === null) throw new AppError("not_found", noAlert(input.alert));
      const answerFor = (text: string | null) => (ctx.role === "admin" ? text : null);
      return {
        channels: alerts.channels(),
        states: alerts.channelStates().map(({ name, failingSince, outcome, wasSent }) => ({
          channel: name,
          state: failingSince !== null ? ("failing" as const) : wasSent ? ("working" as const) : ("never sent" as const),
          failingSince: failingSince === null ? null : new Date(failingSince).toISOString(),
          outcome: answerFor(outcome),
        })),
        notifications: (await alerts.store.notifications(100, alert)).map((one) => ({
          ...one,
          answer: answerFor(one.answer),
          createdAt: new Date(one.createdAt).toISOString(),
        })),
      };
    }),

  /** What forms for channels show. `PATCH /api/config` changes them: `notifications.telegram.0.chat_id`. */
  receivers: adminProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/notifications/receivers",
        summary: "The configured receivers, without their secrets, and the fields of each kind",
      },
    })
    .output(outputSchema(response.receivers))
    .query(({ ctx }) => ({ etag: ctx.runtime.settings.etag(), ...ctx.runtime.settings.receivers() })),

  test: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/notifications/test",
        summary: "Sends a test notification through one channel",
        example: { channel: "email" },
      },
    })
    .input(z.strictObject({ channel: z.string().min(1).max(100) }))
    .output(outputSchema(response.channelTest))
    .mutation(({ ctx, input }) => ctx.runtime.alerts.test(input.channel)),

  cause: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/cause",
        summary: "Which processes contribute to a metric at a given time",
        example: { metric: "system.cpu.utilization" },
      },
    })
    .input(
      z.strictObject({
        metric: z.string().min(1).max(200),
        at: rangeFields.to,
        labels: labelsText,
        /** How many seconds before that moment to look at. */
        seconds: z.coerce.number().min(5).max(300).default(60),
      }),
    )
    .output(outputSchema(response.cause))
    .query(async ({ ctx, input, signal }) => {
      checkMetric(input.metric, ctx.runtime.metrics());
      const at = input.at ?? ctx.runtime.now();
      const seconds = seesAllIo(ctx) ? input.seconds : Math.max(input.seconds, LEAST_SECONDS_OF_OTHERS);
      const { metric, labels } = input;
      const { contributors, coverage, refusal } = await ctx.runtime.cause({ metric, labels, at, seconds }, signal);
      if (refusal === NOTHING_KEPT) throw new AppError("not_found", `There is no process data for ${utcText(at)}.`);
      return {
        metric,
        at: new Date(at).toISOString(),
        seconds,
        cause: contributors.map((one) => contributorAnswer(seesAllIo(ctx) ? one : { ...one, evidence: [] })),
        coverage,
        refusal,
      };
    }),
});
