/** What the form of a schedule holds, and the cron pattern that it comes to. Pure. */

export interface ScheduleDraft {
  name: string;
  every: "day" | "week" | "month" | "cron";
  /** "07:30" */
  time: string;
  /** 0 is Sunday, as in cron. */
  weekday: string;
  /** Used when `every` is cron. */
  cron: string;
  timeZone: string;
  format: string;
  hours: string;
  to: string;
}

interface Schedule {
  name: string;
  cron: string;
  timeZone: string;
  format: string;
  hours: number;
  to: readonly string[];
}

const FIELDS = /^(\d{1,2}) (\d{1,2}) (\*|1) \* (\*|[0-6])$/;

type When = Pick<ScheduleDraft, "every" | "time" | "weekday" | "cron">;

/** A pattern that the form has no fields for is shown as it is. */
export function whenOf(cron: string): When {
  const [, minute, hour, day, weekday] = FIELDS.exec(cron) ?? [];
  const time = `${hour?.padStart(2, "0")}:${minute?.padStart(2, "0")}`;
  const base = { time, weekday: "1", cron };
  if (hour === undefined || (day === "1" && weekday !== "*")) return { ...base, every: "cron", time: "07:00" };
  if (day === "1") return { ...base, every: "month" };
  return weekday === "*" ? { ...base, every: "day" } : { ...base, every: "week", weekday: weekday as string };
}

export function cronOf({ every, time, weekday, cron }: When): string {
  if (every === "cron") return cron.trim();
  const [hour, minute] = time.split(":").map(Number);
  const day = every === "month" ? "1" : "*";
  return `${minute} ${hour} ${day} * ${every === "week" ? weekday : "*"}`;
}

export function draftOf(schedule: Schedule | null, timeZone: string): ScheduleDraft {
  if (!schedule) {
    return { name: "", ...whenOf("0 7 * * 1"), timeZone, format: "pdf", hours: "168", to: "" };
  }
  const { name, cron, format, hours, to } = schedule;
  return { name, ...whenOf(cron), timeZone: schedule.timeZone, format, hours: String(hours), to: to.join(", ") };
}

export function addressesOf(to: string): string[] {
  return to
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
