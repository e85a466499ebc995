/** What one machine has on its pages and an engine has to be told: who uses what, which alerts fire, when a filesystem is full. */
import type { Alert } from "~/domain/alert";
import type { Outlook } from "~/domain/outlook";
import { ProgramUse } from "~/domain/program-use";
import type { Reading } from "~/domain/sample";
import type { EngineParts } from "./engine-parts";

const PROGRAMS_EVERY_MS = 10_000;
/** The forecast looks at a month: it does not change much within a quarter of an hour. */
const OUTLOOK_EVERY_MS = 15 * 60_000;

/** `ALERTS` as Prometheus writes it: 1 while it pends or fires. */
export function alertReadings(
  alerts: readonly Pick<Alert, "rule" | "severity" | "labels">[],
  alertstate: "pending" | "firing",
): Reading[] {
  return alerts.map(({ rule, severity, labels }) => ({
    metric: "hostscope.alert.state",
    labels: { ...labels, alertname: rule, alertstate, severity },
    value: 1,
  }));
}

/** Whole minutes until each filesystem is full, of those for which that is foretold. */
export function fullReadings(outlook: readonly Outlook[], now: number): Reading[] {
  return outlook.flatMap(({ kind, mountpoint, full }) =>
    kind !== "filesystem" || mountpoint === null || full === null
      ? []
      : [
          {
            metric: "hostscope.filesystem.full.time",
            labels: { "system.filesystem.mountpoint": mountpoint },
            value: Math.max(0, Math.round((full.expected - now) / 60_000) * 60),
          },
        ],
  );
}

export interface ReadingsForEngines {
  /** Call it each tick. */
  read(now: number): Reading[];
}

export function readingsForEngines(
  { store, past, alerts }: Pick<EngineParts, "store" | "past" | "alerts">,
  onError: (error: unknown) => void,
): ReadingsForEngines {
  const use = new ProgramUse();
  let [programsAt, outlookAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let programs: Reading[] = [];
  let outlook: Outlook[] = [];
  const renew = (monotonic: number, now: number) => {
    if (monotonic - programsAt >= PROGRAMS_EVERY_MS) {
      programsAt = monotonic;
      programs = use.read(store.processes.all(), monotonic);
    }
    if (monotonic - outlookAt < OUTLOOK_EVERY_MS) return;
    outlookAt = monotonic;
    past.outlook(now).then((found) => (outlook = found), onError);
  };
  return {
    read(now) {
      renew(performance.now(), now);
      const { manager } = alerts;
      return [
        ...programs,
        ...fullReadings(outlook, now),
        ...alertReadings(manager.active(), "firing"),
        ...alertReadings(manager.pending(), "pending"),
      ];
    },
  };
}
