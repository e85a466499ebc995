import { shownGroup } from "~/domain/container";
import { formatText } from "~/domain/format-value";
import type { ProcessSort } from "~/domain/process";
import { FILTER_FIELDS, FILTER_STATES, type FilterProblem, type ProcessFilter, readProcessFilter } from "~/domain/process-filter";
import { type ClientInput, connect } from "../connect";
import { CliError, clientError, formatOf, type OutputFormat, plain, printList, table } from "../output";
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

const TAKES = {
  text: "text, such as user:root",
  state: `one of ${FILTER_STATES.join(", ")}`,
  percent: "a percentage, such as cpu>5%",
  size: "a size, such as memory>100MB",
  rate: "a rate, such as io>10KB",
  count: "a whole number, such as threads>10",
} as const;

function reasonOf(problem: FilterProblem): string {
  if (problem.kind === "value") return `--filter ${problem.term}: ${problem.field} takes ${TAKES[problem.takes]}`;
  const fields = `Fields: ${FILTER_FIELDS.join(", ")}`;
  return `--filter ${problem.term}: there is no field '${problem.field}'. ${fields}. To search for the text itself, quote it: '"${problem.term}"'.`;
}

function filterOf(text: string): ProcessFilter {
  const filter = readProcessFilter(text);
  const [problem] = filter.problems;
  if (problem) throw new CliError(2, reasonOf(problem));
  return filter;
}

export async function processes(input: ProcessesInput): Promise<void> {
  const { url, client } = connect(input);
  const { sort = "cpu", limit = 20, tree = false, filter, at } = input.flags;
  const { passes } = filterOf(filter ?? "");
  const moment = at === undefined ? undefined : momentOf("--at", at, Date.now());
  try {
    const answer = await client.processes.list.query({
      present: true,
      sort,
      tree,
      limit: filter === undefined ? limit : EVERYTHING,
      ...(moment !== undefined && { at: moment }),
    });
    const rows = answer.processes.filter(passes).slice(0, limit);
    const processTable = () => {
      const lines = rows.map((row) => [
        String(row.pid),
        plain(row.user),
        formatText(row.totalCpu ?? row.cpu, "1"),
        formatText(row.totalMemoryBytes ?? row.memoryBytes, "By"),
        formatText(row.readBytesPerSecond, "By/s"),
        formatText(row.writeBytesPerSecond, "By/s"),
        plain(shownGroup(row)),
        `${"  ".repeat(row.depth ?? 0)}${plain(row.command || `[${row.name}]`)}${row.ended ? " (ended)" : ""}`,
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
