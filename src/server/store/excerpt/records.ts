/**
 * A stretch of the store as records: plain data, from which another program makes a database of its own. Binary parts stand beside a
 * record, not in it.
 */

/** Beside it an encoded chunk. `sealed` is false for what was still in the sample log. */
export interface ChunkRecord {
  kind: "chunk";
  start: number;
  interval: number;
  group: number;
  sealed: boolean;
}

/** Beside it an encoded chunk of statistics. */
export interface RollupRecord {
  kind: "rollup";
  tier: number;
  start: number;
  group: number;
}

/** Beside it a block of the process table as JSON. */
export interface ProcessesRecord {
  kind: "processes";
  start: number;
}

/** Beside it the sums of an hour or a day as JSON. */
export interface UsageRecord {
  kind: "usage";
  start: number;
  span: "hour" | "day";
}

export type ExcerptRow = Readonly<Record<string, string | number | null>>;

/** A row of `alerts`, `marks`, `containers` or `notifications`, by column. */
export interface RowRecord {
  kind: "row";
  table: RowTable;
  row: ExcerptRow;
}

export interface SeriesRecord {
  kind: "series";
  id: number;
  metric: string;
  labels: Readonly<Record<string, string>>;
}

export type ExcerptRecord = ChunkRecord | RollupRecord | ProcessesRecord | UsageRecord | RowRecord | SeriesRecord;

export interface Excerpted {
  record: ExcerptRecord;
  data?: Buffer;
}

type Column = "text" | "text?" | "number" | "number?" | "json";

/** The tables that are carried row by row, and what their columns hold. A column that is not named here is not carried. */
export const ROW_TABLES = {
  alerts: {
    id: "text",
    timestamp: "text",
    alert_type: "text",
    severity: "text",
    message: "text",
    metric_value: "number?",
    threshold: "number?",
    acknowledged: "number",
    resolved: "number",
    metric: "text",
    labels: "json",
    unit: "text",
    cause: "json",
    first_cause: "json",
    resolved_at: "text?",
    acknowledged_at: "text?",
    acknowledged_by: "text?",
    acknowledged_until: "text?",
    note: "text?",
    forecast_seconds: "number?",
  },
  marks: { id: "text", timestamp: "text", kind: "text", text: "text" },
  containers: { id: "text", name: "text", image: "text?", project: "text?", pod: "text?", seen_at: "text" },
  notifications: {
    id: "text",
    channel: "text",
    message: "json",
    created_at: "text",
    next_attempt_at: "text",
    attempts: "number",
    sent_at: "text?",
    failed_at: "text?",
  },
} as const satisfies Record<string, Readonly<Record<string, Column>>>;

export type RowTable = keyof typeof ROW_TABLES;
