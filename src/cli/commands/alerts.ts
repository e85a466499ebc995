import type { AlertAnswer, Severity } from "~/domain/alert";
import { formatText } from "~/domain/format-value";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, formatOf, type OutputFormat, paint, plain, printJson, printList } from "../output";
import { type RangeFlags, rangeOf } from "../time";

interface ListInput extends ClientInput {
  flags: ClientInput["flags"] &
    RangeFlags & { state?: "firing" | "resolved"; severity?: Severity; limit?: number; output?: OutputFormat };
}

interface ChangeInput extends ClientInput {
  flags: ClientInput["flags"] & { note?: string };
}

const PAGE = 200;

export async function listAlerts(input: ListInput): Promise<void> {
  const { url, client } = connect(input);
  const { state, severity, limit } = input.flags;
  const range = rangeOf(input.flags, Date.now(), 24);
  try {
    const alerts: AlertAnswer[] = [];
    let cursor: string | null = null;
    do {
      const answer: { alerts: AlertAnswer[]; page: { next: string | null } } = await client.alerts.list.query({
        ...range,
        ...(state && { state }),
        ...(severity && { severity }),
        limit: Math.min(limit ?? PAGE, PAGE),
        ...(cursor !== null && { cursor }),
      });
      alerts.push(...answer.alerts);
      cursor = answer.page.next;
    } while (cursor !== null && alerts.length < (limit ?? Number.POSITIVE_INFINITY));
    const shown = alerts.slice(0, limit);
    await printList({ format: formatOf(input.flags), rows: shown, whole: { alerts: shown }, table: () => table(shown) });
  } catch (error) {
    throw clientError(error, url);
  }
}

function table(alerts: readonly AlertAnswer[]): string {
  if (alerts.length === 0) return "no alerts";
  const rows = alerts.map(({ id, severity: level, state: now, startedAt, message, cause, acknowledgedBy }) => [
    id,
    now === "resolved" ? paint("ok", "resolved") : paint(level === "info" ? "quiet" : level, level),
    startedAt.replace("T", " ").slice(0, 19),
    acknowledgedBy ? `ack ${plain(acknowledgedBy)}` : "",
    plain(`${message}${cause[0] ? `: ${cause[0].name} ${formatText(cause[0].share, "1")}` : ""}`),
  ]);
  return columns([["ID", "severity", "since (UTC)", "", "what"].map((head) => paint("head", head)), ...rows]);
}

export async function changeAlert(action: "acknowledge" | "resolve", id: string, input: ChangeInput): Promise<void> {
  const { url, client } = connect(input);
  const { note, json } = input.flags;
  try {
    const alert = await client.alerts[action].mutate({ id, ...(note !== undefined && { note }) });
    if (json) printJson(alert);
    else process.stdout.write(`${action === "resolve" ? "resolved" : "acknowledged"}: ${plain(alert.message)}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
