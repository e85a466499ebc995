import { join } from "node:path";
import PQueue from "p-queue";
import { AppError } from "~/domain/errors";
import type { ReportFormat, ReportPeriod } from "~/domain/report";
import { gather, type ReportSources } from "./gather";
import type { CsvRows } from "./render/csv";
import { renderInChild } from "./render-process";

export interface ReportRequest {
  format: ReportFormat;
  period: ReportPeriod;
  timeZone: string;
  csvRows?: CsvRows | undefined;
  /** The run of a schedule: nobody would ask for it again. */
  isDue?: boolean;
}

export type MakeReport = (request: ReportRequest, signal: AbortSignal) => Promise<Buffer>;

/**
 * Two reports are made at a time, on two cores. Eight more may wait; further requests get `unavailable`. Runs of schedules wait in any number,
 * behind what somebody waits for.
 */
const RUNNING = 2;
const WAITING = 8;
const [ASKED, DUE] = [0, -1];

export function createReportMaker(sources: ReportSources, programDir: string): MakeReport {
  const queue = new PQueue({ concurrency: RUNNING });
  const script = join(programDir, "dist", "render.mjs");
  return async ({ format, period, timeZone, csvRows = "tables", isDue = false }, signal) => {
    const waiting = queue.sizeBy({ priority: ASKED });
    if (!isDue && waiting >= WAITING) {
      const making = waiting + queue.pending;
      throw new AppError("unavailable", `${making} reports are already being generated. Try again in a few seconds.`);
    }
    const make = async () => {
      const inputs = await gather(sources, { asked: period, timeZone, createdAt: Date.now() }, signal);
      return renderInChild(script, { inputs, format, csvRows, paper: sources.paper() }, signal);
    };
    return queue.add(make, { signal, priority: isDue ? DUE : ASKED });
  };
}

/** `hostscope-web-1-2026-11-22-0000-2026-11-23-0000.pdf`, with both ends of the period in UTC. */
export function reportFileName(host: string, { from, to }: ReportPeriod, extension: string): string {
  const name =
    host
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 60) || "host";
  const stamp = (time: number) => new Date(time).toISOString().slice(0, 16).replace("T", "-").replace(":", "");
  return `hostscope-${name}-${stamp(from)}-${stamp(to)}.${extension}`;
}
