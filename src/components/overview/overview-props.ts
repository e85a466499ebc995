import type { HostFacts, LoggedInUser, NotMeasured } from "~/domain/host";

export interface OverviewProps {
  host: HostFacts & {
    users: (Omit<LoggedInUser, "since"> & { since: string })[];
    notMeasured: (Omit<NotMeasured, "since"> & { since?: string | undefined })[];
    incident: { to: string } | null;
  };
  /** Start of the stored history, ISO 8601; null when there is none. */
  since: string | null;
}
