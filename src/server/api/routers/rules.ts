/**
 * Alert rules and silences. Rules and weekly silences are entries of the configuration file; one-off silences are in the
 * database.
 */
import { z } from "zod";
import type { ListedRule } from "~/domain/alert";
import {
  labelPatterns,
  type RuleConfig,
  rulePattern,
  ruleSchema,
  type WeeklySilenceConfig,
  weeklySilenceSchema,
} from "~/domain/alert.schema";
import { AppError } from "~/domain/errors";
import { durationText } from "~/domain/quantity.schema";
import type { Silence } from "~/domain/silence";
import { AHEAD_MS, instant, rangeFields, resolveRange } from "~/domain/time-range.schema";
import type { Runtime } from "../../runtime";
import { changeSettings, dropEntry, putEntry, type Writing } from "../change-settings";
import { checkRule, checkSilenced } from "../check-rule";
import { adminProcedure, outputSchema, viewerProcedure } from "../trpc";
import * as response from "./rules-responses";

const EXAMPLE = { name: "busy disk", metric: "system.disk.utilization", window: "1m", for: "5m", warning: "90%" };

const name = z.string().min(1).max(100);

/** A rule as it is written to the file: durations with units, without empty fields. */
function written({
  window,
  for: holding,
  keep_firing_for: keep,
  forecast,
  unusual,
  escalate,
  ...rest
}: RuleConfig): Record<string, unknown> {
  const plain = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "" && !isEmptyMap(value));
  return {
    ...Object.fromEntries(plain),
    ...(unusual ? { unusual: { for: durationText(unusual.for) } } : { window: durationText(window) }),
    ...(holding > 0 && { for: durationText(holding) }),
    ...(keep > 0 && { keep_firing_for: durationText(keep) }),
    ...(forecast !== undefined && { forecast: durationText(forecast) }),
    ...(escalate !== undefined && { escalate: escalate.map((step) => ({ ...step, after: durationText(step.after) })) }),
  };
}

function isEmptyMap(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0;
}

function find(runtime: Runtime, ruleName: string): ListedRule {
  const found = runtime.alerts.rules().find((rule) => rule.name === ruleName);
  if (!found) throw new AppError("not_found", `There is no rule ${ruleName}.`);
  return found;
}

function check(runtime: Runtime, rule: RuleConfig): void {
  checkRule(rule, { metrics: runtime.metrics(), channels: runtime.alerts.channels() });
}

function setEnabled(writing: Writing, ruleName: string, enabled: boolean): void {
  const names = writing.runtime.config.alerts.disabled.filter((one) => one !== ruleName);
  const disabled = enabled ? names : [...names, ruleName];
  changeSettings(writing, [{ path: ["alerts", "disabled"], value: disabled.length > 0 ? disabled : undefined }]);
}

export const ruleProcedures = {
  /** Every rule with its source. Thresholds are in the unit of the metric. */
  rules: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/alerts/rules", summary: "Every alert rule and its source", stable: "settings" },
    })
    .output(outputSchema(response.rules))
    .query(({ ctx }) => ctx.runtime.alerts.rules()),

  /** Creates a rule. The keys are those of `alerts.rules` in the configuration file. */
  createRule: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/rules",
        summary: "Creates a rule, with the keys of the configuration file",
        example: EXAMPLE,
      },
    })
    .input(ruleSchema)
    .output(outputSchema(response.rule))
    .mutation(({ ctx, input }) => {
      if (ctx.runtime.alerts.rules().some((rule) => rule.name === input.name))
        throw new AppError("conflict", `A rule named ${input.name} already exists. Change that one, or choose another name.`);
      check(ctx.runtime, input);
      putEntry(ctx, "alerts.rules", written(input));
      return find(ctx.runtime, input.name);
    }),

  /** Creates or replaces a rule. A rule with the name of a shipped one replaces that one. */
  saveRule: adminProcedure
    .meta({ rest: { method: "PUT", path: "/alerts/rules/{name}", summary: "Changes or creates a rule", example: EXAMPLE } })
    .input(ruleSchema)
    .output(outputSchema(response.rule))
    .mutation(({ ctx, input }) => {
      check(ctx.runtime, input);
      putEntry(ctx, "alerts.rules", written(input));
      return find(ctx.runtime, input.name);
    }),

  /** Removes a rule from the file. A shipped rule that is not in the file is disabled instead. */
  deleteRule: adminProcedure
    .meta({
      rest: {
        method: "DELETE",
        path: "/alerts/rules/{name}",
        summary: "Removes a rule; a built-in one is disabled instead",
        example: { name: "busy disk" },
      },
    })
    .input(z.strictObject({ name }))
    .output(outputSchema(response.removedRule))
    .mutation(({ ctx, input }) => {
      const { source } = find(ctx.runtime, input.name);
      if (dropEntry(ctx, "alerts.rules", input.name)) return { name: input.name, removed: true };
      if (source === "own")
        throw new AppError("conflict", `${input.name} belongs to a custom metric. Remove its thresholds from custom_metrics.`);
      setEnabled(ctx, input.name, false);
      return { name: input.name, removed: false };
    }),

  enableRule: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/rules/{name}/enable",
        summary: "Enables or disables a rule",
        example: { name: "cpu" },
      },
    })
    .input(z.strictObject({ name, enabled: z.boolean().default(true) }))
    .output(outputSchema(response.rule))
    .mutation(({ ctx, input }) => {
      find(ctx.runtime, input.name);
      setEnabled(ctx, input.name, input.enabled);
      return find(ctx.runtime, input.name);
    }),

  /**
   * Runs a rule on past data: when it would have fired, how many messages, and a threshold for at most `perWeek` firings a week.
   */
  backtest: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/rules/backtest",
        summary: "Back-tests a rule on stored data",
        example: { rule: EXAMPLE, hours: 24 },
      },
      audited: false,
    })
    .input(z.strictObject({ rule: ruleSchema, ...rangeFields, perWeek: z.coerce.number().min(0).max(1000).default(1) }))
    .output(outputSchema(response.backtest))
    .mutation(async ({ ctx, input, signal }) => {
      const { from, to } = resolveRange(input, ctx.runtime.now());
      if (to <= from)
        throw new AppError("bad_request", "The range ends before it begins.", [
          { parameter: "to", detail: "must be later than from" },
        ]);
      const { firings, ...result } = await ctx.runtime.alerts.backtest(input.rule, { from, to, perWeek: input.perWeek }, signal);
      const iso = (at: number) => new Date(at).toISOString();
      return {
        from: iso(from),
        to: iso(to),
        ...result,
        transitions: result.transitions.map((one) => ({ ...one, at: iso(one.at) })),
        firings: firings.map((one) => ({ ...one, from: iso(one.from), to: one.to === null ? null : iso(one.to) })),
      };
    }),
};

