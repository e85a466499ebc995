import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Bus } from "../bus";
import type { Platform } from "../collectors/platform";
import type { LineLog } from "../log";
import type { MetricCatalogue } from "../metric-catalogue";
import type { Reader } from "../reader/reader";
import type { MonitoringState } from "../runtime";
import type { Store } from "../store/store";
import type { CollectorThread } from "../worker/worker";
import type { AccessService } from "./access";
import type { AlertService } from "./alerts";
import type { CustomMetricsService } from "./custom-metrics";
import type { EngineService } from "./engines";
import type { MemoryService } from "./memory";
import type { Observers } from "./observers";
import type { ReportService } from "./reports";
import type { SettingsService } from "./settings";

/** Everything that is open while the server runs. */
export interface Parts {
  startedAt: number;
  intervalMs: number;
  platform: Platform;
  settings: SettingsService;
  bus: Bus;
  store: Store;
  /** Reads the past without holding up what runs now. */
  past: Reader;
  catalogue: MetricCatalogue;
  alerts: AlertService;
  access: AccessService;
  custom: CustomMetricsService;
  observers: Observers;
  reports: ReportService;
  alertLog: LineLog;
  worker: CollectorThread;
  monitoring: { current: MonitoringState };
  host: { current: HostFacts };
  engines: EngineService;
  memory: MemoryService;
  addMark(mark: Omit<Mark, "id">): Promise<Mark>;
}
