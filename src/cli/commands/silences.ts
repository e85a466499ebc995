import { type ClientInput, connect } from "../connect";
import { CliError, clientError, plain, printJson, table } from "../output";
import { timeText } from "../time";

interface SilenceInput extends ClientInput {
  flags: ClientInput["flags"] & { rule?: string; match?: string[]; hours?: string; note?: string };
}

/** `system.filesystem.mountpoint=/var/*` */
function labelsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, ...value] = pair.split("=");
      if (!name || value.length === 0) throw new CliError(2, `--match must be LABEL=VALUE, not '${pair}'.`);
      return [name, value.join("=")];
    }),
  );
}

export async function addSilence(input: SilenceInput): Promise<void> {
  const { rule = "*", match = [], hours = "1", note = "" } = input.flags;
  if (!(Number(hours) > 0)) throw new CliError(2, `--hours must be a number above 0, not '${hours}'.`);
  const { url, client } = connect(input);
  try {
    const silence = await client.alerts.addSilence.mutate({ rule, match: labelsOf(match), note, hours: Number(hours) });
    if (input.flags.json) printJson(silence);
    else process.stdout.write(`Silenced ${silencedText(rule)} for ${hours} h, until ${endOf(silence)} (${silence.id})\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}

type Silence = Awaited<ReturnType<ReturnType<typeof connect>["client"]["alerts"]["addSilence"]["mutate"]>>;

const silencedText = (rule: string) => (rule === "*" ? "all alerts" : plain(rule));
const endOf = ({ window }: Silence) => (window.kind === "once" ? timeText(window.until) : "it is removed");

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export async function listSilences(input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const silences = await client.alerts.silences.query();
    if (input.flags.json) {
      printJson(silences);
      return;
    }
    const rows = silences.map(({ id, rule, match, note, window }) => {
      const when =
        window.kind === "once"
          ? `until ${timeText(window.until)}`
          : `${window.days.map((day) => DAYS[day]).join(" ")} ${clock(window.fromMinute)} to ${clock(window.toMinute)}`;
      const labels = Object.entries(match).map(([name, value]) => `${name}=${value}`);
      return [id, plain(rule), plain(labels.join(" ")), when, plain(note)];
    });
    process.stdout.write(rows.length === 0 ? "No silences.\n" : `${table(["ID", "RULE", "LABELS", "ACTIVE", "NOTE"], rows)}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}

export async function removeSilence(id: string, input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.alerts.removeSilence.mutate({ id });
    if (input.flags.json) printJson(answer);
    else process.stdout.write(`Ended silence ${id}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
