import type { AlertAnswer } from "~/domain/alert";
import type { Health } from "~/domain/health";
import type { HostFacts } from "~/domain/host";
import type { ProcessRow } from "~/domain/process";
import type { Labels } from "~/domain/sample";

interface Metric {
  metric: string;
  labels: Labels;
  value: number | null;
  unit: string;
}

export type StatusAlert = AlertAnswer & { mutedBy?: string | null };

/** The output of `status`: the same from a server and from the kernel. */
export interface Status {
  timestamp: string | null;
  host: Pick<HostFacts, "name" | "os" | "kernel" | "memoryBytes"> & { cpus: number; bootTime: string };
  health: Health | null;
  monitoring: "running" | "stopped" | null;
  alerts: StatusAlert[] | null;
  users: { name: string; terminal: string; from: string; since: string }[];
  metrics: Metric[];
  processes: Pick<ProcessRow, "pid" | "name" | "command" | "user" | "cpu" | "memoryBytes">[];
}

/** Number of top processes shown. */
export const TOP = 5;
