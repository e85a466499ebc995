import { type DownloadInput, download } from "./download";

interface ReportInput extends DownloadInput {
  flags: DownloadInput["flags"] & {
    format: string;
    hours?: string;
    from?: string;
    to?: string;
    timeZone?: string;
    rows?: string;
  };
}

interface ExportInput extends DownloadInput {
  flags: DownloadInput["flags"] & {
    format: string;
    hours?: string;
    from?: string;
    to?: string;
    metric?: string[];
    step?: string;
  };
}

function queryOf(fields: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value);
  return query;
}

export function report(input: ReportInput): Promise<void> {
  const { format, hours, from, to, timeZone, rows } = input.flags;
  return download("/api/export/report", queryOf({ format, hours, from, to, timeZone, rows }), input);
}

export function exportData(input: ExportInput): Promise<void> {
  const { format, hours, from, to, metric, step } = input.flags;
  return download("/api/export/data", queryOf({ format, hours, from, to, metric: metric?.join(","), step }), input);
}
