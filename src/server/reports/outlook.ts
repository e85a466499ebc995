/** What an outlook is called in a report. */
import type { Outlook } from "~/domain/outlook";
import { safeName } from "~/domain/report";

/** "/var", "inodes of /var", "memory" or "swap". */
export function outlookName({ kind, mountpoint }: Pick<Outlook, "kind" | "mountpoint">): string {
  if (mountpoint === null) return kind;
  return kind === "inodes" ? `inodes of ${safeName(mountpoint)}` : safeName(mountpoint);
}
