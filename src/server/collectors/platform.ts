import type { NotMeasured } from "~/domain/host";
import type { Redactor } from "~/domain/redact";
import type { Roots } from "../roots";
import type { OpenCollector } from "./collector";
import type { ProcessSource } from "./process-source";

/** The collectors of an operating system, and what it lacks. */
export interface Platform {
  collectors: readonly OpenCollector[];
  openProcesses: (roots: Roots, cores: number, redactor?: Redactor) => ProcessSource;
  /** What cannot be measured on this system, and why. */
  notMeasured: readonly NotMeasured[];
  /** Processes and sockets can be inspected through /proc. */
  hasProc: boolean;
  /** Time until every collector has the readings that rates need. */
  settleMs: number;
}
