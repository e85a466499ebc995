/** Durations, sizes and amounts as people write them, in the configuration and in requests. */
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
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
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
export const size = z.union([z.string(), z.number()]).transform((value, context) => {
  const [, amount, unit = "b"] = SIZE.exec(String(value).trim()) ?? [];
  if (amount !== undefined) return Number(amount) * (SIZE_UNITS[unit.toLowerCase()] ?? 1);
  context.addIssue({ code: "custom", message: "expected a size such as 50MB or 1GiB" });
  return z.NEVER;
});

/** `50MB`, `90%` or a number. */
export const amount = z.union([z.string(), z.number()]).transform((value, context) => {
  if (typeof value === "number") return value;
  const percent = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  if (percent) return Number(percent[1]) / 100;
  const [, digits, unit = "b"] = SIZE.exec(value.trim()) ?? [];
  if (digits !== undefined) return Number(digits) * (SIZE_UNITS[unit.toLowerCase()] ?? 1);
  context.addIssue({ code: "custom", message: "expected a number, a share such as 90% or a size such as 50MB" });
  return z.NEVER;
});

/** `85`, `85%` or a size such as `50MB`: a bare number is in percent. */
export const percentAmount = z.union([z.string(), z.number()]).transform((value, context) => {
  const percent = typeof value === "string" ? /^(-?\d+(?:\.\d+)?)\s*%?$/.exec(value.trim()) : null;
  if (percent) return Number(percent[1]);
  const taken = amount.safeParse(value);
  if (taken.success) return taken.data;
  context.addIssue({ code: "custom", message: "expected a percentage such as 85%, or a size such as 50MB" });
  return z.NEVER;
});

/** The shortest notation of a duration in seconds: 300 is `5m`. */
export function durationText(seconds: number): string {
  const units = Object.entries(SECONDS).reverse();
  const [name, size] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? ["s", 1];
  return `${seconds / size}${name}`;
}

/** What a schema counts, for forms and documents. A refined or described schema has it from the one that it was made of. */
export const QUANTITIES = z
  .registry<{ quantity: "duration" | "size" | "amount" | "percent" }>()
  .add(duration, { quantity: "duration" })
  .add(size, { quantity: "size" })
  .add(amount, { quantity: "amount" })
  .add(percentAmount, { quantity: "percent" });
