/** GET /api/export/incident: one file with what is stored of a stretch, for `hostscope open` on any machine. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { builtInDefinition } from "~/domain/metric";
import { redactedExplanation } from "~/domain/redacted-explanation";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { localTimeZone, utcText } from "~/domain/wall-clock";
import { seesAllIo } from "../api/visible";
import type { IncidentHead } from "../incident/head";
import { incidentFile } from "../incident/write-file";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom } from "./access";
import { answerDownload, downloadHeaders, flag, readQuery } from "./download";
import { exportBody, refuseMoreExports } from "./export-body";

const HOUR_MS = 3_600_000;
const MOST_HOURS = 24;
/** Steps of charts begin at whole minutes, and at whole tens of minutes over many hours. */
const [MINUTE_MS, TEN_MINUTES_MS] = [60_000, 600_000];
/** Settings that are command lines. */
const COMMANDS = /^(custom_metrics|notifications\.command)(\.|$)/;

export const incidentQuery = z.strictObject({
  ...rangeFields,
  redact: flag.default(false).describe("without the command lines of processes and the addresses of logins"),
});

/** The stretch in whole steps of its charts, not beyond now. Without a range, the last hour. */
export function incidentRange(asked: z.output<typeof incidentQuery>, now: number): { from: number; to: number } {
  const { from, to } = resolveRange({ ...asked, hours: asked.hours ?? 1 }, now);
  if (to <= from)
    throw new AppError("bad_request", "The range ends before it begins.", [
      { parameter: "to", detail: "must be later than from" },
    ]);
  if (to - from > MOST_HOURS * HOUR_MS)
    throw new AppError("too_large", `An incident file covers at most ${MOST_HOURS} hours. Choose a shorter range.`, [
      { parameter: "from", detail: `must be at most ${MOST_HOURS} hours before to` },
    ]);
  const step = to - from > HOUR_MS ? TEN_MINUTES_MS : MINUTE_MS;
  return { from: Math.floor(from / step) * step, to: Math.min(Math.ceil(to / step) * step, Math.max(now, to)) };
}

export function serveIncident(request: Request, runtime: Runtime): Promise<Response> {
  return answerDownload(request, runtime, async () => {
    const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
    if (caller?.role !== "admin") throw new AppError("forbidden", "Only admins can do this.");
    if (!seesAllIo({ ...caller, runtime }))
      throw new AppError("forbidden", "The file would contain the I/O of other users' processes. Log in as an admin.");
    const { redact, ...asked } = readQuery(request, incidentQuery);
    const range = incidentRange({ redact, ...asked }, runtime.now());
    const since = runtime.store.since();
    if (since === null || since >= range.to) throw new AppError("not_found", `There is no data before ${utcText(range.to)}.`);
    const fileName = runtime.reports.fileName(range, "hostscope");
    const headers = downloadHeaders({ fileName, contentType: "application/octet-stream", inline: false });
    if (request.method === "HEAD") return new Response(null, { headers });
    refuseMoreExports();
    const { name, address } = caller.actor;
    const target = `${utcText(range.from)} to ${utcText(range.to)}`;
    runtime.audit.record({ at: Date.now(), actor: name, address, action: "incident", target, result: "ok", changes: [] });
    const redacted = redact || runtime.incident?.redacted === true;
    const explanation = await explanationOf(runtime, range, request.signal);
    const told = redacted && explanation ? redactedExplanation(explanation) : explanation;
    const head = headOf(runtime, { ...range, redacted, explanation: told });
    const piecesOf = (left: AbortSignal) =>
      incidentFile(head, runtime.past.excerpt({ kind: "excerpt", ...range, redacted: redact }, left));
    const onError = (error: unknown) => runtime.log.error({ err: error }, "saving an incident file was interrupted");
    return new Response(exportBody(piecesOf, { signal: request.signal, onError }), { headers });
  });
}

/** What the configuration says that a metric is explained by. */
function explainedBy({ config }: Runtime, metric: string): { explain?: string } {
  const explain = config.custom_metrics[metric]?.explain;
  return explain === undefined ? {} : { explain };
}

/** Without it the file is still worth having. */
async function explanationOf(runtime: Runtime, range: { from: number; to: number }, signal: AbortSignal) {
  try {
    return await runtime.explanation(range, signal);
  } catch (error) {
    signal.throwIfAborted();
    runtime.log.warn({ err: error }, "saving an incident file without an explanation");
    return null;
  }
}

function headOf(runtime: Runtime, stretch: Pick<IncidentHead, "from" | "to" | "redacted" | "explanation">): IncidentHead {
  const { manager } = runtime.alerts;
  const now = runtime.now();
  const muted = manager.active().map((alert) => [alert.id, manager.mutedBy(alert, now)] as const);
  const settings = runtime.settings.list().map(({ path, value, written, default: initial, source, live }) => ({
    path,
    value,
    written,
    default: initial,
    source,
    live,
  })) as IncidentHead["settings"];
  return {
    version: runtime.version,
    createdAt: Date.now(),
    ...stretch,
    host: runtime.host(),
    timeZone: runtime.incident?.timeZone ?? localTimeZone(),
    intervalSeconds: runtime.config.monitoring.interval,
    demo: runtime.demo,
    notMeasured: [...runtime.notMeasured()],
    customMetrics: runtime
      .metrics()
      .filter(({ metric }) => !builtInDefinition(metric))
      .map(({ metric, unit, kind }) => ({ metric, unit, kind, ...explainedBy(runtime, metric) })),
    settings: stretch.redacted ? settings.filter(({ path }) => !COMMANDS.test(path)) : settings,
    rules: runtime.alerts.rules() as IncidentHead["rules"],
    channels: runtime.alerts.channels(),
    mutedBy: Object.fromEntries(muted.filter((one): one is [string, string] => one[1] !== null)),
  };
}
