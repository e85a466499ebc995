/** Where a typed moment leads. Pure. */
import { parseMoment } from "~/domain/moment";
import type { Span } from "~/domain/typed-range";

/** The moment of a text; an error when it is none that can have been measured. */
export function momentOf(text: string, now: number, timeZone: string): number | "unreadable" | "future" {
  const at = parseMoment(text, now, timeZone);
  if (at === null) return "unreadable";
  return at > now ? "future" : Math.floor(at / 1000) * 1000;
}

const AROUND_MS = 15 * 60_000;

/** The parameters of a view on a moment: its processes, and a range around it unless it is in the range that is shown; null removes one. */
export function parametersAt(at: number, span: Pick<Span, "from" | "to">, now: number): Record<string, string | null> {
  const iso = (time: number) => new Date(time).toISOString();
  if (at >= span.from && at <= span.to) return { at: iso(at) };
  const to = Math.min(Math.floor(now / 1000) * 1000, at + AROUND_MS);
  return { at: iso(at), range: null, from: iso(at - AROUND_MS), to: iso(to) };
}
