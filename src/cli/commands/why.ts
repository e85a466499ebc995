import type { Alert } from "~/domain/alert";
import { amountText, type Contributor, coverageText, percentText } from "~/domain/contributor";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, plain, printJson } from "../output";
import { momentOf } from "../time";

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
  const head = [["PID", "user", "share", "used", "change", "processes", "name", "about"]];
  const text = coverageText({ cause, coverage, refusal });
  const said = text === null ? null : plain(text);
  const table = rows.length === 0 ? [] : [columns([...head, ...rows], { right: [0, 2, 3, 4, 5] })];
  const lines = refusal === null ? [...table, said] : [said, ...table];
  return lines.filter((line) => line !== null).join("\n") || "nothing stands out";
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
    process.stdout.write(`${causeTable(answer)}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
