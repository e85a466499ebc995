/** How closely processes are read: in full; with open files, switches, faults and I/O less often; and idle ones in rotation too. */
export type ScanDetail = "full" | "reduced" | "sparse";

/** What the sampling thread costs, and what it does about it. */
export interface CollectionCost {
  detail: ScanDetail;
  /** Share of a core, averaged over a minute. */
  share: number;
}

/** The share of a core that collecting may take before processes are read less closely. */
export const COLLECTION_BUDGET = 0.02;
