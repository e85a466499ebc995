/** GET /api/export/data: streams stored readings of any range in constant memory. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { SYSTEM_BUNDLE } from "~/domain/history";
import { resolvePeriod } from "~/domain/report-request.schema";
import { rangeFields } from "~/domain/time-range.schema";
import { sightOf } from "../api/visible";
import { DATA_FORMATS, DATA_TYPES, type DataFormat } from "../export/data-formats";
import type { DataRequest } from "../export/data-text";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom } from "./access";
import { answerDownload, downloadHeaders, readQuery } from "./download";
import { exportBody, refuseMoreExports } from "./export-body";

const PROCESSES = "processes";
const PROCESS_STEP_SECONDS = 60;

const names = z
  .union([z.string(), z.array(z.string())])
  .default("system")
  .transform((value) =>
    [value]
      .flat()
      .flatMap((one) => one.split(","))
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  )
  .refine((list) => list.length > 0 && list.length <= 200, "expected 1 to 200 names");

export const dataQuery = z.strictObject({
  format: z.enum(DATA_FORMATS).default("csv"),
  ...rangeFields,
  metric: names.describe("metric names, comma-separated or repeated; `system` for the main bundle, `all`, or `processes`"),
  step: z.coerce.number().int().min(1).max(86_400).optional().describe("resolution in seconds (default: as stored)"),
});

/** Rejects unknown names, and `processes` together with metrics: their rows have other columns. */
function checkNames(asked: readonly string[], runtime: Runtime): string[] {
  const wrong = (detail: string) => new AppError("bad_request", `metric: ${detail}`, [{ parameter: "metric", detail }]);
  const known = runtime.metrics().map(({ metric }) => metric);
  if (asked.includes("all")) return known;
  if (asked.includes(PROCESSES) && asked.length > 1) throw wrong("processes cannot be combined with other metrics");
  const unknown = asked.find((name) => name !== "system" && name !== PROCESSES && !known.includes(name));
  if (unknown !== undefined) throw wrong(`unknown metric '${unknown.slice(0, 100)}'; GET /api/metrics lists all`);
  return [...new Set(asked)];
}

export function serveData(request: Request, runtime: Runtime): Promise<Response> {
  return answerDownload(request, runtime, async () => {
    const { format, metric, step, ...asked } = readQuery(request, dataQuery);
    const now = runtime.now();
    const { period } = resolvePeriod(asked, now);
    const chosen = checkNames(metric, runtime);
    if (format === "openmetrics" && chosen.includes(PROCESSES)) {
      throw new AppError("bad_request", "format: processes cannot be exported as OpenMetrics", [
        { parameter: "format", detail: "expected csv, json or ndjson for processes" },
      ]);
    }
    const { contentType, extension } = DATA_TYPES[format];
    const fileName = runtime.reports.fileName(period, extension);
    const headers = downloadHeaders({ fileName, contentType, inline: false });
    if (request.method === "HEAD") return new Response(null, { headers });
    refuseMoreExports();
    const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
    if (caller === null) throw new AppError("forbidden", "Requests must come through the front door.");
    const asking: DataRequest =
      format !== "openmetrics" && chosen[0] === PROCESSES
        ? {
            kind: "processes",
            format,
            range: period,
            stepMs: (step ?? PROCESS_STEP_SECONDS) * 1000,
            sight: sightOf({ ...caller, runtime }),
          }
        : readingsRequest(runtime, { format, metrics: chosen, range: period, step, now });
    const onError = (error: unknown) => runtime.log.error({ err: error }, "an export was interrupted");
    return new Response(
      exportBody((left) => runtime.past.dataText(asking, left), { signal: request.signal, onError }),
      { headers },
    );
  });
}

interface Readings {
  format: DataFormat;
  metrics: readonly string[];
  range: { from: number; to: number };
  step: number | undefined;
  now: number;
}

/** The bundle has series of several metrics. OpenMetrics needs each metric as a family of its own. */
function families(metrics: readonly string[]): string[] {
  const ofBundle = [...new Set(SYSTEM_BUNDLE.map(({ metric }) => metric))];
  return metrics.flatMap((name) => (name === "system" ? ofBundle : [name]));
}

function readingsRequest(
  { store, config, metrics: known }: Runtime,
  { format, metrics, range, step, now }: Readings,
): DataRequest {
  const intervalSeconds = config.monitoring.interval;
  const help = new Map(known().map((one) => [one.metric, one.help]));
  return {
    kind: "readings",
    format,
    metrics: (format === "openmetrics" ? families(metrics) : metrics).map((metric) => ({ metric, help: help.get(metric) ?? "" })),
    range,
    from: Math.max(range.from, store.since() ?? range.to),
    to: Math.min(range.to, now),
    now,
    intervalSeconds,
    stepSeconds: step ?? intervalSeconds,
    retention: config.retention,
  };
}
