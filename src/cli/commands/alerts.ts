import type { Severity } from "~/domain/alert";
import { formatText } from "~/domain/units";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, plain, printJson } from "../output";

interface ListInput extends ClientInput {
  flags: ClientInput["flags"] & { hours?: string; state?: "firing" | "resolved"; severity?: Severity };
}

interface ChangeInput extends ClientInput {
  flags: ClientInput["flags"] & { note?: string };
}

export async function listAlerts(input: ListInput): Promise<void> {
  const { url, client } = connect(input);
  const { hours, state, severity, json } = input.flags;
  try {
    const answer = await client.alerts.list.query({
      ...(hours !== undefined && { hours: Number(hours) }),
      ...(state && { state }),
      ...(severity && { severity }),
    });
    if (json) {
      printJson(answer);
      return;
    }
    if (answer.alerts.length === 0) {
      process.stdout.write("no alerts\n");
      return;
    }
    const rows = answer.alerts.map(({ id, severity: level, state: now, startedAt, message, cause, acknowledgedBy }) => [
      id,
      now === "resolved" ? "resolved" : level,
      startedAt.replace("T", " ").slice(0, 19),
      acknowledgedBy ? `ack ${plain(acknowledgedBy)}` : "",
      plain(`${message}${cause[0] ? `: ${cause[0].name} ${formatText(cause[0].share, "1")}` : ""}`),
    ]);
    process.stdout.write(`${columns([["ID", "severity", "since (UTC)", "", "what"], ...rows])}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
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
