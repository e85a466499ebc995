/** The alerts of another machine, as the engine knows them. What is to be decided of them is decided on the machine itself. */
import type { Alert } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { alertRuns, alertsOf } from "../fleet/machine-parts";
import { type PromClient, quoted } from "../fleet/promql";
import type { RemoteMachine } from "../fleet/remote-history";
import type { Runtime } from "../runtime";

const DAY_MS = 86_400_000;
const MOST_DAYS = 31;

const newestFirst = (a: Pick<Alert, "startedAt" | "id">, b: Pick<Alert, "startedAt" | "id">) =>
  b.startedAt - a.startedAt || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);

interface Source extends RemoteMachine {
  client: PromClient;
  /** Labels that the machine gives to every series. */
  external: ReadonlySet<string>;
}

interface Refusals {
  refuse: () => never;
  notHere: (what: string) => () => Promise<never>;
}

export function alertsOfMachine(
  { name, writtenMs, client, external }: Source,
  here: Pick<Runtime, "alerts">,
  { refuse, notHere }: Refusals,
): Runtime["alerts"] {
  const selector = `ALERTS{instance=${quoted(name)},job="hostscope"}`;
  const alertsIn = async (from: number, to: number) => {
    const end = Math.min(to, Date.now());
    const runs = await alertRuns(client, selector, { from: Math.min(from, end - writtenMs), to: end, stepMs: writtenMs });
    const alerts = alertsOf(runs, { stepMs: writtenMs, now: end, external });
    return alerts.filter(({ startedAt, state }) => startedAt >= from || state === "firing");
  };
  return {
    ...here.alerts,
    manager: {
      active: () => [],
      acknowledge: refuse,
      unacknowledge: refuse,
      resolve: refuse,
      reopen: refuse,
      mutedBy: () => null,
    },
    store: {
      async list({ from, to, state, severity, after, limit }) {
        if (to - from > MOST_DAYS * DAY_MS)
          throw new AppError("too_large", `The alerts of another machine are read for at most ${MOST_DAYS} days at a time.`);
        const found = (await alertsIn(from, to)).filter(
          (alert) =>
            (state === undefined || alert.state === state) &&
            (severity === undefined || alert.severity === severity) &&
            (after === undefined || newestFirst(alert, after) > 0),
        );
        return found.sort(newestFirst).slice(0, limit);
      },
      // The id begins with the start.
      get: async (id) => {
        const from = Number.parseInt(id, 36);
        const now = Date.now();
        // One that fires for longer than is looked back begins with the day before that.
        if (!(from > now - (MOST_DAYS + 2) * DAY_MS && from <= now)) return null;
        return (await alertsIn(from, now)).find((alert) => alert.id === id) ?? null;
      },
      notifications: async () => [],
    },
    rules: () => [],
    silences: { list: () => [], add: refuse, end: refuse },
    backtest: notHere("Rules"),
    test: refuse,
    channels: () => [],
    channelStates: () => [],
  };
}
