/** Takes command lines out of rows and of the process table. Pure. */
import { cleared, commandsIn, withoutCommands } from "~/domain/without-commands";
import type { ProcessBlock } from "../processes/block-types";
import type { ExcerptRow } from "./records";

/** The row of an alert without the command lines of those who caused it. */
export function alertWithoutCommands(row: ExcerptRow): ExcerptRow {
  const causes = ["cause", "first_cause"].map((column) => [column, JSON.parse(String(row[column]))] as const);
  // The longest first: one may be the beginning of another.
  const commands = causes.flatMap(([, cause]) => commandsIn(cause)).sort((a, b) => b.length - a.length);
  return {
    ...row,
    message: withoutCommands(String(row.message), commands),
    ...Object.fromEntries(causes.map(([column, cause]) => [column, JSON.stringify(cleared(cause, commands))])),
  };
}

/** The block with the program's name in the place of each command line. */
export function blockWithoutCommands(block: ProcessBlock): ProcessBlock {
  const ticks = block.ticks.map((tick) => ({
    ...tick,
    identities: tick.identities.map((identity) => identity.with(4, identity[3]) as typeof identity),
  }));
  return { ...block, ticks };
}
