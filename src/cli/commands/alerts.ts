import { type AlertAnswer, isAnswerAcknowledged, type Severity } from "~/domain/alert";
import { causeText } from "~/domain/contributor";
import { type ClientInput, connect } from "../connect";
import { clientError, formatOf, type OutputFormat, paint, plain, printJson, printList, table } from "../output";
import { type RangeFlags, rangeOf, timeText } from "../time";

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
    await printList({ format: formatOf(input.flags), rows: shown, whole: { alerts: shown }, table: () => alertTable(shown) });
  } catch (error) {
    throw clientError(error, url);
  }
}

function alertTable(alerts: readonly AlertAnswer[]): string {
  if (alerts.length === 0) return "No alerts.";
  const rows = alerts.map(({ id, severity: level, state: now, startedAt, message, cause, refusal, ...alert }) => [
    id,
    now === "resolved" ? paint("ok", "resolved") : paint(level === "info" ? "quiet" : level, level),
    timeText(startedAt),
    isAnswerAcknowledged(alert, Date.now()) ? plain(alert.acknowledgedBy ?? "yes") : "",
    plain([message, causeText({ cause, refusal })].filter((text) => text !== null).join(": ")),
  ]);
  return table(["ID", "SEVERITY", "STARTED", "ACKNOWLEDGED BY", "ALERT"], rows);
}

const STAYS = "It can fire again once its condition has cleared.\n";

function outcomeOf({ state, acknowledgedUntil }: AlertAnswer): string {
  if (state === "resolved") return "Resolved";
  return acknowledgedUntil === null ? "Acknowledged" : `Acknowledged until ${timeText(acknowledgedUntil)}`;
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
