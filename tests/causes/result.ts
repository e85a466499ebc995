/** What the scored suite of causes found, as docs/causes.md tells it. */
export interface CausesResult {
  measuredAt: string;
  machine: string;
  rows: { scenario: string; what: string; runs: number; named: number; share: number; coverage: number; worst: number }[];
}
