/**
 * Detail of process scans. `reduced`: open files, switches, faults and I/O less often. `sparse`: also idle processes in rotation.
 */
export type ScanDetail = "full" | "reduced" | "sparse";

/** CPU cost of the sampling thread, and the detail that follows from it. */
export interface CollectionCost {
  detail: ScanDetail;
  /** Share of a core, averaged over a minute. */
  share: number;
}

/** Share of a core that collecting may use before the detail is reduced. */
export const COLLECTION_BUDGET = 0.02;
