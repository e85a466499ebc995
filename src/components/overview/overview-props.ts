import type { Health } from "~/domain/health";
import type { HostFacts, LoggedInUser } from "~/domain/host";

export interface OverviewProps {
  health: Health;
  host: HostFacts & { users: (Omit<LoggedInUser, "since"> & { since: string })[] };
  /** ISO 8601, null when nothing is stored yet. */
  since: string | null;
}
