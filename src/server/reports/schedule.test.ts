import { expect, test } from "vitest";
import { dueRun, nextRuns } from "./schedule";

const at = (text: string) => Date.parse(text);
const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
const monday = { cron: "0 7 * * 1", timeZone: "Europe/Berlin" };

test("the next three Mondays at seven are seven by the clock there, over the end of summer time too", () => {
  expect(nextRuns(monday, at("2026-10-18T00:00:00Z"), 3).map(iso)).toEqual([
    "2026-10-19T05:00:00.000Z",
    "2026-10-26T06:00:00.000Z",
    "2026-11-02T06:00:00.000Z",
  ]);
});

test.each([
  ["not before its moment", "2026-10-19T04:59:59Z", null],
  ["at its moment", "2026-10-19T05:00:00Z", "2026-10-19T05:00:00.000Z"],
  ["late, after a pause", "2026-10-20T12:00:00Z", "2026-10-19T05:00:00.000Z"],
  ["once for many that were missed, the latest", "2026-11-03T00:00:00Z", "2026-11-02T06:00:00.000Z"],
])("a schedule is due %s", (_name, now, moment) => {
  expect(iso(dueRun(monday, at("2026-10-12T05:00:00Z"), at(now)))).toBe(moment);
});

test("what is done is not due again", () => {
  const done = at("2026-10-19T05:00:00Z");
  expect(dueRun(monday, done, done + 3_600_000)).toBeNull();
});

test("an hour that the clocks leave out is not waited for", () => {
  const night = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };
  const moments = nextRuns(night, at("2026-03-28T12:00:00Z"), 2);
  expect(iso(moments[0] ?? null)).toMatch(/^2026-03-29T01:/);
});
