import Link from "next/link";
import { Card } from "~/components/ui/card";
import { Meter } from "~/components/ui/meter";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { roughTime } from "~/domain/rough-time";
import type { FilesystemRow } from "./filesystems";

const TEXT = { ok: "text-muted", info: "text-info", warning: "text-warning", critical: "text-critical" } as const;
const PATH = "/performance?find=system.filesystem";

interface FilesystemsCardProps {
  rows: readonly FilesystemRow[];
  /** Mounts that do not answer, in words. */
  silent: readonly string[];
}

export function FilesystemsCard({ rows, silent }: FilesystemsCardProps) {
  const link = usePageLink();
  const format = useFormat();
  const { overview, ui } = useWords();
  const words = overview.filesystems;
  return (
    <Card title={words.title} href={link(PATH)}>
      {rows.length === 0 && silent.length === 0 && <p className="text-[12.5px] text-muted">{words.none}</p>}
      <ul className="flex flex-col gap-3">
        {rows.map(({ mountpoint, utilization, freeBytes, readOnly, severity, fullInSeconds }) => (
          <li key={mountpoint}>
            <div className="mb-0.5 flex flex-wrap items-baseline justify-between gap-x-3">
              <Link
                href={link(PATH)}
                prefetch={false}
                title={mountpoint}
                className="block min-h-[24px] min-w-[24px] truncate leading-[24px] hover:underline"
              >
                {mountpoint}
              </Link>
              <span className={`numbers text-[12.5px] ${TEXT[severity]}`}>
                {[
                  severity === "ok" ? "" : ui.severity[severity],
                  words.usage(format.text(utilization, "1"), format.text(freeBytes, "By")),
                  readOnly ? words.readOnly : "",
                  fullInSeconds === null ? "" : words.full(roughTime(fullInSeconds)),
                ]
                  .filter((part) => part !== "")
                  .join(", ")}
              </span>
            </div>
            <Meter share={utilization} severity={severity} />
          </li>
        ))}
        {silent.map((text) => (
          <li key={text} className="break-words text-critical" suppressHydrationWarning>
            {text}
          </li>
        ))}
      </ul>
    </Card>
  );
}
