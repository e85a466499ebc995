/** What the charts of the section Compare draw. Pure. */
import { type ChartModel, prepareChart } from "~/components/charts/prepare";
import type { Span } from "~/components/view/range";
import { isWholeShare } from "~/domain/whole-share";
import type { Answers } from "~/trpc/browser";

export type Comparison = Answers["machines"]["compare"];

/** Rows of the heat map: more would be thinner than three pixels. */
export const MOST_ROWS = 200;
/** Lines that can be told apart. */
export const MOST_LINES = 10;

const PALETTE = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

interface CompareContext {
  title: string;
  span: Pick<Span, "from" | "to">;
  /** Network rates in bits, where they are preferred. */
  network: { unit: string; scale: number };
  hidden: ReadonlySet<string>;
}

interface CompareModels {
  heat: ChartModel;
  /** The value of a full cell. */
  top: number;
  rows: number;
  lines: ChartModel;
  lineCount: number;
}

/** The machines come highest first. */
export function compareModels(answer: Comparison, { title, span, network, hidden }: CompareContext): CompareModels {
  const { metric, machines, timestamps, stepSeconds } = answer;
  const inBits = metric.startsWith("system.network.") && answer.unit === "By/s";
  const [unit, scale] = inBits ? [network.unit, network.scale] : [answer.unit, 1];
  const isShare = isWholeShare(metric);
  const scaled = (values: readonly (number | null)[]) =>
    scale === 1 ? values : values.map((value) => (value === null ? null : value * scale));
  const seriesOf = (most: number) =>
    machines.slice(0, most).map(({ name, values }, place) => ({
      label: name,
      color: PALETTE[place % PALETTE.length] ?? "--series-blue",
      values: scaled(values),
      // Ten areas on top of each other would be grey.
      apart: true,
      dashed: place >= PALETTE.length,
    }));
  const chart = {
    unit,
    times: timestamps,
    range: span,
    maxGapMs: 1.5 * stepSeconds * 1000,
    ...(isShare && { limit: 1 }),
  };
  const cells = seriesOf(MOST_ROWS);
  const lines = seriesOf(MOST_LINES);
  const highest = cells.reduce((most, { values }) => values.reduce<number>((sum, value) => Math.max(sum, value ?? 0), most), 0);
  return {
    heat: prepareChart({ ...chart, title, series: cells }),
    top: isShare || highest === 0 ? 1 : highest,
    rows: cells.length,
    lines: prepareChart({ ...chart, title, series: lines, hidden }),
    lineCount: lines.length,
  };
}

const LEAST_HEIGHT = 170;
const AROUND_PX = 30;

/** Pixels of a heat map: rows of fourteen pixels while they are few, of three when they are many. */
export function heatHeight(rows: number): number {
  const rowPx = Math.max(3, Math.min(14, Math.floor(480 / Math.max(1, rows))));
  return Math.max(LEAST_HEIGHT, AROUND_PX + rows * rowPx);
}

/** A range that moves is read anew when a step more fits, but not all the time: all machines are a lot to read. */
const LEAST_EVERY_MS = 30_000;

export function steadySpan({ from, to, moving }: Span, points: number): { from: number; to: number } {
  if (!moving) return { from, to };
  const width = to - from;
  const every = Math.max(LEAST_EVERY_MS, Math.ceil(width / points / 1000) * 1000);
  const end = Math.floor(to / every) * every;
  return { from: end - width, to: end };
}

/** Of many machines fewer points: a thousand with 120 each are megabytes. */
export function pointsFor(machineCount: number): number {
  return machineCount > 300 ? 60 : 120;
}
