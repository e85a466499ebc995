/** What a run of the accuracy suite found, as it is kept in result.json. */
export interface AccuracyResult {
  /** The day. */
  measuredAt: string;
  machine: string;
  rows: { load: string; name: string; ours: number; theirs: number; apart: number }[];
}
