import type { AlertAnswer } from "~/domain/alert";

/** An alert as the list shows it; `mutedBy` names the silence or the alert that mutes it. */
export type ListedAlert = AlertAnswer & { mutedBy?: string | null };
