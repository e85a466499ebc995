/** Encodes exported readings as text. Each encoder turns slices into pieces of the file and holds one slice at a time. */
import { stringify } from "csv-stringify/sync";
import type { History } from "~/domain/history";
import type { MetricDefinition } from "~/domain/metric";
import { PROCESS_FIELDS, type ProcessRow } from "~/domain/process";
import { seriesKey } from "~/domain/sample";

export const DATA_FORMATS = ["csv", "json", "ndjson", "openmetrics"] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

export const DATA_TYPES: Record<DataFormat, { contentType: string; extension: string }> = {
  csv: { contentType: "text/csv; charset=utf-8; header=present", extension: "csv" },
  json: { contentType: "application/json", extension: "json" },
  ndjson: { contentType: "application/x-ndjson", extension: "ndjson" },
  openmetrics: { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", extension: "txt" },
};

const CSV_OPTIONS = { record_delimiter: "\r\n", escape_formulas: true } as const;
/** Rows after which a piece of text is sent. */
const PIECE_ROWS = 1000;

export interface ExportRange {
  from: number;
  to: number;
}

/** Yields the lines of a slice in pieces, oldest first. `line` gets the index of the series. */
function* linesOf(
  history: History,
  { from, to }: ExportRange,
  line: (index: number, slot: number, time: number) => string,
): Generator<string> {
  let piece: string[] = [];
  for (let slot = 0; slot < history.timestamps.length; slot++) {
    const time = history.timestamps[slot] as number;
    if (time < from || time >= to) continue;
    for (let index = 0; index < history.series.length; index++) {
      if ((history.series[index]?.values[slot] ?? null) === null) continue;
      piece.push(line(index, slot, time));
    }
    if (piece.length >= PIECE_ROWS) {
      yield piece.join("");
      piece = [];
    }
  }
  if (piece.length > 0) yield piece.join("");
}

export async function* csvData(slices: AsyncIterable<History>, range: ExportRange): AsyncGenerator<string> {
  yield "timestamp,metric,labels,unit,value,min,max\r\n";
  for await (const history of slices) {
    const names = history.series.map(({ metric, labels, unit }) =>
      stringify([[metric, JSON.stringify(labels), unit]], { ...CSV_OPTIONS, record_delimiter: "" }),
    );
    yield* linesOf(history, range, (index, slot, time) => {
      const { values, min, max } = history.series[index] as History["series"][number];
      return `${new Date(time).toISOString()},${names[index]},${values[slot]},${min?.[slot] ?? ""},${max?.[slot] ?? ""}\r\n`;
    });
  }
}

/** One object per reading: as NDJSON lines, or as the rows of one JSON document. */
export async function* jsonData(slices: AsyncIterable<History>, range: ExportRange, document: boolean): AsyncGenerator<string> {
  if (document) {
    yield `{"from":"${new Date(range.from).toISOString()}","to":"${new Date(range.to).toISOString()}","rows":[`;
  }
  let between = document ? "\n" : "";
  for await (const history of slices) {
    const names = history.series.map(
      ({ metric, labels, unit }) =>
        `"metric":${JSON.stringify(metric)},"labels":${JSON.stringify(labels)},"unit":${JSON.stringify(unit)}`,
    );
    yield* linesOf(history, range, (index, slot, time) => {
      const { values, min, max } = history.series[index] as History["series"][number];
      const extremes = min && max ? `,"min":${min[slot]},"max":${max[slot]}` : "";
      const start = between;
      between = document ? ",\n" : "";
      return `${start}{"timestamp":"${new Date(time).toISOString()}",${names[index]},"value":${values[slot]}${extremes}}${document ? "" : "\n"}`;
    });
  }
  if (document) yield "\n]}\n";
}

const escapeLabel = (text: string) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
const nameOf = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, "_");

export interface OpenMetricsSource {
  metrics: readonly Pick<MetricDefinition, "metric" | "help">[];
  /** All series that a metric has in the range. */
  seriesOf(metric: string): Promise<History["series"]>;
  slices(metric: string): AsyncIterable<History>;
}

/** OpenMetrics wants the points of a series together. Read the range once per series instead of buffering it. */
export async function* openMetricsData(
  { metrics, seriesOf, slices }: OpenMetricsSource,
  range: ExportRange,
): AsyncGenerator<string> {
  for (const { metric, help } of metrics) {
    const all = await seriesOf(metric);
    if (all.length === 0) continue;
    const name = nameOf(metric);
    yield `# TYPE ${name} gauge\n# HELP ${name} ${escapeLabel(help)}\n`;
    for (const one of all) {
      const key = seriesKey(one);
      const labels = Object.entries(one.labels).map(([label, value]) => `${nameOf(label)}="${escapeLabel(value)}"`);
      const series = labels.length > 0 ? `${name}{${labels.join(",")}}` : name;
      for await (const history of slices(metric)) {
        const only = { ...history, series: history.series.filter((other) => seriesKey(other) === key) };
        yield* linesOf(only, range, (_index, slot, time) => `${series} ${only.series[0]?.values[slot]} ${time / 1000}\n`);
      }
    }
  }
  yield "# EOF\n";
}

export async function* processData(
  tables: AsyncIterable<{ at: number; rows: readonly ProcessRow[] }>,
  format: "csv" | "json" | "ndjson",
  range: ExportRange,
): AsyncGenerator<string> {
  if (format === "csv") yield `${["timestamp", ...PROCESS_FIELDS].join(",")}\r\n`;
  if (format === "json") {
    yield `{"from":"${new Date(range.from).toISOString()}","to":"${new Date(range.to).toISOString()}","rows":[`;
  }
  let between = "\n";
  for await (const { at, rows } of tables) {
    const timestamp = new Date(at).toISOString();
    const records = rows.map((row) => ({ ...row, startedAt: new Date(row.startedAt).toISOString() }));
    if (format === "csv") {
      yield stringify(
        records.map((row) => [timestamp, ...PROCESS_FIELDS.map((column) => row[column])]),
        CSV_OPTIONS,
      );
      continue;
    }
    const lines = records.map((row) =>
      JSON.stringify({ timestamp, ...Object.fromEntries(PROCESS_FIELDS.map((column) => [column, row[column]])) }),
    );
    if (lines.length === 0) continue;
    yield format === "ndjson" ? `${lines.join("\n")}\n` : `${between}${lines.join(",\n")}`;
    between = ",\n";
  }
  if (format === "json") yield "\n]}\n";
}
