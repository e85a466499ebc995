/** The one running Hostscope of this process. Next keeps several copies of a module, so it hangs on globalThis. */
import type { TopContributor } from "~/domain/alert";
import type { Health } from "~/domain/health";
import type { HostFacts, LoggedInUser, NotMeasured } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { MetricDefinition } from "~/domain/metric";
import type { ListeningPort } from "~/domain/network";
import type { ProcessDetails } from "~/domain/process-details";
import type { Reading } from "~/domain/sample";
import type { AlertManager } from "./alerts/manager";
import type { Bus } from "./bus";
import type { CustomStatus } from "./collectors/custom/runner";
import type { Access } from "./compose/access";
import type { Alerts } from "./compose/alerts";
import type { Reports } from "./compose/reports";
import type { Setting } from "./config/describe";
import type { ConfigChange } from "./config/edit";
import type { Config } from "./config/schema";
import type { Logger } from "./log";
import type { AlertStore } from "./store/records/alerts";
import type { AuditLog } from "./store/records/audit";
import type { MarkStore } from "./store/records/marks";
import type { Store } from "./store/store";
import type { BegunRequest } from "./worker/tick-batching";

export interface MonitoringState {
  monitoring: "running" | "stopped";
  /** Epoch milliseconds. */
  since: number;
}

export interface Runtime {
  /** In force now: the file may have been saved since the start. */
  readonly config: Config;
  version: string;
  /** The past in the database is a recording: pages say so. */
  demo: boolean;
  accessSecret: string;
  bus: Bus;
  store: Pick<Store, "history" | "processes" | "processesAt" | "consumers" | "processLife" | "since" | "storage">;
  log: Logger;
  host(): HostFacts;
  /** What this system does not let us measure. */
  notMeasured: readonly NotMeasured[];
  users(): LoggedInUser[];
  listeningPorts(): ListeningPort[];
  /** Null when no such process runs now. */
  processDetails(pid: number): Promise<ProcessDetails | null>;
  health(): Health;
  alerts: {
    manager: Pick<AlertManager, "active" | "acknowledge" | "resolve" | "mutedBy">;
    store: Pick<AlertStore, "list" | "get" | "notifications">;
  } & Pick<Alerts, "rules" | "silences" | "backtest" | "test" | "channels">;
  /** The configuration file, setting by setting. */
  settings: {
    list(): Setting[];
    /** The file's entries of a list, as they are written. */
    entries(path: "alerts.rules" | "alerts.silences"): Record<string, unknown>[];
    etag(): string;
    /** Writes the file; throws AppError. */
    change(changes: readonly ConfigChange[], ifMatch?: string): void;
    mistakes(): readonly string[];
  };
  reports: Omit<Reports, "stop" | "failures">;
  /** Users, logins and tokens; nothing of it is loaded before it is asked. */
  access: Access;
  audit: Pick<AuditLog, "record" | "list">;
  marks: Pick<MarkStore, "list" | "remove"> & {
    /** Stores it and tells everyone who looks at a chart. */
    add(mark: Omit<Mark, "id">): Promise<Mark>;
  };
  /** Null when nothing is kept of the processes at that moment. */
  explain(metric: string, at: number, seconds: number): TopContributor[] | null;
  /** Every metric of this machine: built in, configured and sent. */
  metrics(): MetricDefinition[];
  custom: {
    statuses(): CustomStatus[];
    /** `isNew` makes a metric known that nobody configured. */
    push(reading: Reading, taken: { at: number; isNew: boolean }): void;
  };
  /** Every request begins with this: an answer may use what was collected once `collected` resolves (worker/tick-batching.ts). */
  beginRequest(): BegunRequest;
  monitoring: {
    state(): MonitoringState;
    set(running: boolean): Promise<MonitoringState>;
  };
  stop(): Promise<void>;
}

const KEY = Symbol.for("hostscope.runtime");
type Slot = { [KEY]?: Runtime };

export function setRuntime(runtime: Runtime): void {
  (globalThis as Slot)[KEY] = runtime;
}

export function findRuntime(): Runtime | undefined {
  return (globalThis as Slot)[KEY];
}

/** Throws when nothing was composed: a request can only arrive after that. */
export function getRuntime(): Runtime {
  const runtime = findRuntime();
  if (!runtime) throw new Error("Hostscope is not running in this process: start it with `npm start`");
  return runtime;
}
