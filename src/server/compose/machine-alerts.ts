/** The alerts of another machine, as the engine knows them. What is to be decided of them is decided on the machine itself. */
import type { Alert } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { alertSamples, alertsOf } from "../fleet/machine-parts";
import { type PromClient, quoted } from "../fleet/promql";
import type { RemoteMachine } from "../fleet/remote-history";
import type { Runtime } from "../runtime";

/** How far back the start of an alert is looked for. */
const LONGEST_ALERTS_MS = 31 * 24 * 3_600_000;

const newestFirst = (a: Pick<Alert, "startedAt" | "id">, b: Pick<Alert, "startedAt" | "id">) =>
  b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);

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
    const now = Date.now();
    if (to - from > LONGEST_ALERTS_MS)
      throw new AppError("too_large", "The alerts of another machine are read for at most 31 days at a time.");
    const end = Math.min(to, now);
    const samples = await alertSamples((at, windowMs) => client.samples(selector, at, windowMs), {
      from: Math.min(from, end - writtenMs),
      to: end,
      stepMs: writtenMs,
      earliest: now - LONGEST_ALERTS_MS,
    });
    const alerts = alertsOf(samples, { stepMs: writtenMs, now: end, external });
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
        const found = (await alertsIn(from, to)).filter(
          (alert) =>
            (state === undefined || alert.state === state) &&
            (severity === undefined || alert.severity === severity) &&
            (after === undefined || newestFirst(after, alert) < 0),
        );
        return found.sort(newestFirst).slice(0, limit);
      },
      // The id begins with the start.
      get: async (id) => {
        const from = Number.parseInt(id, 36);
        const now = Date.now();
        if (!(from > now - LONGEST_ALERTS_MS && from <= now)) return null;
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
