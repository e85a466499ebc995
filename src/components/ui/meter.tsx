import type { Severity as AlertSeverity } from "~/domain/alert";

type Severity = "ok" | AlertSeverity;

const BAR: Record<Severity, string> = { ok: "bg-series-blue", info: "bg-info", warning: "bg-warning", critical: "bg-critical" };

/** A share as a bar, hidden from screen readers: the numbers are beside it. Tremor's own adds a tooltip library of 14 KB. */
export function Meter({ share, severity }: { share: number; severity: Severity }) {
  return (
    <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-line">
      <div className={`h-full rounded-full ${BAR[severity]}`} style={{ width: `${Math.min(100, share * 100)}%` }} />
    </div>
  );
}
