/** The result of an accuracy run, as stored in result.json. */
export interface AccuracyResult {
  /** Date of the run. */
  measuredAt: string;
  machine: string;
  rows: { load: string; name: string; ours: number; theirs: number; apart: number }[];
}
