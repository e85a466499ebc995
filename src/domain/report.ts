/** A report as blocks: what every renderer knows. Numbers stay numbers with a unit until `textOf` writes them, in all formats alike. */
import { formatText } from "./units";

export const REPORT_FORMATS = ["pdf", "html", "csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_SCHEMA = "urn:hostscope:report:1";

/** A number in a metric's unit; null is "no reading". */
export interface Quantity {
  value: number | null;
  unit: string;
}

/** A point in time in epoch milliseconds, and how much of it is written. */
export interface Moment {
  time: number;
  shown: "minute" | "clock" | "day";
}

export type Cell = string | Quantity | Moment;

/** A sentence whose numbers are still numbers. */
export type Prose = readonly Cell[];

export type Verdict = "ok" | "info" | "warning" | "critical";

/** A colour of the one palette; a renderer knows its shade. */
export type SeriesColor = "blue" | "orange" | "green" | "pink" | "gold" | "sky";

export interface ReportSeries {
  name: string;
  color: SeriesColor;
  /** One a timestamp; null is a gap. */
  values: (number | null)[];
  /** Extremes within each step, where a step holds more than one reading. */
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
  /** Of all there are; more than `rows` when the table was cut. */
  total: Quantity;
}

export interface ChartBlock {
  kind: "chart";
  title: string;
  unit: string;
  stacked: boolean;
  /** Epoch milliseconds, one a step. */
  timestamps: number[];
  stepSeconds: number;
  series: ReportSeries[];
  /** The scale begins at 0 and ends here. */
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
  /** The measurements that led to it. */
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
  /** What is the matter, or that nothing is. */
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
    // Sweden writes dates as ISO does.
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

/** The one way a cell becomes text, in every format. */
export function textOf(cell: Cell, timeZone: string): string {
  if (typeof cell === "string") return cell;
  if ("time" in cell) return momentText(cell, timeZone);
  return formatText(cell.value, cell.unit);
}

export function proseText(prose: Prose, timeZone: string): string {
  return prose.map((part) => textOf(part, timeZone)).join("");
}

/** What a stored or scheduled report is of. */
export interface ReportPeriod {
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A name from outside as a report may show it: without controls that steer a terminal or turn the direction of writing, and not endless. */
export function safeName(text: string, length = 80): string {
  const clean = text.replace(UNSAFE, "\ufffd").trim();
  const letters = [...clean];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : clean;
}
