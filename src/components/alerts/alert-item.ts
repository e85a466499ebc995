import type { AlertAnswer } from "~/domain/alert";

/** An alert as the list shows it; `mutedBy` names the silence or the alert that keeps it quiet. */
export type ListedAlert = AlertAnswer & { mutedBy?: string | null };
