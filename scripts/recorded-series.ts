/** The file that `record-series.ts` writes. */
import { readFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

export interface RecordedSeries {
  metric: string;
  labels: Readonly<Record<string, string>>;
  unit: string;
  /** One a step; null without a reading. */
  values: (number | null)[];
}

export interface SeriesRecording {
  /** Epoch milliseconds. */
  startedAt: number;
  stepSeconds: number;
  series: RecordedSeries[];
}

export function packSeries(recording: SeriesRecording): Buffer {
  return brotliCompressSync(Buffer.from(JSON.stringify(recording)));
}

export function readSeries(path: string): SeriesRecording {
  return JSON.parse(brotliDecompressSync(readFileSync(path)).toString("utf8")) as SeriesRecording;
}
