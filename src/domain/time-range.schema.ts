import { z } from "zod";
import { MOMENT_FORMS, momentOfNumber, parseMoment } from "./moment";
import { isTimeZone, localTimeZone } from "./wall-clock";

/** A moment as people and programs write it; what has no zone is in this machine's. */
export const instant = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const time = typeof value === "number" ? momentOfNumber(value) : parseMoment(value, Date.now(), localTimeZone());
    if (time !== null && time >= 0 && time <= 8.64e15) return Math.trunc(time);
    context.addIssue({ code: "custom", message: `expected ${MOMENT_FORMS}` });
    return z.NEVER;
  })
  .meta({
    description:
      "ISO 8601, `-2h`, `yesterday 14:00`, or epoch seconds or milliseconds; without an offset, in the server's time zone",
    examples: ["2026-11-22T03:12:00Z", 1795317120000, "-2h"],
  });

export const timeZoneName = z.string().max(60).refine(isTimeZone, "expected a time zone such as Europe/Berlin or UTC");

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
