/**
 * Encodes exported readings as text. Each encoder turns slices into pieces of the file and holds one slice at a time; it yields undefined
 * after each slice of work.
 */
import { stringify } from "csv-stringify/sync";
import type { History } from "~/domain/history";
import type { MetricDefinition } from "~/domain/metric";
import { PROCESS_FIELDS } from "~/domain/process";
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

type Pieces = Generator<string | undefined>;
type Slices = Iterable<History | undefined>;

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

/** The rows of one slot have the same moment. */
function isoTimes(): (time: number) => string {
  let last = { time: Number.NaN, text: "" };
  return (time) => {
    if (time !== last.time) last = { time, text: new Date(time).toISOString() };
    return last.text;
  };
}

export function* csvData(slices: Slices, range: ExportRange): Pieces {
  yield "timestamp,metric,labels,unit,value,min,max\r\n";
  for (const history of slices) {
    yield;
    if (!history) continue;
    const names = history.series.map(({ metric, labels, unit }) =>
      stringify([[metric, JSON.stringify(labels), unit]], { ...CSV_OPTIONS, record_delimiter: "" }),
    );
    const timeText = isoTimes();
    yield* linesOf(history, range, (index, slot, time) => {
      const { values, min, max } = history.series[index] as History["series"][number];
      return `${timeText(time)},${names[index]},${values[slot]},${min?.[slot] ?? ""},${max?.[slot] ?? ""}\r\n`;
    });
  }
}

/** One object per reading: as NDJSON lines, or as the rows of one JSON document. */
export function* jsonData(slices: Slices, range: ExportRange, document: boolean): Pieces {
  if (document) yield documentHead(range);
  let between = document ? "\n" : "";
  for (const history of slices) {
    yield;
    if (!history) continue;
    const names = history.series.map(
      ({ metric, labels, unit }) =>
        `"metric":${JSON.stringify(metric)},"labels":${JSON.stringify(labels)},"unit":${JSON.stringify(unit)}`,
    );
    const timeText = isoTimes();
    yield* linesOf(history, range, (index, slot, time) => {
      const { values, min, max } = history.series[index] as History["series"][number];
      const extremes = min && max ? `,"min":${min[slot]},"max":${max[slot]}` : "";
      const start = between;
      between = document ? ",\n" : "";
      return `${start}{"timestamp":"${timeText(time)}",${names[index]},"value":${values[slot]}${extremes}}${document ? "" : "\n"}`;
    });
  }
  if (document) yield DOCUMENT_END;
}

const documentHead = ({ from, to }: ExportRange) =>
  `{"from":"${new Date(from).toISOString()}","to":"${new Date(to).toISOString()}","rows":[`;
const DOCUMENT_END = "\n]}\n";

const escapeLabel = (text: string) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
const nameOf = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");

/** By name; of two that would be one, such as `a.b` and `a_b`, the second ends in `_2`. */
function uniqueNames(texts: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    texts.map((text) => {
      let name = nameOf(text);
      for (let number = 2; taken.has(name); number++) name = `${nameOf(text)}_${number}`;
      taken.add(name);
      return [text, name];
    }),
  );
}

export interface OpenMetricsSource {
  metrics: readonly Pick<MetricDefinition, "metric" | "help">[];
  /** All series that a metric has in the range. */
  seriesOf(metric: string): Generator<undefined, History["series"]>;
  slices(metric: string): Slices;
  /** The range is read once for so many series. */
  seriesAtOnce: number;
}

/** OpenMetrics wants the points of a series together: the text of some series is kept while the range is read. */
export function* openMetricsData({ metrics, seriesOf, slices, seriesAtOnce }: OpenMetricsSource, range: ExportRange): Pieces {
  const names = uniqueNames(metrics.map(({ metric }) => metric));
  for (const { metric, help } of metrics) {
    const all = yield* seriesOf(metric);
    if (all.length === 0) continue;
    const name = names.get(metric);
    const labelNames = uniqueNames([...new Set(all.flatMap(({ labels }) => Object.keys(labels)))].sort());
    yield `# TYPE ${name} gauge\n# HELP ${name} ${escapeLabel(help)}\n`;
    for (let start = 0; start < all.length; start += seriesAtOnce) {
      const texts = new Map(all.slice(start, start + seriesAtOnce).map((one) => [seriesKey(one), [] as string[]]));
      for (const history of slices(metric)) {
        yield;
        for (const series of history?.series ?? []) {
          const text = texts.get(seriesKey(series));
          if (!history || !text) continue;
          const labels = Object.entries(series.labels).map(
            ([label, value]) => `${labelNames.get(label)}="${escapeLabel(value)}"`,
          );
          const labelled = labels.length > 0 ? `${name}{${labels.join(",")}}` : name;
          const lines = linesOf({ ...history, series: [series] }, range, (_index, slot, time) => {
            return `${labelled} ${series.values[slot]} ${time / 1000}\n`;
          });
          if (texts.size === 1) yield* lines;
          else text.push(...lines);
        }
      }
      for (const text of texts.values()) yield text.join("");
    }
  }
  yield "# EOF\n";
}

/** A row of the process table, with null for what the caller may not see. */
type ExportedProcess = { startedAt: number } & Record<(typeof PROCESS_FIELDS)[number], unknown>;

export function* processData(
  tables: Iterable<{ at: number; rows: readonly ExportedProcess[] } | undefined>,
  format: "csv" | "json" | "ndjson",
  range: ExportRange,
): Pieces {
  if (format === "csv") yield `${["timestamp", ...PROCESS_FIELDS].join(",")}\r\n`;
  if (format === "json") yield documentHead(range);
  let between = "\n";
  for (const table of tables) {
    yield;
    if (!table || table.rows.length === 0) continue;
    const timestamp = new Date(table.at).toISOString();
    const records = table.rows.map((row) => {
      const startedAt = new Date(row.startedAt).toISOString();
      return [timestamp, ...PROCESS_FIELDS.map((column) => (column === "startedAt" ? startedAt : row[column]))];
    });
    if (format === "csv") {
      yield stringify(records, CSV_OPTIONS);
      continue;
    }
    const columns = ["timestamp", ...PROCESS_FIELDS];
    const lines = records.map((row) => JSON.stringify(Object.fromEntries(columns.map((column, place) => [column, row[place]]))));
    yield format === "ndjson" ? `${lines.join("\n")}\n` : `${between}${lines.join(",\n")}`;
    between = ",\n";
  }
  if (format === "json") yield DOCUMENT_END;
}
