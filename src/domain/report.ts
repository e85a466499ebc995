/**
 * A report as blocks, which every renderer knows. Numbers keep their unit until `textOf` formats them, the same way in all
 * formats.
 */
import { formatLimit, formatText } from "./format-value";

export const REPORT_FORMATS = ["pdf", "html", "csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Paper of PDF reports. */
export const PAPERS = ["a4", "letter"] as const;
export type Paper = (typeof PAPERS)[number];

export const REPORT_SCHEMA = "urn:hostscope:report:1";

/** A number in a metric's unit; null is "no reading". */
export interface Quantity {
  value: number | null;
  unit: string;
  /** A threshold keeps every digit that it was set with; a relative change has a sign. Without it, a measurement. */
  kind?: "limit" | "change";
}

/** A time in epoch milliseconds, and which part of it is shown. The year only where the reader cannot know it. */
export interface Moment {
  time: number;
  shown: "date" | "minute" | "clock" | "day";
}

export type Cell = string | Quantity | Moment;

/** Text whose numbers are not formatted yet. */
export type Prose = readonly Cell[];

export type Verdict = "ok" | "info" | "warning" | "critical";

/** A colour of the palette; each renderer has its own shade. */
export type SeriesColor = "blue" | "orange" | "green" | "pink" | "gold" | "sky";

export interface ReportSeries {
  name: string;
  color: SeriesColor;
  /** One per timestamp; null is a gap. */
  values: (number | null)[];
  /** Extremes of each step, if a step covers more than one reading. */
  min?: (number | null)[];
  max?: (number | null)[];
}

export interface FactsBlock {
  kind: "facts";
  items: { name: string; value: Cell; note: Prose }[];
}

export interface ParagraphBlock {
  kind: "paragraph";
  text: Prose;
}

export interface TableBlock {
  kind: "table";
  title: string;
  columns: { name: string; align: "left" | "right" }[];
  rows: Cell[][];
  /** Number of all rows; more than `rows` when the table was cut. */
  total: Quantity;
}

export interface ChartBlock {
  kind: "chart";
  title: string;
  unit: string;
  stacked: boolean;
  /** Epoch milliseconds, one per step. */
  timestamps: number[];
  stepSeconds: number;
  series: ReportSeries[];
  /** Upper end of the scale, which starts at 0. */
  top: number;
  valueTicks: Quantity[];
  timeTicks: Moment[];
  threshold: Quantity | null;
}

export interface FindingBlock {
  kind: "finding";
  severity: Exclude<Verdict, "ok">;
  /** Name of the rule that made it. */
  rule: string;
  title: Prose;
  /** The measurements behind the finding. */
  evidence: Prose[];
  /** What to do, and whom it is about. */
  advice: Prose;
}

export type Block = FactsBlock | ParagraphBlock | TableBlock | ChartBlock | FindingBlock;

export interface Section {
  id: string;
  title: string;
  blocks: Block[];
}

export interface Report {
  title: string;
  host: string;
  version: string;
  timeZone: string;
  createdAt: Moment;
  from: Moment;
  to: Moment;
  verdict: Verdict;
  /** What is wrong, or that nothing is. */
  sentence: Prose;
  sections: Section[];
}

export const quantity = (value: number | null | undefined, unit: string): Quantity => ({
  value: value === undefined || value === null || !Number.isFinite(value) ? null : value,
  unit,
});

export const count = (value: number): Quantity => quantity(value, "{count}");

export const limit = (value: number | null | undefined, unit: string): Quantity => ({ ...quantity(value, unit), kind: "limit" });

/** A relative change: 0.12 is "+12%". */
export const change = (value: number | null): Quantity => ({ ...quantity(value, "1"), kind: "change" });

const MINUTES_OF_TWO_DAYS = 2880;

/** A length of time as people say it: "24 h", "11 min", "7 d". */
export function span({ from, to }: ReportPeriod): Quantity {
  const minutes = Math.round((to - from) / 60_000);
  if (minutes === 0) return quantity((to - from) / 1000, "s");
  return minutes % 60 === 0 && minutes < MINUTES_OF_TWO_DAYS ? quantity(minutes / 60, "h") : quantity(minutes * 60, "s");
}

const PARTS: Readonly<Record<Moment["shown"], Intl.DateTimeFormatOptions>> = {
  date: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  minute: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  day: { month: "short", day: "numeric" },
  clock: { hour: "2-digit", minute: "2-digit" },
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** "Nov 22, 2026, 03:12", "Nov 22, 03:12", "Nov 22" or "03:12" in a time zone. */
export function momentText({ time, shown }: Moment, timeZone: string): string {
  const key = `${shown} ${timeZone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...PARTS[shown] });
    formats.set(key, format);
  }
  return format.format(time);
}

/** Changes from here on are told as a factor: nobody reads 33626%. */
const LARGE_CHANGE = 10;

function changeText(value: number | null): string {
  if (value === null) return formatText(value, "1");
  if (value >= LARGE_CHANGE) return `${formatText(1 + value, "{count}")}×`;
  return `${value > 0 ? "+" : ""}${formatText(value, "1")}`;
}

/** Formats a cell. All report formats use it. */
export function textOf(cell: Cell, timeZone: string): string {
  if (typeof cell === "string") return cell;
  if ("time" in cell) return momentText(cell, timeZone);
  if (cell.kind === "change") return changeText(cell.value);
  return cell.kind === "limit" ? formatLimit(cell.value, cell.unit) : formatText(cell.value, cell.unit);
}

export function proseText(prose: Prose, timeZone: string): string {
  return prose.map((part) => textOf(part, timeZone)).join("");
}

/** Period of a stored or scheduled report. */
export interface ReportPeriod {
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

const JOINED =
  "[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}]";
/** Joiners belong between letters of some scripts and the parts of an emoji; elsewhere they hide differences between names. */
const STRAY_JOINER = new RegExp(`(?<!${JOINED})[\\u200c\\u200d]|[\\u200c\\u200d](?!${JOINED})`, "gu");
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Makes an external name safe to show: replaces control and bidirectional characters, which could steer a terminal or reverse the
 * text, and limits the length.
 */
export function safeName(text: string, length = 80): string {
  const clean = text.replace(UNSAFE, "\ufffd").replace(STRAY_JOINER, "\ufffd").trim();
  const letters = [...clean];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : clean;
}
