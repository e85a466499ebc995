/** Report options as the URL that makes the report. Pure. */
import type { ReportFormat } from "~/domain/report";

export interface ReportChoice {
  hours?: number;
  /** Epoch milliseconds. */
  from?: number;
  to?: number;
  timeZone: string;
}

export function exportAddress(
  format: ReportFormat,
  { hours, from, to, timeZone }: ReportChoice,
  { inline = false } = {},
): string {
  const query = new URLSearchParams({ format });
  if (hours !== undefined) query.set("hours", String(hours));
  if (from !== undefined) query.set("from", new Date(from).toISOString());
  if (to !== undefined) query.set("to", new Date(to).toISOString());
  query.set("timeZone", timeZone);
  if (inline) query.set("inline", "1");
  return `/api/export/report?${query}`;
}
