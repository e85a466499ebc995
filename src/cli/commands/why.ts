import { formatText } from "~/domain/format-value";
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

export async function why(name: string, input: WhyInput): Promise<void> {
  const { url, client } = connect(input);
  const at = input.flags.at === undefined ? undefined : momentOf("--at", input.flags.at, Date.now());
  try {
    const answer = await client.alerts.cause.query({ metric: METRICS[name] ?? name, ...(at !== undefined && { at }) });
    if (input.flags.json) {
      printJson(answer);
      return;
    }
    const rows = answer.cause.map(({ pid, user, name: process, share, value, unit, change, command, processes = 1 }) => {
      const show = (amount: number) => (unit === "{cpu}" ? `${formatText(amount, "1")} of a core` : formatText(amount, unit));
      return [
        String(pid),
        plain(user),
        formatText(share, "1"),
        show(value),
        change === null ? "" : `${change < 0 ? "" : "+"}${show(change)}`,
        String(processes),
        plain(process),
        plain(command).slice(0, 60),
      ];
    });
    const head = [["PID", "user", "share", "used", "change", "processes", "name", "command"]];
    process.stdout.write(
      rows.length === 0 ? "no process stands out\n" : `${columns([...head, ...rows], { right: [0, 2, 3, 4, 5] })}\n`,
    );
  } catch (error) {
    throw clientError(error, url);
  }
}
