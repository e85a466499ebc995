import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Bus } from "../bus";
import type { Platform } from "../collectors/platform";
import type { MetricCatalogue } from "../metric-catalogue";
import type { MonitoringState } from "../runtime";
import type { Store } from "../store/store";
import type { BackgroundWorker } from "../worker/worker";
import type { Access } from "./access";
import type { Alerts } from "./alerts";
import type { CustomMetrics } from "./custom-metrics";
import type { Reports } from "./reports";
import type { Settings } from "./settings";

/** Everything that is open while the server runs. */
export interface Parts {
  startedAt: number;
  intervalMs: number;
  platform: Platform;
  settings: Settings;
  bus: Bus;
  store: Store;
  catalogue: MetricCatalogue;
  alerts: Alerts;
  access: Access;
  custom: CustomMetrics;
  reports: Reports;
  worker: BackgroundWorker;
  monitoring: { current: MonitoringState };
  host: { current: HostFacts };
  addMark(mark: Omit<Mark, "id">): Promise<Mark>;
}
