import { Sparkline } from "~/components/charts/sparkline";
import { Card } from "~/components/ui/card";
import { formatText, formatValue } from "~/domain/units";

interface KpiProps {
  label: string;
  value: number | null;
  unit: string;
  /** What the number is made of, or of how much. */
  note: string;
  color: string;
  values: readonly (number | null)[];
  max?: number;
  stale: boolean;
}

export function KpiCard({ label, value, unit, note, color, values, max, stale }: KpiProps) {
  const { number, unit: suffix } = formatValue(value, unit);
  return (
    <Card className="flex flex-col gap-1 !p-3.5">
      <h2 className="text-[12.5px] text-muted">{label}</h2>
      <p
        className={`numbers text-[25px] leading-tight font-semibold ${stale ? "stale" : ""}`}
        title={value === null ? "no reading" : formatText(value, unit)}
      >
        {number}
        {suffix && <span className="ml-0.5 text-[13px] font-normal text-muted">{suffix}</span>}
      </p>
      <p className="numbers truncate text-[12.5px] text-muted" title={note}>
        {note}
      </p>
      <div className={`mt-1 ${stale ? "stale" : ""}`}>
        <Sparkline values={values} color={color} {...(max !== undefined && { max })} />
      </div>
    </Card>
  );
}
