import { type AlertAnswer, isAnswerAcknowledged, type Severity } from "~/domain/alert";
import { causeText } from "~/domain/contributor";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, formatOf, type OutputFormat, paint, plain, printJson, printList } from "../output";
import { type RangeFlags, rangeOf } from "../time";

interface ListInput extends ClientInput {
  flags: ClientInput["flags"] &
    RangeFlags & { state?: "firing" | "resolved"; severity?: Severity; limit?: number; output?: OutputFormat };
}

interface ChangeInput extends ClientInput {
  flags: ClientInput["flags"] & { note?: string; for?: string };
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
  const rows = alerts.map(({ id, severity: level, state: now, startedAt, message, cause, refusal, ...alert }) => [
    id,
    now === "resolved" ? paint("ok", "resolved") : paint(level === "info" ? "quiet" : level, level),
    startedAt.replace("T", " ").slice(0, 19),
    isAnswerAcknowledged(alert, Date.now()) ? `ack ${plain(alert.acknowledgedBy ?? "")}` : "",
    plain([message, causeText({ cause, refusal })].filter((text) => text !== null).join(": ")),
  ]);
  return columns([["ID", "severity", "since (UTC)", "", "what"].map((head) => paint("head", head)), ...rows]);
}

const STAYS = "it stays resolved until its condition has cleared once\n";

function outcomeOf({ state, acknowledgedUntil }: AlertAnswer): string {
  if (state === "resolved") return "resolved";
  return acknowledgedUntil === null
    ? "acknowledged"
    : `acknowledged until ${acknowledgedUntil.replace("T", " ").slice(0, 16)} UTC`;
}

export async function changeAlert(action: "acknowledge" | "resolve", id: string, input: ChangeInput): Promise<void> {
  const { url, client } = connect(input);
  const { note, for: length, json } = input.flags;
  const about = { id, ...(note !== undefined && { note }) };
  try {
    const alert =
      action === "resolve"
        ? await client.alerts.resolve.mutate(about)
        : await client.alerts.acknowledge.mutate({ ...about, ...(length !== undefined && { for: length }) });
    if (json) printJson(alert);
    else process.stdout.write(`${outcomeOf(alert)}: ${plain(alert.message)}\n${action === "resolve" ? STAYS : ""}`);
  } catch (error) {
    throw clientError(error, url);
  }
}
