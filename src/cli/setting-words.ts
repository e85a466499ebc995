/** Settings as rows for a terminal. Pure. */
import type { Setting } from "~/domain/setting";
import { wholeDuration, wholeSize } from "~/domain/whole-units";

/** As the server answers: JSON. */
type Answered = Pick<Setting, "path" | "kind" | "source" | "waiting"> & { value?: unknown };

const count = (value: number, word: string) => `${value} ${value === 1 ? word : `${word}s`}`;

function isBlock(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The names of entries, or how many there are. */
function entriesWords(entries: readonly unknown[]): string {
  const names = entries.flatMap((one) => (isBlock(one) && typeof one.name === "string" ? [one.name] : []));
  return names.length === entries.length ? names.join(", ") : count(entries.length, "entry").replace("entrys", "entries");
}

function settingWords({ kind, value = null }: Answered): string {
  if (value === null) return "";
  if (kind === "duration" && typeof value === "number") {
    const whole = wholeDuration(value);
    return count(whole.count, whole.unit);
  }
  if (kind === "size" && typeof value === "number") {
    const whole = wholeSize(value);
    return `${whole.count} ${whole.unit}`;
  }
  if (kind === "switch") return value === true ? "on" : "off";
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    return value.every((one) => typeof one === "string") ? value.join(", ") : entriesWords(value);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

const isUnset = ({ value = null, source, kind }: Answered) =>
  source === "default" && (value === null || (kind === "blocks" && Array.isArray(value) && value.length === 0));

const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const SPACE = 4;
const LEAST = 20;

/** Rows that fit into `width`; what is not set and has no default is left out. */
export function settingRows(settings: readonly Answered[], width: number): string[][] {
  const rows = settings
    .filter((one) => !isUnset(one))
    .map((one) => [one.path, settingWords(one), one.waiting ? `${one.source} (applies after a restart)` : one.source]);
  const widest = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const room = Math.max(LEAST, width - widest(0) - widest(2) - SPACE);
  return rows.map(([path = "", value = "", from = ""]) => [path, cut(value, room), from]);
}
