import Link from "next/link";
import { Sparkline } from "~/components/charts/sparkline";
import { Card } from "~/components/ui/card";
import { SeverityBadge } from "~/components/ui/severity-badge";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Severity } from "~/domain/alert";
import type { Kpi } from "./kpis";

const COLOR = { info: "text-info", warning: "text-warning", critical: "text-critical" } as const;

interface KpiCardProps extends Kpi {
  stale: boolean;
  /** The worst alert on it. */
  found: { severity: Severity; text: string } | null;
}

/** One number; the whole card leads to its charts. */
export function KpiCard({ label, path, value, unit, note, change, found, color, trend, max, stale }: KpiCardProps) {
  const link = usePageLink();
  const format = useFormat();
  const { noReading } = useWords().overview.kpi;
  const { number, unit: suffix } = format.value(value, unit);
  return (
    <Card className="relative flex flex-col gap-0.5 !p-3.5 hover:border-muted">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-[12.5px] text-muted">
          <Link
            href={link(path)}
            prefetch={false}
            className="inline-flex min-h-[24px] min-w-[24px] items-center after:absolute after:inset-0 after:rounded-[10px]"
          >
            {label}
          </Link>
        </h2>
        {found && (
          <span title={found.text}>
            <SeverityBadge severity={found.severity} />
          </span>
        )}
      </div>
      <p
        className={`numbers text-[25px] leading-tight font-semibold ${found ? COLOR[found.severity] : ""} ${stale ? "stale" : ""}`}
        title={value === null ? noReading : format.text(value, unit)}
      >
        {number}
        {suffix && <span className="ml-0.5 text-[13px] font-normal text-muted">{suffix}</span>}
      </p>
      <p className="numbers text-[12.5px] text-muted">{note}</p>
      {/* At the bottom, so that the changes and the lines of a row are at one height. */}
      <p className="numbers mt-auto min-h-[18px] text-[12.5px] text-muted">{change}</p>
      <div className={`pt-1 ${stale ? "stale" : ""}`}>
        <Sparkline values={trend} color={color} {...(max !== undefined && { max })} />
      </div>
    </Card>
  );
}
