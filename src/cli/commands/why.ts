import type { Alert } from "~/domain/alert";
import { amountText, type Contributor, coverageText, percentText } from "~/domain/contributor";
import { ERROR_TABLE } from "~/domain/errors";
import { formatDuration, formatText } from "~/domain/format-value";
import type { HistorySeries } from "~/domain/history";
import { type ClientInput, connect } from "../connect";
import { CliError, clientError, plain, printJson, table } from "../output";
import { momentOf, timeText } from "../time";

interface WhyInput extends ClientInput {
  flags: ClientInput["flags"] & { at?: string };
}

/** Short names of metrics. */
const METRICS: Record<string, string> = {
  cpu: "system.cpu.utilization",
  memory: "system.memory.utilization",
  swap: "system.paging.utilization",
  disk: "system.disk.io",
  filesystem: "system.filesystem.utilization",
};

type CauseAnswer = Pick<Alert, "coverage" | "refusal"> & { cause: readonly Omit<Contributor, "startedAt">[] };

/** A table of contributors, and what they explain together. */
export function causeTable({ cause, coverage, refusal }: CauseAnswer): string {
  const rows = cause.map(({ pid, user, startedBy, name, share, value, unit, change, command, processes, evidence }) => [
    pid === null ? "" : String(pid),
    plain(user),
    percentText(share),
    amountText(value, unit),
    change === null ? "" : `${change < 0 ? "" : "+"}${amountText(change, unit)}`,
    processes === 0 ? "" : String(processes),
    plain(name),
    plain([startedBy && `started by ${startedBy}`, ...evidence].filter(Boolean).join("; ") || command).slice(0, 80),
  ]);
  const head = ["PID", "USER", "SHARE", "USED", "CHANGE", "PROCESSES", "NAME", "DETAILS"];
  const text = coverageText({ cause, coverage, refusal });
  const said = text === null ? null : `${plain(text).replace(/^./, (first) => first.toUpperCase())}.`;
  const contributors = rows.length === 0 ? [] : [table(head, rows, { right: [0, 2, 3, 4, 5] })];
  const lines = refusal === null ? [...contributors, said] : [said, ...contributors];
  return lines.filter((line) => line !== null).join("\n") || "Nothing stands out.";
}

/** `system.disk.io (sda, write): 12 MiB/s`: the total where there is one, or else the highest series. Null without a reading. */
export function valueText(metric: string, series: readonly HistorySeries[]): string | null {
  const means = series.flatMap(({ labels, unit, values }) => {
    const known = values.filter((value) => value !== null);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return known.length === 0 ? [] : [{ labels: Object.values(labels), unit, mean }];
  });
  const [highest] = [...means].sort((a, b) => b.mean - a.mean);
  const shown = means.find(({ labels }) => labels.length === 0) ?? highest;
  if (!shown) return null;
  const name = shown.labels.length === 0 ? metric : `${metric} (${shown.labels.map(plain).join(", ")})`;
  return `${name}: ${formatText(shown.mean, shown.unit)}`;
}

/** The value that is explained, and when it was measured. */
async function heading(
  { client }: Pick<ReturnType<typeof connect>, "client">,
  answer: { metric: string; at: string; seconds: number },
) {
  const { metric, at, seconds } = answer;
  const to = Date.parse(at);
  const { series } = await client.metrics.history.query({ name: metric, from: to - seconds * 1000, to, points: 10 });
  const value = valueText(metric, series as HistorySeries[]) ?? `${metric}: no reading`;
  return `${value} (mean of ${formatDuration(seconds)} until ${timeText(at)})`;
}

export async function why(name: string, input: WhyInput): Promise<void> {
  const { url, client } = connect(input);
  const at = input.flags.at === undefined ? undefined : momentOf("--at", input.flags.at, Date.now());
  try {
    const answer = await client.alerts.cause.query({ metric: METRICS[name] ?? name, ...(at !== undefined && { at }) });
    if (input.flags.json) {
      printJson(answer);
      return;
    }
    process.stdout.write(`${await heading({ client }, answer)}\n\n${causeTable(answer)}\n`);
  } catch (error) {
    throw await withShortNames(clientError(error, url), name, { client });
  }
}

/** Of an unknown name: the server's suggestion, and the short names, which the server does not know. */
async function withShortNames(
  error: CliError,
  name: string,
  { client }: Pick<ReturnType<typeof connect>, "client">,
): Promise<CliError> {
  if (error.exitCode !== ERROR_TABLE.not_found.exitCode || name in METRICS) return error;
  const known = await client.metrics.catalogue.query().catch(() => null);
  if (known === null || known.some(({ metric }) => metric === name)) return error;
  const [suggestion = ""] = /did you mean .*\?/i.exec(error.message) ?? [];
  const advice = suggestion === "" ? "" : ` ${suggestion.charAt(0).toUpperCase()}${suggestion.slice(1)}`;
  const message = `Unknown metric '${plain(name)}'.${advice} Short names are ${Object.keys(METRICS).join(", ")}; docs/metrics.md lists all.`;
  return new CliError(error.exitCode, message, { cause: error });
}
