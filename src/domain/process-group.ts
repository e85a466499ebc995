/** How a process is called in a table, and equal processes as one row: those of one program and user. Pure. */
import { personalName, programAndScript } from "./command-line";
import type { ProcessRow } from "./process";

type Named = Pick<ProcessRow, "name" | "command">;

/** The kernel cuts names after this many bytes. */
const NAME_BYTES = 15;

/** `nginx`, `python3 backup.py`, of a thread of the kernel its kind: `kworker` of `kworker/3:1`. */
export function shownName(row: Named): string {
  if (row.command === "") return row.name.replace(/[/:].*$/, "");
  const name = personalName(row).trim();
  if (name !== row.name.trimEnd() || row.name.length < NAME_BYTES) return name;
  const program = (row.command.split(" ", 1)[0] ?? "").replace(/^.*\/(?=.)/, "");
  return program.startsWith(name) || name.startsWith(`${program} `) ? program : name;
}

/** The command line without what its name says already: the program, and its script or `-c`. */
export function shownArguments(row: Named): string {
  const words = row.command.split(" ").slice(1);
  const said = [programAndScript(row.command), shownName(row)].flatMap((text) => text.split(" ").slice(1));
  for (const word of new Set(said)) {
    const place = words.indexOf(word);
    if (place >= 0) words.splice(place, 1);
  }
  return words.join(" ").trim();
}

/** The rows of each name and user, in the order of their first ones. */
export function groupEqual<Row extends Named & Pick<ProcessRow, "user">>(rows: readonly Row[]): Row[][] {
  return [...Map.groupBy(rows, (row) => `${shownName(row)}\n${row.user}`).values()];
}
