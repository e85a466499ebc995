import { ProgressBar } from "@tremor/react";

type Severity = "ok" | "warning" | "critical";

const BAR: Record<Severity, string> = {
  ok: "[&>div>div]:bg-series-blue",
  warning: "[&>div>div]:bg-warning",
  critical: "[&>div>div]:bg-critical",
};

/** A share of a whole as a bar. The numbers stand beside it in words, so the bar itself is for the eye only. */
export function Meter({ share, severity }: { share: number; severity: Severity }) {
  return (
    <div aria-hidden="true">
      <ProgressBar value={Math.min(100, share * 100)} className={`[&>div]:h-1.5 [&>div]:bg-line ${BAR[severity]}`} />
    </div>
  );
}
