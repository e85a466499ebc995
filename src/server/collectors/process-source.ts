import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessDelta } from "~/domain/process";
import type { Reading } from "~/domain/sample";
import type { Tick } from "./collector";

export interface ProcessScan {
  delta: ProcessDelta;
  readings: readonly Reading[];
}

/** Where the process table comes from. */
export interface ProcessSource {
  /** How closely processes are read from the next scan on. */
  detail: ScanDetail;
  /** `busySeconds` is what all cores have been busy for since the boot, NaN where that is not known. */
  scan(tick: Tick, busySeconds: number): ProcessScan;
  close(): void;
}
