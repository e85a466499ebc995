/** When schedules are due. Pure: the clock is an argument. */
import { Cron } from "croner";
import type { ReportSchedule } from "~/domain/stored-report";

function cronOf({ cron, timeZone }: Pick<ReportSchedule, "cron" | "timeZone">): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true });
}

/** The next moments after `now`, in epoch milliseconds. */
export function nextMoments(schedule: Pick<ReportSchedule, "cron" | "timeZone">, now: number, count: number): number[] {
  return cronOf(schedule)
    .nextRuns(count, new Date(now))
    .map((date) => date.getTime());
}

/** The moment whose report is to be made now: the latest that has passed since `doneUntil`, however many were missed. */
export function dueMoment(schedule: Pick<ReportSchedule, "cron" | "timeZone">, doneUntil: number, now: number): number | null {
  const cron = cronOf(schedule);
  const next = cron.nextRun(new Date(doneUntil))?.getTime();
  if (next === undefined || next > now) return null;
  // The pattern's seconds are whole: a moment that is just now counts.
  const [latest] = cron.previousRuns(1, new Date(now + 1000));
  const time = latest?.getTime() ?? next;
  return time <= now ? Math.max(time, next) : next;
}
