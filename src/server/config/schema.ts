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

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/i;
const SIZE_UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A size in bytes: `50MB`, `1GiB` or a number. */
const size = z.union([z.string(), z.number()]).transform((value, context) => {
  const [, amount, unit = "b"] = SIZE.exec(String(value).trim()) ?? [];
  if (amount !== undefined) return Number(amount) * (SIZE_UNITS[unit.toLowerCase()] ?? 1);
  context.addIssue({ code: "custom", message: "expected a size such as 50MB or 1GiB" });
  return z.NEVER;
});

const DAY = 86_400;

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
  retention: z
    .strictObject({
      raw: duration.default(7 * DAY),
      processes: duration.default(7 * DAY),
      minute: duration.default(90 * DAY),
      hour: duration.default(730 * DAY),
      tables: duration.default(30 * DAY),
      max_size: size.refine((bytes) => bytes >= 2 ** 24, "expected at least 16MiB").default(2 ** 30),
    })
    .prefault({}),
  logging: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

export type Config = z.output<typeof configSchema>;
