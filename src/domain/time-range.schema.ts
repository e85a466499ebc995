import { z } from "zod";

/** Epoch milliseconds, or ISO 8601 with a zone. */
export const instant = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const time = typeof value === "number" || /^\d+$/.test(value) ? Number(value) : Date.parse(value);
    if (Number.isFinite(time) && time >= 0 && time <= 8.64e15) return Math.trunc(time);
    context.addIssue({ code: "custom", message: "expected ISO 8601 such as 2026-11-22T03:12:00Z, or epoch milliseconds" });
    return z.NEVER;
  })
  .meta({ description: "ISO 8601 with a zone, or epoch milliseconds", examples: ["2026-11-22T03:12:00Z", 1795317120000] });

export const timeZoneName = z
  .string()
  .max(60)
  .refine((name) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: name });
      return true;
    } catch {
      return false;
    }
  }, "expected a time zone such as Europe/Berlin or UTC");

/** A range: the last `hours`, or `from` to `to`. */
export const rangeFields = {
  hours: z.coerce.number().positive().max(87_600).optional(),
  from: instant.optional(),
  to: instant.optional(),
};

type RangeInput = { hours?: number | undefined; from?: number | undefined; to?: number | undefined };

/** The farthest future that a range may reach: as far as `hours` may reach back. Sums of such moments are moments too. */
export const AHEAD_MS = 87_600 * 3_600_000;

/** Epoch milliseconds, from 1970 to ten years ahead. Without any field, the last 24 hours. */
export function resolveRange({ hours, from, to }: RangeInput, now: number): { from: number; to: number } {
  const within = (moment: number) => Math.min(Math.max(moment, 0), now + AHEAD_MS);
  const end = within(to ?? now);
  return { from: within(from ?? end - (hours ?? 24) * 3_600_000), to: end };
}
