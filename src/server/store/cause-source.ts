/** What explains a metric, read from the store. */
import type { Consumer } from "~/domain/process";
import type { Series } from "~/domain/sample";
import { runAtOnce } from "../slices";
import type { StoreReader } from "./store-reader";

/** Reads at once: for minutes. */
export function causeSource(reader: StoreReader) {
  return {
    consumers: (from: number, to: number): Consumer[] => runAtOnce(reader.consumers({ from, to })),
    mean: (series: Series, from: number, to: number) => reader.mean(series, { from, to }),
  };
}
