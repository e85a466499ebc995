import { expect, test } from "vitest";
import { constructedInputs } from "../../../tests/helpers/report-inputs";
import type { ReportSources } from "./gather";
import { createReportMaker } from "./maker";

const request = { format: "json", period: { from: 0, to: 3_600_000 }, timeZone: "UTC" } as const;

function sourcesThatWaitFor(alerts: Promise<never>): ReportSources {
  return {
    version: "1",
    intervalSeconds: 1,
    host: () => constructedInputs().host,
    history: async ({ name, from, to }) => ({
      name,
      from,
      to,
      stepSeconds: 1,
      resolutionSeconds: 1,
      timestamps: [],
      series: [],
      omitted: 0,
    }),
    outlook: async () => [],
    processAnalysis: async () => constructedInputs().processes,
    alerts: () => alerts,
    marks: async () => [],
    rules: () => [],
    paper: () => "a4",
  };
}

const never = new AbortController().signal;

test("two reports are made, eight wait, the next is refused; whoever leaves the queue makes room in it", async () => {
  const alerts = Promise.withResolvers<never>();
  const make = createReportMaker(sourcesThatWaitFor(alerts.promise), "/nowhere");
  const leaving = new AbortController();
  alerts.promise.catch(() => {});
  const made = Array.from({ length: 9 }, () => make(request, never));
  const left = make(request, leaving.signal);
  await expect(make(request, never)).rejects.toThrow("10 reports are already being generated");
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  made.push(make(request, never));
  const settled = Promise.allSettled(made);
  alerts.reject(new Error("no such table"));
  for (const { status, reason } of (await settled) as PromiseRejectedResult[]) {
    expect([status, String(reason)]).toEqual(["rejected", "Error: no such table"]);
  }
  await expect(make(request, never)).rejects.toThrow("no such table");
});

test("reports of schedules that are due are never refused, and those that somebody asks for are not refused for them", async () => {
  const alerts = Promise.withResolvers<never>();
  const make = createReportMaker(sourcesThatWaitFor(alerts.promise), "/nowhere");
  alerts.promise.catch(() => {});
  const due = Array.from({ length: 14 }, () => make({ ...request, isDue: true }, never));
  const asked = Array.from({ length: 8 }, () => make(request, never));
  await expect(make(request, never)).rejects.toThrow("10 reports are already being generated");
  const settled = Promise.allSettled([...due, ...asked]);
  alerts.reject(new Error("no such table"));
  const reasons = (await settled) as PromiseRejectedResult[];
  expect(new Set(reasons.map(({ reason }) => String(reason)))).toEqual(new Set(["Error: no such table"]));
});
