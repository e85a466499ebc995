/** The moments and ranges of the command line's flags. Pure. */
import { MOMENT_FORMS, parseDuration, parseMoment } from "~/domain/moment";
import { localTimeZone } from "~/domain/wall-clock";
import { CliError } from "./output";

/** Epoch milliseconds. `2h` is two hours ago; days and times are in this machine's time zone. */
export function momentOf(flag: string, text: string, now: number): number {
  const ago = parseDuration(text);
  const moment = typeof ago === "number" ? now - ago : parseMoment(text, now, localTimeZone());
  if (moment !== null) return moment;
  throw new CliError(2, `${flag} takes ${MOMENT_FORMS}, not ${text}`);
}

export interface RangeFlags {
  hours?: string;
  since?: string;
  until?: string;
}

/** Epoch milliseconds. */
export function rangeOf({ hours, since, until }: RangeFlags, now: number, defaultHours: number): { from: number; to: number } {
  if (hours !== undefined && since !== undefined) throw new CliError(2, "give --hours or --since, not both");
  const to = until === undefined ? now : momentOf("--until", until, now);
  const length = Number(hours ?? defaultHours);
  if (!(length > 0)) throw new CliError(2, `--hours takes a number above 0, not ${hours}`);
  const from = since === undefined ? to - length * 3_600_000 : momentOf("--since", since, now);
  if (from >= to) throw new CliError(2, "the range ends before it begins: --since must be earlier than --until");
  return { from, to };
}
