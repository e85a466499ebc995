import type { NotMeasured } from "~/domain/host";
import type { OpenCollector, Roots } from "./collector";
import type { ProcessSource } from "./process-source";

/** How a system is read. */
export interface Platform {
  collectors: readonly OpenCollector[];
  openProcesses: (roots: Roots, cores: number) => ProcessSource;
  /** What this system does not let us measure, and why. */
  notMeasured: readonly NotMeasured[];
  /** Processes and sockets can be looked into by way of /proc. */
  hasProc: boolean;
  /** How long until every collector has what a rate is made of. */
  settleMs: number;
}
