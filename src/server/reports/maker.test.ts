import { expect, test } from "vitest";
import { constructedInputs } from "../../../tests/helpers/report-inputs";
import type { ReportSources } from "./gather";
import { createReportMaker } from "./maker";

const request = { format: "json", period: { from: 0, to: 3_600_000 }, timeZone: "UTC" } as const;

test("two reports are made, eight wait, the next is refused; whoever leaves the queue makes room in it", async () => {
  const alerts = Promise.withResolvers<never>();
  const sources: ReportSources = {
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
    alerts: () => alerts.promise,
    marks: async () => [],
    rules: () => [],
    paper: () => "a4",
  };
  const make = createReportMaker(sources, "/nowhere");
  const leaving = new AbortController();
  const never = new AbortController().signal;
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
