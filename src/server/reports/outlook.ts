/** What an outlook is called in a report, and how much is used. */
import { OUTLOOK_METRICS, type Outlook } from "~/domain/outlook";
import { safeName } from "~/domain/report";
import { measured, type ReportInputs, type SeriesFilter } from "./inputs";

/** "/var", "inodes of /var", "Memory" or "Swap". */
export function outlookName({ kind, mountpoint }: Pick<Outlook, "kind" | "mountpoint">): string {
  if (mountpoint === null) return kind === "memory" ? "Memory" : "Swap";
  return kind === "inodes" ? `Inodes of ${safeName(mountpoint)}` : safeName(mountpoint);
}

/** The newest used share in the report's own steps, so that all of its parts show the same number. */
export function usedAtEnd({ current }: Pick<ReportInputs, "current">, { kind, mountpoint, last }: Outlook): number {
  const selection: SeriesFilter = mountpoint === null ? {} : { "system.filesystem.mountpoint": mountpoint };
  return measured(current[OUTLOOK_METRICS[kind]], selection)?.summary.last ?? last;
}
