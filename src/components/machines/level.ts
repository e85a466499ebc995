/** How full is too full, of CPU, memory and disks alike. Pure. */

export type Level = "ok" | "warning" | "critical";

const WARNING = 0.9;
const CRITICAL = 0.95;
/** A disk that is full within a day. */
const SOON_SECONDS = 86_400;

export function levelOf(share: number | null | undefined): Level {
  if (share === null || share === undefined) return "ok";
  return share >= CRITICAL ? "critical" : share >= WARNING ? "warning" : "ok";
}

export function isFullSoon(seconds: number | null): boolean {
  return seconds !== null && seconds <= SOON_SECONDS;
}

export const LEVEL_COLOR: Record<Level, string> = { ok: "", warning: "text-warning", critical: "text-critical" };
