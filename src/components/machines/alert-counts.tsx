import { SeverityBadge } from "~/components/ui/severity-badge";
import { SEVERITIES } from "~/domain/alert";
import type { MachineRow } from "./columns";

/** How many alerts fire of each severity, the worst first. */
export function AlertCounts({ alerts }: Pick<MachineRow, "alerts">) {
  const firing = SEVERITIES.toReversed().filter((severity) => alerts[severity] > 0);
  return (
    <span className="flex flex-wrap gap-x-2 leading-[16px]">
      {firing.map((severity, place) => (
        <SeverityBadge key={severity} severity={severity} count={alerts[severity]} short={place > 0} />
      ))}
    </span>
  );
}
