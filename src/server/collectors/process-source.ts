import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessDelta } from "~/domain/process";
import type { Reading } from "~/domain/sample";
import type { Tick } from "./collector";

export interface ProcessScan {
  delta: ProcessDelta;
  readings: readonly Reading[];
}

/** Supplies the process table. */
export interface ProcessSource {
  /** Takes effect at the next scan. */
  detail: ScanDetail;
  /** `busySeconds` are the CPU seconds that all cores were busy since boot, NaN if unknown. */
  scan(tick: Tick, busySeconds: number): ProcessScan;
  close(): void;
}
