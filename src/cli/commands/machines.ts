import { amountText } from "~/domain/contributor";
import { formatDuration, formatText } from "~/domain/format-value";
import type { Machine } from "~/domain/machine";
import { type ClientInput, connect } from "../connect";
import { clientError, formatOf, type OutputFormat, paint, plain, printList, table } from "../output";

interface MachinesInput extends ClientInput {
  flags: ClientInput["flags"] & { output?: OutputFormat };
}

type Row = Omit<Machine, "lastAt"> & { lastSampleAt: string };

function stateText({ state, lastSampleAt }: Row, now: number): string {
  if (state === "up") return paint("ok", "up");
  const age = formatDuration(Math.max(0, Math.round((now - Date.parse(lastSampleAt)) / 1000)));
  return paint(state === "silent" ? "critical" : "warning", `${state} for ${age}`);
}

function diskText({ disk }: Row): string {
  if (!disk) return "–";
  const full = disk.fullInSeconds === null ? "" : `, full in ${formatDuration(disk.fullInSeconds)}`;
  return `${formatText(disk.used, "1")} ${plain(disk.mountpoint)}${full}`;
}

function alertsText({ alerts }: Row): string {
  const { critical, warning, info } = alerts;
  const parts = [
    critical > 0 ? paint("critical", `${critical} critical`) : "",
    warning > 0 ? paint("warning", `${warning} warning`) : "",
    info > 0 ? `${info} info` : "",
  ].filter((part) => part !== "");
  return parts.join(", ") || "–";
}

function contributorText({ contributor }: Row): string {
  if (!contributor) return "–";
  const { program, user, measure, value } = contributor;
  return `${plain(program)} (${plain(user)}), ${measure === "cpu" ? amountText(value, "{cpu}") : formatText(value, "By")}`;
}

export async function machines(input: MachinesInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.machines.list.query();
    const rows: Row[] = answer.machines;
    const now = Date.parse(answer.timestamp);
    const text = () => {
      if (rows.length === 0) return "No machine has sent any data yet. Set remote_write on each machine (see docs/fleet.md).";
      const head = ["MACHINE", "STATE", "CPU", "MEMORY", "NETWORK", "DISK", "ALERTS", "TOP CONTRIBUTOR", "VERSION"];
      const lines = rows.map((row) => [
        plain(row.name),
        stateText(row, now),
        formatText(row.cpu, "1"),
        formatText(row.memory, "1"),
        formatText(row.network, "By/s"),
        diskText(row),
        alertsText(row),
        contributorText(row),
        plain(row.version ?? "–"),
      ]);
      return table(head, lines, { right: [2, 3, 4] });
    };
    await printList({ format: formatOf(input.flags), rows, whole: answer, table: text });
  } catch (error) {
    throw clientError(error, url);
  }
}
