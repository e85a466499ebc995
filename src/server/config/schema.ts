import { z } from "zod";

/** `30s`, `5m`, `4h`, `7d` or a bare number of seconds. */
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)?$/;
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

function parseDuration(text: string | number): number | null {
  if (typeof text === "number") return Number.isFinite(text) && text >= 0 ? text : null;
  const [, amount, unit] = DURATION.exec(text.trim()) ?? [];
  return amount === undefined ? null : Number(amount) * SECONDS[(unit ?? "s") as keyof typeof SECONDS];
}

/** A duration in seconds. */
const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const seconds = parseDuration(value);
  if (seconds !== null) return seconds;
  context.addIssue({ code: "custom", message: "expected a duration such as 30s, 5m, 4h or 7d" });
  return z.NEVER;
});

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.int().min(0).max(65_535).default(5000),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      interval: duration
        .refine(
          (seconds) => seconds >= 1 && seconds <= 3600 && Number.isInteger(seconds),
          "expected whole seconds from 1 to 3600",
        )
        .default(1),
      history_size: z.int().min(60).max(86_400).default(3600),
    })
    .prefault({}),
  logging: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

export type Config = z.output<typeof configSchema>;
