import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useWords } from "~/components/words/words-provider";
import type { Severity } from "~/domain/alert";

const LOOK = {
  info: { icon: Info, color: "text-info" },
  warning: { icon: TriangleAlert, color: "text-warning" },
  critical: { icon: CircleAlert, color: "text-critical" },
  resolved: { icon: CircleCheck, color: "text-ok" },
} as const;

/** A severity as icon, colour and word: never by colour alone. */
export function SeverityBadge({ severity }: { severity: Severity | "resolved" }) {
  const { icon: Icon, color } = LOOK[severity];
  const { ui } = useWords();
  return (
    <span className={`inline-flex items-baseline gap-1.5 text-[12.5px] ${color}`}>
      <Icon size={14} aria-hidden="true" className="shrink-0 self-center" />
      {severity === "resolved" ? ui.resolved : ui.severity[severity]}
    </span>
  );
}
