import type { HostFacts } from "~/domain/host";
import type { MetricCatalogue } from "../metric-catalogue";
import type { Reader } from "../reader/reader";
import type { Store } from "../store/store";
import type { AlertService } from "./alerts";

/** What is written to engines is read from these. */
export interface EngineParts {
  store: Store;
  past: Reader;
  catalogue: MetricCatalogue;
  alerts: AlertService;
  host: { current: HostFacts };
}
