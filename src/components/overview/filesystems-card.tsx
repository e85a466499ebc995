import { Card } from "~/components/ui/card";
import { Meter } from "~/components/ui/meter";
import { fillWords } from "~/domain/fill-words";
import { formatText } from "~/domain/format-value";
import { severityOfShare } from "./health-sentence";

export interface FilesystemRow {
  mountpoint: string;
  utilization: number | null;
  freeBytes: number | null;
  readOnly: boolean;
  /** Null when that is not foretold. */
  fullInSeconds: number | null;
}

const TEXT = { ok: "", warning: "text-warning", critical: "text-critical" } as const;

interface FilesystemsCardProps {
  rows: readonly FilesystemRow[];
  /** Mounts that do not answer, in words. */
  silent: readonly string[];
}

export function FilesystemsCard({ rows, silent }: FilesystemsCardProps) {
  return (
    <Card title="Filesystems">
      {rows.length === 0 && silent.length === 0 && <p className="text-[12.5px] text-muted">None that can fill up</p>}
      <ul className="flex flex-col gap-3">
        {rows.map(({ mountpoint, utilization, freeBytes, readOnly, fullInSeconds }) => {
          const severity = severityOfShare(utilization);
          return (
            <li key={mountpoint}>
              <div className="mb-1 flex items-baseline justify-between gap-3">
                <span className="truncate" title={mountpoint}>
                  {mountpoint}
                </span>
                <span className={`numbers shrink-0 text-[12.5px] ${TEXT[severity]}`}>
                  {severity === "ok" ? "" : `${severity}: `}
                  {formatText(utilization, "1")} used, {formatText(freeBytes, "By")} free
                  {readOnly ? ", read-only" : ""}
                  {fullInSeconds !== null && `, ${fillWords(fullInSeconds)}`}
                </span>
              </div>
              <Meter share={utilization ?? 0} severity={severity} />
            </li>
          );
        })}
        {silent.map((text) => (
          <li key={text} className="truncate text-critical" title={text} suppressHydrationWarning>
            {text}
          </li>
        ))}
      </ul>
    </Card>
  );
}
