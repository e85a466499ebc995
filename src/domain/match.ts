/** Patterns of rules and silences. Pure. */
import type { Labels } from "./sample";

/** Stars that a pattern may have. */
export const MOST_STARS = 8;

/**
 * `*` matches anything, every other character itself. Takes each part between stars at its first place, which never has to be
 * taken back: the time is that of one search a star, whatever pattern and text are.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [prefix = "", ...parts] = pattern.split("*");
  const suffix = parts.pop();
  if (suffix === undefined) return pattern === text;
  if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
  let from = prefix.length;
  for (const part of parts) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - suffix.length;
}

/** True when every wanted label exists and matches. */
export function labelsMatch(wanted: Labels, labels: Labels): boolean {
  for (const name in wanted) {
    const value = labels[name];
    if (value === undefined || !globMatches(wanted[name] as string, value)) return false;
  }
  return true;
}
