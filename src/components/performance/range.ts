/** The time range of a page, as it stands in its address. Pure. */

export const PRESETS = [
  { key: "5m", label: "5 min", ms: 300_000 },
  { key: "15m", label: "15 min", ms: 900_000 },
  { key: "1h", label: "1 h", ms: 3_600_000 },
  { key: "6h", label: "6 h", ms: 21_600_000 },
  { key: "24h", label: "24 h", ms: 86_400_000 },
  { key: "7d", label: "7 d", ms: 604_800_000 },
  { key: "30d", label: "30 d", ms: 2_592_000_000 },
] as const;

export type Range =
  | { kind: "relative"; key: (typeof PRESETS)[number]["key"]; ms: number }
  | { kind: "absolute"; from: number; to: number };

const MIN_MS = 10_000;

/** The range that an address asks for; the last hour where it says nothing that can be understood. */
export function readRange(search: Pick<URLSearchParams, "get">): Range {
  const from = Date.parse(search.get("from") ?? "");
  const to = Date.parse(search.get("to") ?? "");
  if (Number.isFinite(from) && Number.isFinite(to) && to - from >= MIN_MS) return { kind: "absolute", from, to };
  const preset = PRESETS.find(({ key }) => key === search.get("range")) ?? PRESETS[2];
  return { kind: "relative", key: preset.key, ms: preset.ms };
}

export function writeRange(range: Range): string {
  if (range.kind === "relative") return `range=${range.key}`;
  const iso = (time: number) => encodeURIComponent(new Date(time).toISOString());
  return `from=${iso(range.from)}&to=${iso(range.to)}`;
}

/** A dragged stretch as a range: whole seconds, at least ten of them. */
export function zoomedTo(from: number, to: number): Range {
  const middle = (from + to) / 2;
  const half = Math.max(MIN_MS, to - from) / 2;
  return { kind: "absolute", from: Math.floor((middle - half) / 1000) * 1000, to: Math.ceil((middle + half) / 1000) * 1000 };
}

/** Twice as wide, around the same middle; not beyond now. */
export function widened(range: Range, now: number): Range {
  const [from, to] = range.kind === "absolute" ? [range.from, range.to] : [now - range.ms, now];
  const width = to - from;
  const end = Math.min(now, to + width / 2);
  return { kind: "absolute", from: end - 2 * width, to: end };
}

/** How often a relative range is asked for again: when a point more fits on the chart, within reason. */
export function refreshMs(range: Range): number | null {
  if (range.kind === "absolute") return null;
  return Math.min(60_000, Math.max(2000, range.ms / 720));
}
