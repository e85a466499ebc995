import { AppError } from "./errors";
import type { ReportPeriod } from "./report";
import { rangeFields, resolveRange, timeZoneName } from "./time-range.schema";
import { localTimeZone } from "./wall-clock";

export const reportPeriodFields = {
  ...rangeFields,
  timeZone: timeZoneName.optional().describe("time zone of printed times (default: the server's)"),
};

type Asked = { hours?: number | undefined; from?: number | undefined; to?: number | undefined; timeZone?: string | undefined };

const LEAST_MS = 1000;

/** Throws an AppError that says what is wrong with the range. */
export function resolvePeriod(asked: Asked, now: number): { period: ReportPeriod; timeZone: string } {
  const wrong = (parameter: string, detail: string) =>
    new AppError("bad_request", `${parameter}: ${detail}`, [{ parameter, detail }]);
  if (asked.hours !== undefined && asked.from !== undefined) throw wrong("hours", "give hours or from, not both");
  const { from, to } = resolveRange(asked, now);
  if (to - from < LEAST_MS) throw wrong(asked.to === undefined ? "from" : "to", "must be later than from");
  return { period: { from, to }, timeZone: asked.timeZone ?? localTimeZone() };
}
