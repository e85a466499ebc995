/** What of other people's processes somebody may see. Plain data, so that it can be sent to the thread that sorts by what is visible. */
import { programAndScript } from "./command-line";

export interface Sight {
  /** Sees whole command lines, not only the program and its script. */
  arguments: boolean;
  /** Whose I/O, descriptors and the like are seen: everybody's, one user's, or nobody's (null). */
  privateOf: { user: string } | "everybody" | null;
  /** /proc hides the processes of others: their arguments are private too. */
  hidesProcesses: boolean;
}

/** For what runs on nobody's behalf, such as reports. */
export const SEES_ALL: Sight = { arguments: true, privateOf: "everybody", hidesProcesses: false };

export function seesPrivate({ privateOf }: Sight, user: string): boolean {
  return privateOf === "everybody" || (privateOf !== null && privateOf.user === user);
}

const IO = ["readBytesPerSecond", "writeBytesPerSecond", "openFiles", "readBytes", "writtenBytes"] as const;

/** A row of a process table, with null for the I/O that the caller may not see. */
export type VisibleRow<Row> = { [Key in keyof Row]: Key extends (typeof IO)[number] ? Row[Key] | null : Row[Key] };

export function visibleRow<Row extends { command: string; user: string }>(row: Row, sight: Sight): VisibleRow<Row> {
  const seesIo = seesPrivate(sight, row.user);
  const seesAll = sight.arguments && (seesIo || !sight.hidesProcesses);
  if (seesAll && seesIo) return row as VisibleRow<Row>;
  const shown = { ...row, ...(!seesAll && { command: programAndScript(row.command) }) };
  if (!seesIo) for (const field of IO) if (field in shown) Object.assign(shown, { [field]: null });
  return shown as VisibleRow<Row>;
}
