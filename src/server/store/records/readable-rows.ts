/** Writes the rows of `system_metrics`, `process_metrics` and `custom_metrics` with prepared statements. */
import type Database from "better-sqlite3";
import type { CustomMetricCreateManyInput } from "../generated/models";
import type { MinuteRows } from "./minute-tables";

type Value = string | number | Date | null | undefined;

/** Formats dates as Prisma does, which also queries these tables. */
function stored(value: Value): string | number | null {
  return value instanceof Date ? value.toISOString().replace("Z", "+00:00") : (value ?? null);
}

/** Inserts objects whose keys are the table's columns; missing keys become null. */
function inserter(database: Database.Database, table: string): (row: object) => void {
  const columns = database.prepare("SELECT name FROM pragma_table_info(?) WHERE name <> 'id'").pluck().all(table) as string[];
  const statement = database.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  return (row) => void statement.run(columns.map((column) => stored((row as Record<string, Value>)[column])));
}

export class ReadableRows {
  /** Writes all rows of a minute or none. Throws SQLite's error. */
  readonly addMinute: (rows: MinuteRows) => void;
  readonly addCustom: (rows: readonly CustomMetricCreateManyInput[]) => void;
  /** True when it was written. */
  readonly setSetting: (name: string, value: string, changedAt: Date) => boolean;

  constructor(database: Database.Database) {
    const system = inserter(database, "system_metrics");
    const process = inserter(database, "process_metrics");
    const custom = inserter(database, "custom_metrics");
    this.addMinute = database.transaction((rows: MinuteRows) => {
      system(rows.system);
      rows.processes.forEach(process);
    });
    const setting = database.prepare(
      "INSERT INTO settings (name, value, changed_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
    );
    this.setSetting = (name, value, changedAt) => setting.run(name, value, stored(changedAt)).changes > 0;
    this.addCustom = database.transaction((rows: readonly CustomMetricCreateManyInput[]) => rows.forEach(custom));
  }
}
