/** The one runtime of this process. Next loads several copies of a module, so the runtime is stored on globalThis. */
import type PQueue from "p-queue";
import type { AuditChange, LocalConnection } from "~/domain/access";
import type { Severity } from "~/domain/alert";
import type { ContainerFacts, ContainerName } from "~/domain/container";
import type { Cause } from "~/domain/contributor";
import type { Explanation, Span } from "~/domain/explanation";
import type { Health } from "~/domain/health";
import type { HostFacts, LoggedInUser, NotMeasured } from "~/domain/host";
import type { Machine } from "~/domain/machine";
import type { Mark } from "~/domain/mark";
import type { DefinitionOf, MetricDefinition } from "~/domain/metric";
import type { ProcessDetails } from "~/domain/process-details";
import type { Receiver, ReceiverKind } from "~/domain/receiver";
import type { Labels, Reading } from "~/domain/sample";
import type { Setting } from "~/domain/setting";
import type { FailedUnit } from "~/domain/systemd";
import type { AlertManager } from "./alerts/manager";
import type { Bus } from "./bus";
import type { CustomStatus } from "./collectors/custom/runner";
import type { OpenSockets } from "./collectors/socket-owners";
import type { AccessService } from "./compose/access";
import type { AlertService } from "./compose/alerts";
import type { ReportService } from "./compose/reports";
import type { ConfigChange, EditOptions } from "./config/edit";
import type { Config } from "./config/schema";
import type { ContainerStatesNow } from "./containers/states";
import type { ComparableMetric, Comparison } from "./fleet/compare";
import type { Logger } from "./log";
import type { Reader } from "./reader/reader";
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

export interface MachineAlert {
  machine: string;
  rule: string;
  severity: Severity;
  labels: Labels;
  /** Address of that machine's own Alerts page; null when only it reaches it. */
  url: string | null;
}

/** All machines that write to one engine. What asks it throws an AppError `unavailable` when it cannot be read. */
export interface Fleet {
  /** Names of labels that machines can be grouped by. */
  labels: readonly string[];
  /** The same for all who ask within some seconds. */
  machines(signal?: AbortSignal): Promise<{ at: number; machines: Machine[] }>;
  /** The worst first. */
  alerts(signal?: AbortSignal): Promise<{ at: number; alerts: MachineAlert[] }>;
  comparable(): ComparableMetric[];
  compare(
    asked: { metric: string; from: number; to: number; points: number },
    signal?: AbortSignal,
  ): Promise<Comparison & ComparableMetric>;
  /** Shows another machine on the pages of this one; throws an AppError `not_found` for one that the engine does not know. */
  machine(name: string): Promise<Runtime>;
}

