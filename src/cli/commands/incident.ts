/** Saves what is stored of a stretch into one file, which `open` shows on any machine. */
import { momentOf } from "../time";
import { type DownloadInput, download } from "./download";

export interface IncidentInput extends Omit<DownloadInput, "flags"> {
  flags: DownloadInput["flags"] & { from?: string; to?: string; hours?: string; redact?: boolean };
}

export function incident(file: string | undefined, { flags, ...input }: IncidentInput): Promise<void> {
  const { from, to, hours, redact, ...rest } = flags;
  const now = Date.now();
  const query = new URLSearchParams();
  if (from !== undefined) query.set("from", String(momentOf("--from", from, now)));
  if (to !== undefined) query.set("to", String(momentOf("--to", to, now)));
  if (hours !== undefined) query.set("hours", hours);
  if (redact) query.set("redact", "1");
  return download("/api/export/incident", query, { ...input, flags: { ...rest, ...(file !== undefined && { output: file }) } });
}
