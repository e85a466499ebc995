import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { Sparkline } from "~/components/charts/sparkline";
import { Card } from "~/components/ui/card";
import { formatText, formatValue } from "~/domain/format-value";
import type { Kpi } from "./kpis";

const LOOK = {
  info: { icon: Info, color: "text-info" },
  warning: { icon: TriangleAlert, color: "text-warning" },
  critical: { icon: CircleAlert, color: "text-critical" },
} as const;

export function KpiCard({ label, value, unit, note, change, severity, color, values, max, stale }: Kpi & { stale: boolean }) {
  const { number, unit: suffix } = formatValue(value, unit);
  const look = severity === null ? null : LOOK[severity];
  return (
    <Card className="flex flex-col gap-0.5 !p-3.5">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-[12.5px] text-muted">{label}</h2>
        {look && (
          <span className={`flex items-center gap-1 text-[12.5px] ${look.color}`}>
            <look.icon size={13} aria-hidden="true" />
            {severity}
          </span>
        )}
      </div>
      <p
        className={`numbers text-[25px] leading-tight font-semibold ${look?.color ?? ""} ${stale ? "stale" : ""}`}
        title={value === null ? "no reading" : `${formatText(value, unit)} (${value})`}
      >
        {number}
        {suffix && <span className="ml-0.5 text-[13px] font-normal text-muted">{suffix}</span>}
      </p>
      <p className="numbers truncate text-[12.5px] text-muted" title={note}>
        {note}
      </p>
      <p className="numbers min-h-[18px] truncate text-[12.5px] text-muted">{change}</p>
      <div className={`mt-1 ${stale ? "stale" : ""}`}>
        <Sparkline values={values} color={color} {...(max !== undefined && { max })} />
      </div>
    </Card>
  );
}