export interface Runtime {
  /** The current configuration, which changes when the file is saved. */
  readonly config: Config;
  version: string;
  /** The history in the database is a recording; pages say so. */
  demo: boolean;
  /** Null where a machine is watched; what `hostscope open` shows cannot be changed. Epoch milliseconds. */
  incident: { from: number; to: number; redacted: boolean; timeZone: string } | null;
  /** Another machine that is shown, read from an engine; null where this one is. `url` is the address of its own pages. */
  machine: { name: string; url: string | null } | null;
  /** All machines of the engine; null without `fleet` in the configuration. */
  fleet(): Fleet | null;
  /** Epoch milliseconds: what "the last hour" ends with. */
  now(): number;
  accessSecret: string;
  /** The path of `server.public_url`, such as `/monitor`; empty at the root. */
  basePath: string;
  /** Folder of the rendered documentation. */
  documentationDir: string;
  bus: Bus;
  store: Pick<Store, "firstReading" | "processes" | "since" | "processesSince" | "storage">;
  /** Everything that was stored. */
  past: Pick<
    Reader,
    | "history"
    | "historyToSend"
    | "active"
    | "topConsumers"
    | "processesAt"
    | "dataText"
    | "excerpt"
    | "processLife"
    | "outlook"
    | "usual"
  >;
  log: Logger;
  host(): HostFacts;
  /** What this system does not allow to be measured. */
  notMeasured(): readonly NotMeasured[];
  containers: {
    list(): ContainerFacts[];
    nameOf: ContainerName;
    /** What the engines say now; asks them. */
    states(): Promise<ContainerStatesNow>;
  };
  /** Units of systemd that have failed. */
  failedUnits(): readonly FailedUnit[];
  /** The server runs as root, and reads what /proc refuses to others. */
  runsAsRoot: boolean;
  /** /proc is mounted with hidepid: it shows the processes of others to nobody but root. */
  hidesProcesses: boolean;
  /** The user at the client's end of a connection within this machine; null when that cannot be found out. */
  userOfConnection(connection: LocalConnection): string | null;
  users(): LoggedInUser[];
  /** Read when somebody asks: who listens, and who talks to whom. */
  openSockets(): Promise<OpenSockets>;
  /** Names of the interfaces that default routes lead over. */
  defaultInterfaces(): readonly string[];
  /** Null when no process with that pid is running. */
  processDetails(pid: number): Promise<ProcessDetails | null>;
  health(): Health;
  alerts: {
    manager: Pick<AlertManager, "active" | "acknowledge" | "unacknowledge" | "resolve" | "reopen" | "mutedBy">;
    store: Pick<AlertStore, "list" | "get" | "notifications">;
  } & Pick<AlertService, "rules" | "silences" | "backtest" | "test" | "channels" | "channelStates" | "links">;
  /** Histories are made one or two at a time: each takes much memory. */
  histories: Pick<PQueue, "add" | "size">;
  /** The configuration file, setting by setting. */
  settings: {
    list(): Setting[];
    /** The file as it stands, with secrets hidden; null while it has mistakes that leave open where secrets are. */
    text(): string | null;
    /** The entries of a list as written in the file. */
    entries(path: "alerts.rules" | "alerts.silences" | "reports.schedules"): Record<string, unknown>[];
    receivers(): { kinds: ReceiverKind[]; receivers: Receiver[] };
    etag(): string;
    /** Writes the file and returns what is different in it now; throws AppError. */
    change(changes: readonly ConfigChange[], options: Partial<EditOptions> & { ifMatch?: string | undefined }): AuditChange[];
    mistakes(): readonly string[];
  };
  reports: Omit<ReportService, "stop" | "failures">;
  /** Users, logins and tokens; loaded on first use. */
  access: AccessService;
  audit: Pick<AuditLog, "record" | "list">;
  marks: Pick<MarkStore, "list" | "remove"> & {
    /** Stores a mark and publishes it to all open charts. */
    add(mark: Omit<Mark, "id">): Promise<Mark>;
  };
  /** Who explains a metric in the seconds before a moment. */
  cause(asked: { metric: string; labels: Labels; at: number; seconds: number }, signal: AbortSignal | undefined): Promise<Cause>;
  /** What was different in a stretch of time from the time before it. */
  explanation(span: Span, signal: AbortSignal | undefined): Promise<Explanation>;
  /** Every metric of this machine: built in, configured and pushed. */
  metrics(): MetricDefinition[];
  definitionOf: DefinitionOf;
  custom: {
    statuses(): CustomStatus[];
    /** Defines metrics that are not known yet. Throws an AppError when there are too many. */
    push(taken: readonly { reading: Reading; unit: string; at: number }[]): void;
  };
  /**
   * Call at the start of every request; `what` is its method and path. After `collected` resolves, the answer includes every tick so far
   * (worker/tick-batching.ts).
   */
  beginRequest(what: string): BegunRequest;
  monitoring: {
    state(): MonitoringState;
    set(running: boolean): Promise<MonitoringState>;
  };
  /** Reads the configuration now, and writes to new log files. */
  reload(): void;
  stop(): Promise<void>;
}

const KEY = Symbol.for("hostscope.runtime");
const RESTART = Symbol.for("hostscope.restart");
type Slot = { [KEY]?: Runtime | undefined; [RESTART]?: Promise<void> | undefined };

export function setRuntime(runtime: Runtime): void {
  (globalThis as Slot)[KEY] = runtime;
}

/** There is no runtime until `restart` resolves, which has set the next one. */
export function replaceRuntime(restart: (before: Runtime) => Promise<void>): void {
  const slot = globalThis as Slot;
  // What changed while it restarts comes after it.
  if (slot[RESTART]) return void slot[RESTART].then(() => replaceRuntime(restart));
  const before = slot[KEY];
  if (!before) return;
  slot[KEY] = undefined;
  slot[RESTART] = restart(before).finally(() => {
    slot[RESTART] = undefined;
  });
}

/** While the runtime is restarted, whoever asks waits for the next one. Undefined before the start. */
export async function currentRuntime(): Promise<Runtime | undefined> {
  await (globalThis as Slot)[RESTART];
  return findRuntime();
}

export function findRuntime(): Runtime | undefined {
  return (globalThis as Slot)[KEY];
}

/** Throws when the runtime was not started. Requests arrive only after the start. */
export function getRuntime(): Runtime {
  const runtime = findRuntime();
  if (!runtime) throw new Error("Hostscope is not running in this process: start it with `npm start`");
  return runtime;
}
