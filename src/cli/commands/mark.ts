import { type ClientInput, connect } from "../connect";
import { CliError, clientError, formatOf, type OutputFormat, plain, printJson, printList, table } from "../output";
import { momentOf, type RangeFlags, rangeOf, timeText } from "../time";

interface MarkInput extends ClientInput {
  flags: ClientInput["flags"] & RangeFlags & { at?: string; remove?: string; output?: OutputFormat };
}

/** Adds a mark, removes one, or lists all. */
export async function mark(text: string | undefined, input: MarkInput): Promise<void> {
  const { url, client } = connect(input);
  const { at, remove, json } = input.flags;
  if (text !== undefined && remove !== undefined) throw new CliError(2, "Use either a text or --remove, not both.");
  try {
    if (remove !== undefined) {
      await client.marks.remove.mutate({ id: remove });
      process.stdout.write(json ? '{"removed":true}\n' : "Removed\n");
    } else if (text !== undefined) {
      const timestamp = at === undefined ? undefined : momentOf("--at", at, Date.now());
      const made = await client.marks.add.mutate({ text, ...(timestamp !== undefined && { timestamp }) });
      if (json) printJson(made);
      else process.stdout.write(`Marked ${timeText(made.timestamp)}: ${plain(made.text)} (${made.id})\n`);
    } else await list(input);
  } catch (error) {
    throw clientError(error, url);
  }
}

async function list(input: MarkInput): Promise<void> {
  const answer = await connect(input).client.marks.list.query(rangeOf(input.flags, Date.now(), 24));
  const rows = answer.marks.map(({ id, timestamp, kind, text }) => [id, timeText(timestamp), kind, plain(text)]);
  const markTable = () => (rows.length === 0 ? "No marks." : table(["ID", "TIME", "KIND", "TEXT"], rows));
  await printList({ format: formatOf(input.flags), rows: answer.marks, whole: answer, table: markTable });
}
