import { shownGroup } from "~/domain/container";
import { formatText } from "~/domain/format-value";
import type { ProcessRow, ProcessSort } from "~/domain/process";
import { type ClientInput, connect } from "../connect";
import { clientError, formatOf, type OutputFormat, plain, printList, table } from "../output";
import { momentOf, timeText } from "../time";

interface ProcessesInput extends ClientInput {
  flags: ClientInput["flags"] & {
    sort?: ProcessSort;
    limit?: number;
    at?: string;
    tree?: boolean;
    filter?: string;
    output?: OutputFormat;
  };
}

const EVERYTHING = 10_000;

/** Matches processes that contain every word of the filter. */
function finds(filter: string | undefined) {
  const words = (filter ?? "").toLowerCase().split(/\s+/);
  return (row: Pick<ProcessRow, "name" | "command" | "user" | "pid" | "group"> & { container: string | null }) => {
    const text = `${row.name} ${row.command} ${row.user} ${row.pid} ${shownGroup(row)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

export async function processes(input: ProcessesInput): Promise<void> {
  const { url, client } = connect(input);
  const { sort = "cpu", limit = 20, tree = false, filter, at } = input.flags;
  const moment = at === undefined ? undefined : momentOf("--at", at, Date.now());
  try {
    const answer = await client.processes.list.query({
      sort,
      tree,
      limit: filter === undefined ? limit : EVERYTHING,
      ...(moment !== undefined && { at: moment }),
    });
    const rows = answer.processes.filter(finds(filter)).slice(0, limit);
    const processTable = () => {
      const lines = rows.map((row) => [
        String(row.pid),
        plain(row.user),
        formatText(row.totalCpu ?? row.cpu, "1"),
        formatText(row.totalMemoryBytes ?? row.memoryBytes, "By"),
        formatText(row.readBytesPerSecond, "By/s"),
        formatText(row.writeBytesPerSecond, "By/s"),
        plain(shownGroup(row)),
        `${"  ".repeat(row.depth ?? 0)}${plain(row.command || `[${row.name}]`)}`,
      ]);
      const head = [
        "PID",
        "USER",
        tree ? "CPU TREE" : "CPU",
        tree ? "MEMORY TREE" : "MEMORY",
        "READ",
        "WRITE",
        "UNIT",
        "COMMAND",
      ];
      const when = moment === undefined || answer.timestamp === null ? "" : `As of ${timeText(answer.timestamp)}\n`;
      if (lines.length === 0) return `${when}No process${filter === undefined ? "es." : ` matches '${filter}'.`}`;
      return when + table(head, lines, { right: [0, 2, 3, 4, 5] });
    };
    await printList({ format: formatOf(input.flags), rows, whole: { ...answer, processes: rows }, table: processTable });
  } catch (error) {
    throw clientError(error, url);
  }
}
