import { formatText } from "~/domain/units";
import { type ClientInput, connect } from "../connect";
import { CliError, clientError, columns, plain, printJson } from "../output";

interface WhyInput extends ClientInput {
  flags: ClientInput["flags"] & { at?: string };
}

/** Short names for what people ask about. */
const METRICS: Record<string, string> = {
  cpu: "system.cpu.utilization",
  memory: "system.memory.utilization",
  swap: "system.paging.utilization",
  disk: "system.disk.io",
  filesystem: "system.filesystem.utilization",
};

/** `03:12` is the last time the clock showed that; everything else is a date with a time. */
function parseMoment(text: string, now: number): number {
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!clock) return Date.parse(text);
  const moment = new Date(now);
  moment.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
  return moment.getTime() > now ? moment.getTime() - 86_400_000 : moment.getTime();
}

export async function why(name: string, input: WhyInput): Promise<void> {
  const { url, client } = connect(input);
  const at = input.flags.at === undefined ? undefined : parseMoment(input.flags.at, Date.now());
  if (Number.isNaN(at)) throw new CliError(2, `--at takes 03:12 or 2026-11-22T03:12:00Z, not ${input.flags.at}`);
  try {
    const answer = await client.alerts.cause.query({ metric: METRICS[name] ?? name, ...(at !== undefined && { at }) });
    if (input.flags.json) {
      printJson(answer);
      return;
    }
    const rows = answer.cause.map(({ pid, user, name: process, share, value, unit, change, command }) => {
      const show = (amount: number) => (unit === "{cpu}" ? `${formatText(amount, "1")} of a core` : formatText(amount, unit));
      return [
        String(pid),
        plain(user),
        formatText(share, "1"),
        show(value),
        change === null ? "" : `${change < 0 ? "" : "+"}${show(change)}`,
        plain(command || process).slice(0, 60),
      ];
    });
    const head = [["PID", "user", "share", "used", "change", "command"]];
    process.stdout.write(
      rows.length === 0 ? "no process stands out\n" : `${columns([...head, ...rows], { right: [0, 2, 3, 4] })}\n`,
    );
  } catch (error) {
    throw clientError(error, url);
  }
}
