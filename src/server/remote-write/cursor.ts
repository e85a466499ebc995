/** What has been written to an engine, as it is stored. Pure. */
import { z } from "zod";

const laneSchema = z.object({
  id: z.int(),
  /** Everything of this lane up to here has been written; epoch milliseconds. */
  until: z.number(),
  /** Where the last batch that was written began; null when none was. */
  last: z.number().nullable().default(null),
  /** The engine was away since, and may have been killed: the last batch is sent again before others. */
  away: z.boolean().default(false),
  /** Where it ends; null for the one that live samples go through. */
  to: z.number().nullable(),
  /** End of the batch that is being sent: after a kill it is sent again, in the same bytes. */
  sending: z.number().nullable(),
});

const cursorSchema = z.object({ lanes: z.array(laneSchema).min(1) });

export type Cursor = z.output<typeof cursorSchema>;

export const laneOf = (id: number, until: number): Cursor["lanes"][number] => ({
  id,
  until,
  last: null,
  away: false,
  to: null,
  sending: null,
});

/** Null when nothing was stored, or nothing that can be read. */
export function parseCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
