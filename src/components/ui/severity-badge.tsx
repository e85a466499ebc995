import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useWords } from "~/components/words/words-provider";
import type { Severity } from "~/domain/alert";

const LOOK = {
  info: { icon: Info, color: "text-info" },
  warning: { icon: TriangleAlert, color: "text-warning" },
  critical: { icon: CircleAlert, color: "text-critical" },
  resolved: { icon: CircleCheck, color: "text-ok" },
} as const;

interface BadgeProps {
  severity: Severity | "resolved";
  /** How many alerts it stands for. */
  count?: number;
  /** Leaves the word to the icon, where a badge beside it says what such icons mean. */
  short?: boolean;
}

/** A severity as icon, colour and word: never by colour alone. */
export function SeverityBadge({ severity, count, short = false }: BadgeProps) {
  const { icon: Icon, color } = LOOK[severity];
  const { ui } = useWords();
  const word = severity === "resolved" ? ui.resolved : ui.severity[severity];
  return (
    <span className={`inline-flex items-baseline gap-1.5 text-[12.5px] ${color}`} title={short ? word : undefined}>
      <Icon size={14} aria-hidden="true" className="shrink-0 self-center" />
      {count !== undefined && <span className="numbers">{count}</span>}
      {short ? <span className="sr-only">{word}</span> : word}
    </span>
  );
}
