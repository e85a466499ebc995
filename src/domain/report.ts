/**
 * A report as blocks, which every renderer knows. Numbers keep their unit until `textOf` formats them, the same way in all
 * formats.
 */
import { formatText } from "./format-value";

export const REPORT_FORMATS = ["pdf", "html", "csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_SCHEMA = "urn:hostscope:report:1";

/** A number in a metric's unit; null is "no reading". */
export interface Quantity {
  value: number | null;
  unit: string;
}

/** A time in epoch milliseconds, and which part of it is shown. */
export interface Moment {
  time: number;
  shown: "minute" | "clock" | "day";
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
  advice: string;
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

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    // The Swedish locale formats dates as ISO 8601.
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** "2026-11-22 03:12", "03:12" or "2026-11-22" in a time zone. */
function momentText({ time, shown }: Moment, timeZone: string): string {
  const [day = "", clock = ""] = dateFormat(timeZone).format(time).split(" ");
  if (shown === "clock") return clock;
  return shown === "day" ? day : `${day} ${clock}`;
}

/** Formats a cell. All report formats use it. */
export function textOf(cell: Cell, timeZone: string): string {
  if (typeof cell === "string") return cell;
  if ("time" in cell) return momentText(cell, timeZone);
  return formatText(cell.value, cell.unit);
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

const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Makes an external name safe to show: replaces control and bidirectional characters, which could steer a terminal or reverse the
 * text, and limits the length.
 */
export function safeName(text: string, length = 80): string {
  const clean = text.replace(UNSAFE, "\ufffd").trim();
  const letters = [...clean];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : clean;
}
