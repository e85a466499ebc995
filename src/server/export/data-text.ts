/** The text of an export of stored readings, made where the past is read. */
import type { MetricDefinition } from "~/domain/metric";
import { type Sight, visibleRow } from "~/domain/sight";
import type { StoreReader } from "../store/store-reader";
import { csvData, type DataFormat, type ExportRange, jsonData, openMetricsData, processData } from "./data-formats";
import { readSlices, type SliceRequest, slicesOf } from "./data-slices";

interface ReadingsRequest extends SliceRequest {
  kind: "readings";
  format: DataFormat;
  /** Metrics, or "system" for the main bundle, which has no OpenMetrics form. */
  metrics: readonly Pick<MetricDefinition, "metric" | "help">[];
  /** What was asked for; `from` and `to` are where something is stored. */
  range: ExportRange;
}

interface ProcessesRequest {
  kind: "processes";
  format: Exclude<DataFormat, "openmetrics">;
  range: ExportRange;
  stepMs: number;
  sight: Sight;
}

export type DataRequest = ReadingsRequest | ProcessesRequest;

/** Readings whose text is kept while OpenMetrics puts the points of a series together: some 8 MB. */
const MOST_KEPT = 200_000;

/** Pieces of the file; undefined after each slice of work. */
export function dataText(reader: StoreReader, request: DataRequest): Generator<string | undefined> {
  return request.kind === "processes"
    ? processData(visibleTables(reader, request), request.format, request.range)
    : readingsText(reader, request);
}

function readingsText(reader: StoreReader, request: ReadingsRequest): Generator<string | undefined> {
  const { format, range, metrics } = request;
  function* slices() {
    for (const { metric } of metrics) yield* readSlices(reader, metric, request);
  }
  switch (format) {
    case "csv":
      return csvData(slices(), range);
    case "json":
      return jsonData(slices(), range, true);
    case "ndjson":
      return jsonData(slices(), range, false);
    case "openmetrics": {
      let readings = 1;
      for (const { from, to, stepSeconds } of slicesOf(request)) readings += (to - from) / 1000 / stepSeconds;
      const source = {
        metrics,
        *seriesOf(name: string) {
          return (yield* reader.history({ name, ...range, points: 1, aggregate: "avg" })).series;
        },
        slices: (metric: string) => readSlices(reader, metric, request),
        seriesAtOnce: Math.max(1, Math.floor(MOST_KEPT / readings)),
      };
      return openMetricsData(source, range);
    }
  }
}

function* visibleTables(reader: StoreReader, { range, stepMs, sight }: ProcessesRequest) {
  for (const table of reader.processTables(range, stepMs)) {
    yield table && { at: table.at, rows: table.rows.map((row) => visibleRow(row, sight)) };
  }
}
