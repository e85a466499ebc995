import type { Labels } from "./sample";

const patterns = new Map<string, RegExp>();
/** Limit of the cache. Patterns come from the configuration and from silences, so there are few. */
const MOST_PATTERNS = 1000;

/** `*` matches anything, every other character itself. */
export function globMatches(pattern: string, text: string): boolean {
  if (!pattern.includes("*")) return pattern === text;
  let compiled = patterns.get(pattern);
  if (!compiled) {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    compiled = new RegExp(`^${parts.join(".*")}$`, "s");
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** True when every wanted label exists and matches. */
export function labelsMatch(wanted: Labels, labels: Labels): boolean {
  for (const name in wanted) {
    const value = labels[name];
    if (value === undefined || !globMatches(wanted[name] as string, value)) return false;
  }
  return true;
}