function silenceAnswer({ window, ...silence }: Silence) {
  if (window.kind === "weekly") return { ...silence, window };
  const iso = (at: number) => new Date(at).toISOString();
  return { ...silence, window: { kind: window.kind, from: iso(window.from), until: iso(window.until) } };
}

const newSilence = z.union([
  z
    .strictObject({
      /** Name of a rule; `*` matches any text. */
      rule: rulePattern,
      match: labelPatterns,
      note: z.string().max(500).default(""),
      from: instant.optional(),
      until: instant.optional(),
      hours: z.coerce.number().positive().max(8760).optional(),
    })
    .refine(({ until, hours }) => (until === undefined) !== (hours === undefined), "give one of until and hours"),
  z.strictObject({ weekly: weeklySilenceSchema }),
]);

function writtenSilence({ note, match, rule, ...silence }: WeeklySilenceConfig): Record<string, unknown> {
  return { ...silence, ...(rule !== "*" && { rule }), ...(Object.keys(match).length > 0 && { match }), ...(note && { note }) };
}

export const silenceProcedures = {
  /** Silences that have not ended, including weekly ones. */
  silences: viewerProcedure
    .meta({ rest: { method: "GET", path: "/alerts/silences", summary: "Active and scheduled silences" } })
    .output(outputSchema(response.silences))
    .query(({ ctx }) => ctx.runtime.alerts.silences.list().map(silenceAnswer)),

  /** Adds a silence for some hours, until a moment, or weekly. */
  addSilence: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/alerts/silences",
        summary: "Silences alerts for some hours, or weekly",
        example: { rule: "disk*", hours: 2, note: "moving data" },
      },
    })
    .input(newSilence)
    .output(outputSchema(response.silence))
    .mutation(async ({ ctx, input }) => {
      const { silences, rules } = ctx.runtime.alerts;
      const names = rules().map((rule) => rule.name);
      if ("weekly" in input) {
        const { name: wanted, rule: silenced } = input.weekly;
        if (silences.list().some(({ id }) => id === `weekly:${wanted}`))
          throw new AppError(
            "conflict",
            `A weekly silence named ${wanted} already exists. End that one, or choose another name.`,
          );
        checkSilenced(silenced, names);
        putEntry(ctx, "alerts.silences", writtenSilence(input.weekly));
        const added = silences.list().find(({ id }) => id === `weekly:${wanted}`);
        if (!added) throw new AppError("conflict", "The silence was saved but is not active. Check the configuration file.");
        return silenceAnswer(added);
      }
      const { rule, match, note, hours } = input;
      checkSilenced(rule, names);
      const from = input.from ?? Date.now();
      const until = input.until ?? from + (hours ?? 0) * 3_600_000;
      if (until > Date.now() + AHEAD_MS)
        throw new AppError("bad_request", "The silence ends more than ten years from now.", [
          { parameter: "until", detail: "must be within ten years" },
        ]);
      if (until <= from)
        throw new AppError("bad_request", "The silence ends before it begins.", [
          { parameter: "until", detail: "must be later than from" },
        ]);
      const window = { kind: "once" as const, from, until };
      const added = silenceAnswer(await silences.add({ rule, match, note, createdBy: ctx.actor.name, window }));
      ctx.noteChanges({ what: "silence", from: null, to: added });
      return added;
    }),

  removeSilence: adminProcedure
    .meta({
      rest: { method: "DELETE", path: "/alerts/silences/{id}", summary: "Ends a silence", example: { id: "weekly:nights" } },
    })
    .input(z.strictObject({ id: z.string().min(1).max(120) }))
    .output(outputSchema(response.removed))
    .mutation(async ({ ctx, input }) => {
      const weekly = /^weekly:(.+)$/s.exec(input.id)?.[1];
      const { silences } = ctx.runtime.alerts;
      const silence = silences.list().find(({ id }) => id === input.id);
      const removed = weekly === undefined ? await silences.end(input.id) : dropEntry(ctx, "alerts.silences", weekly);
      if (weekly === undefined && silence) ctx.noteChanges({ what: "silence", from: silenceAnswer(silence), to: null });
      if (!removed) throw new AppError("not_found", `There is no silence ${input.id}. \`hostscope alerts silences\` lists them.`);
      return { id: input.id };
    }),
};
