/** A unit of systemd that has failed. */
export interface FailedUnit {
  /** As systemd writes it, escaped. */
  unit: string;
  description: string;
  /** `exit-code`, `timeout`, `oom-kill`, ...; null for units that have no result. */
  result: string | null;
  /** Epoch milliseconds; null when systemd does not tell. */
  since: number | null;
}
