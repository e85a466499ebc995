type Severity = "ok" | "warning" | "critical";

const BAR: Record<Severity, string> = { ok: "bg-series-blue", warning: "bg-warning", critical: "bg-critical" };

/** A share of a whole as a bar. The numbers stand beside it in words, so the bar itself is for the eye only. Tremor's own brings a tooltip library of 14 KB. */
export function Meter({ share, severity }: { share: number; severity: Severity }) {
  return (
    <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-line">
      <div className={`h-full rounded-full ${BAR[severity]}`} style={{ width: `${Math.min(100, share * 100)}%` }} />
    </div>
  );
}
