/** As in the address. */
export const TABS = ["Active", "History", "Rules", "Silences", "Channels"] as const;

export const FIRST_TAB = "Active";

interface Opened {
  /** Ids of the alerts that are over. */
  past: readonly string[];
  /** The alert in the address, or nothing. */
  open: string;
  /** The last alert that was active while it was open. */
  wasActive: string;
}

/** The tab that an address shows. A link to an alert that is over opens the History tab; one that ends while it is open does not. */
export function shownTab(tab: string, { past, open, wasActive }: Opened): string {
  return tab === FIRST_TAB && open !== wasActive && past.includes(open) ? "History" : tab;
}

/** The parameters of a chosen tab. The open alert is closed: an alert that is over would lead back to History. */
export function chosenTab(tab: string): { tab: string | null; alert: null } {
  return { tab: tab === FIRST_TAB ? null : tab, alert: null };
}
