/** The filter of the process table: words, `field:text` and `field>number`; all must match. Pure. */

import { shownGroup } from "~/domain/container";
import type { ProcessRow } from "~/domain/process";

type Row = Omit<ProcessRow, "startedAt"> & { container?: string | null | undefined };

const TEXT_FIELDS: Record<string, (row: Row) => string> = {
  name: (row) => row.name,
  command: (row) => row.command,
  user: (row) => row.user,
  state: (row) => row.state,
  pid: (row) => String(row.pid),
  group: (row) => `${row.group ?? ""} ${shownGroup(row)}`,
};

/** Fields in the units that people type: percent of a core, MiB, threads, KiB/s. */
const NUMBER_FIELDS: Record<string, (row: Row) => number> = {
  cpu: (row) => (row.cpu ?? 0) * 100,
  memory: (row) => row.memoryBytes / 2 ** 20,
  mem: (row) => row.memoryBytes / 2 ** 20,
  threads: (row) => row.threads ?? Number.NaN,
  files: (row) => row.openFiles ?? Number.NaN,
  io: (row) => ((row.readBytesPerSecond ?? 0) + (row.writeBytesPerSecond ?? 0)) / 1024,
  pid: (row) => row.pid,
};

type Test = (row: Row) => boolean;

function testOf(word: string): Test {
  const comparison = /^([a-z]+)(>=|<=|>|<|=)(\d+(?:\.\d+)?)$/i.exec(word);
  const number = NUMBER_FIELDS[comparison?.[1]?.toLowerCase() ?? ""];
  if (comparison && number) {
    const limit = Number(comparison[3]);
    switch (comparison[2]) {
      case ">":
        return (row) => number(row) > limit;
      case ">=":
        return (row) => number(row) >= limit;
      case "<":
        return (row) => number(row) < limit;
      case "<=":
        return (row) => number(row) <= limit;
      default:
        return (row) => number(row) === limit;
    }
  }
  const [field = "", ...rest] = word.split(":");
  const text = TEXT_FIELDS[field.toLowerCase()];
  const wanted = rest.join(":").toLowerCase();
  if (text && wanted !== "") return (row) => text(row).toLowerCase().includes(wanted);
  const anywhere = word.toLowerCase();
  return (row) => `${row.pid} ${row.name} ${row.command} ${row.user}`.toLowerCase().includes(anywhere);
}

/** Compiles a filter; an empty one matches everything. */
export function processFilter(text: string): Test {
  const tests = text.trim().split(/\s+/).filter(Boolean).map(testOf);
  return (row) => tests.every((test) => test(row));
}
