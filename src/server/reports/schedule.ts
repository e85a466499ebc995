/** Calculates when schedules are due. Pure: the time is an argument. */
import { Cron } from "croner";
import type { ReportSchedule } from "~/domain/stored-report";

function cronOf({ cron, timeZone }: Pick<ReportSchedule, "cron" | "timeZone">): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true });
}

/** The next `count` runs after `now`, in epoch milliseconds. */
export function nextRuns(schedule: Pick<ReportSchedule, "cron" | "timeZone">, now: number, count: number): number[] {
  return cronOf(schedule)
    .nextRuns(count, new Date(now))
    .map((date) => date.getTime());
}

/** The run that is due now: the latest one since `doneUntil`, however many were missed. Null when none is due. */
export function dueRun(schedule: Pick<ReportSchedule, "cron" | "timeZone">, doneUntil: number, now: number): number | null {
  const cron = cronOf(schedule);
  const next = cron.nextRun(new Date(doneUntil))?.getTime();
  if (next === undefined || next > now) return null;
  // Cron times are whole seconds. Look one second ahead, so that a run at `now` counts.
  const [latest] = cron.previousRuns(1, new Date(now + 1000));
  const time = latest?.getTime() ?? next;
  return time <= now ? Math.max(time, next) : next;
}
