/**
 * Wires up alerting. In: the configuration, and a frame each tick. Out: rows and messages in the store, and changes to `onAlert`.
 * A failing channel never holds up evaluation, and no alert is sent before it is stored.
 */
import type { Alert, ListedRule } from "~/domain/alert";
import { type RuleConfig, WEEKDAYS, type WeeklySilenceConfig } from "~/domain/alert.schema";
import { type ContainerName, containerAttributes } from "~/domain/container";
import { deriveFrame, type Frame, intervalOf } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { HealthFacts } from "~/domain/health";
import type { HostFacts } from "~/domain/host";
import type { Sample } from "~/domain/sample";
import type { Silence } from "~/domain/silence";
import { AlertManager } from "../alerts/manager";
import type { AlertChange } from "../alerts/manager-options";
import { newId } from "../alerts/new-id";
import { everyAligned } from "../aligned-timer";
import type { Config } from "../config/schema";
import { listRules, ruleFromConfig, stepsOf, toRules } from "../config/to-rules";
import { MACHINE_OUT_OF_MEMORY } from "../kernel-log/classify";
import type { MetricCatalogue } from "../metric-catalogue";
import { lastingHeadline } from "../notifiers/alert-title";
import { type ChannelState, createDeliverer } from "../notifiers/deliver";
import { alertLine } from "../notifiers/log";
import type { Notifier } from "../notifiers/notifier";
import type { Reader } from "../reader/reader";
import type { BacktestAnswer } from "../reader/requests";
import type { StartupOptions } from "../startup-options";
import type { TimedSilence } from "../store/records/silences";
import type { Store } from "../store/store";
import { alertMessage, type MessageFacts, type MessageLinks } from "./alert-messages";
import { type Causes, composeCauses } from "./causes";
import { type TestResult, testChannel } from "./channel-test";
import { channelsOf, heartbeatOf } from "./channels";
import { alertExplainer } from "./explain-alerts";
import { explanationOf, sourcesOf } from "./explanations";
import { createHeartbeat, type Heartbeats } from "./heartbeat";
import { liveFactsOf } from "./live-facts";
import { type AcknowledgeLinks, acknowledgeLinks } from "./message-links";
import type { Observers } from "./observers";
import { ruleBands } from "./usual-bands";

/** The shipped rule whose alert names who was killed. */
const OUT_OF_MEMORY = "out of memory";
const RETRY_EVERY_MS = 5000;
const MAX_BACKTEST_DAYS = 92;

interface AlertDependencies {
  config: Config;
  store: Store;
  past: Pick<Reader, "explanation" | "cause" | "backtest" | "usual">;
  catalogue: Pick<MetricCatalogue, "all" | "definitionOf">;
  /** Appends a line to logs/alerts.log. */
  write: (line: object) => void;
  host: string;
  links: MessageLinks;
  observers: Pick<Observers, "containers" | "oomVictim" | "units">;
  machine: { current: HostFacts };
  onAlert: (change: AlertChange) => void;
  /** Alert handlers of plugins. */
  handlers: readonly ((alert: Alert) => unknown)[];
}

export interface AlertService {
  manager: AlertManager;
  causes: Causes;
  onTick(frame: Frame, time: { elapsedSeconds: number; clockStepMs: number }): void;
  configure(config: Config): void;
  rules(): ListedRule[];
  silences: {
    list(): Silence[];
    add(silence: Omit<TimedSilence, "id">): Promise<TimedSilence>;
    end(id: string): Promise<boolean>;
  };
  backtest(
    rule: RuleConfig,
    range: { from: number; to: number; perWeek: number },
    signal: AbortSignal | undefined,
  ): Promise<BacktestAnswer>;
  /** Sends a test alert through one channel, firing and resolved. */
  test(channel: string): Promise<TestResult>;
  channels(): string[];
  /** How the channels do. */
  channelStates(): HealthFacts["channels"];
  links: AcknowledgeLinks;
  stop(): Promise<void>;
}

function weekly({ name, rule, match, days, from, to, time_zone, note }: WeeklySilenceConfig): Silence {
  const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const window = {
    kind: "weekly" as const,
    days: days.map((day) => WEEKDAYS.indexOf(day)),
    fromMinute: minute(from),
    toMinute: minute(to),
    timeZone: time_zone ?? null,
  };
  return { id: `weekly:${name}`, rule, match, note: note || name, createdBy: null, window };
}

export const timingOf = ({ alerts }: Config) => ({
  groupWaitMs: alerts.group_wait * 1000,
  groupIntervalMs: alerts.group_interval * 1000,
  repeatIntervalMs: alerts.repeat_interval * 1000,
});

/** Past frames to fill windows with, oldest first. */
function* recentFrames(
  { store, catalogue }: Pick<AlertDependencies, "store" | "catalogue">,
  windowSeconds: number,
  intervalSeconds: number,
): Generator<{ frame: Frame; seconds: number }> {
  let previous: Sample | undefined;
  const now = Date.now();
  for (const sample of store.recent(now - windowSeconds * 1000)) {
    // Measured while the clock was ahead.
    if (sample.at > now) return;
    const seconds = intervalOf(sample);
    yield {
      frame: deriveFrame(previous, sample, catalogue.definitionOf),
      seconds: Number.isNaN(seconds) ? intervalSeconds : seconds,
    };
    previous = sample;
  }
}

/** The longest window in seconds. */
function longestWindow(rules: readonly { windowSeconds: number }[]): number {
  return Math.max(0, ...rules.map(({ windowSeconds }) => windowSeconds));
}

/** Backtests a rule over a time range. Throws `too_large` beyond 92 days. */
export async function tryRule(
  entry: RuleConfig,
  { from, to, perWeek }: { from: number; to: number; perWeek: number },
  {
    past,
    timing,
    signal,
  }: { past: Pick<Reader, "backtest">; timing: ReturnType<typeof timingOf>; signal?: AbortSignal | undefined },
): Promise<BacktestAnswer> {
  if (to - from > MAX_BACKTEST_DAYS * 86_400_000)
    throw new AppError("too_large", `A rule can be tested on at most ${MAX_BACKTEST_DAYS} days. Choose a shorter range.`);
  return past.backtest({ rule: ruleFromConfig(entry), range: { from, to }, timing, perWeek }, signal);
}

/** What an alert says in a line, with the container's name and whom the kernel killed. */
export function headlineOf(
  { nameOf, oomVictim }: { nameOf: ContainerName; oomVictim: Observers["oomVictim"] },
  usualOf: (alert: Alert) => string | null,
): (alert: Alert) => string {
  return (alert) => {
    // Who was killed is known when it happens.
    if (alert.rule === OUT_OF_MEMORY && alert.state === "resolved") return alert.message;
    const usual = usualOf(alert);
    const plain = lastingHeadline({ ...alert, labels: { ...alert.labels, ...containerAttributes(alert, nameOf) } });
    const text = usual === null ? plain : `${plain}, ${usual}`;
    const victim = alert.rule === OUT_OF_MEMORY ? oomVictim(Date.now()) : null;
    // The title of the alert gives the reason already.
    return victim === null ? text : `${text}: ${victim.replace(`: ${MACHINE_OUT_OF_MEMORY}`, "")}`;
  };
}

function ticksOf(manager: AlertManager, intervalSeconds: number): AlertService["onTick"] {
  return (frame, { elapsedSeconds, clockStepMs }) => {
    if (clockStepMs !== 0) manager.clockWasSet(frame.at, clockStepMs);
    manager.tick(frame, elapsedSeconds, intervalSeconds);
  };
}

/** The weekly silences of the configuration and those with an end in the store. */
async function openSilences(store: Store, configured: () => readonly WeeklySilenceConfig[]) {
  let timed = await store.silences.list(Date.now());
  const all = () => [...configured().map(weekly), ...timed];
  const service = (apply: (silences: readonly Silence[]) => void): AlertService["silences"] => ({
    list: () => {
      const now = Date.now();
      return all().filter(({ window }) => window.kind === "weekly" || window.until > now);
    },
    async add(silence) {
      const now = Date.now();
      const added: TimedSilence = { ...silence, id: newId(now) };
      await store.silences.add(added, now);
      timed = [...timed, added];
      apply(all());
      return added;
    },
    async end(id) {
      const ended = await store.silences.end(id, Date.now());
      timed = timed.filter((one) => one.id !== id);
      apply(all());
      return ended;
    },
  });
  return { all, service };
}

function channelStates(
  channels: readonly string[],
  states: readonly ChannelState[],
  everSent: ReadonlySet<string>,
): HealthFacts["channels"] {
  const known = new Map(states.map((state) => [state.channel, state]));
  return channels.map((name) => {
    const { failingSince = null, outcome = null } = known.get(name) ?? {};
    return { name, failingSince, outcome, wasSent: everSent.has(name) || (outcome !== null && failingSince === null) };
  });
}

function openHeartbeat(
  { alerts }: Pick<Store, "alerts">,
  log: StartupOptions["log"],
  now: () => { config: Config; sampledAt: number | null },
): Heartbeats {
  return createHeartbeat({
    heartbeat: () => heartbeatOf(now().config.notifications),
    async life() {
      const { config, sampledAt } = now();
      return { sampledAt, intervalMs: config.monitoring.interval * 1000, waitingSince: await alerts.waitingSince() };
    },
    log,
  });
}

/** Tells pages and plugins of a change; plugins of what is known better of it no second time. */
function tellerOf(
  { onAlert, handlers }: Pick<AlertDependencies, "onAlert" | "handlers">,
  log: StartupOptions["log"],
): (change: AlertChange) => void {
  return (change) => {
    onAlert(change);
    if (change.kind === "explained") return;
    for (const handle of handlers) {
      Promise.resolve()
        .then(() => handle(change.alert))
        .catch((error: unknown) => log.error({ err: error }, "a plugin's alert handler failed"));
    }
  };
}

function causesOf(
  { store, nameOf, roots }: Pick<AlertDependencies, "store"> & Pick<StartupOptions, "roots"> & { nameOf: ContainerName },
  config: () => Config,
): Causes {
  const declared = (metric: string) => config().custom_metrics[metric]?.explain;
  return composeCauses({ store, nameOf, declared, lookLive: liveFactsOf(roots, store.processes) });
}

function openChannels(notifiers: Map<string, Notifier>, { notifications }: Config, host: string): void {
  notifiers.clear();
  for (const notifier of channelsOf(notifications, host)) notifiers.set(notifier.name, notifier);
}

function routingOf(config: Config, channels: readonly Notifier[], cores: number) {
  const { alerts } = config;
  return {
    rules: toRules(config, cores),
    channels,
    timing: timingOf(config),
    groupBy: alerts.group_by,
    escalate: stepsOf(alerts.escalate),
  };
}

export async function composeAlerts(
  { log, dataDir, roots }: Pick<StartupOptions, "log" | "dataDir" | "roots">,
  dependencies: AlertDependencies,
): Promise<AlertService> {
  const { store, past, catalogue, observers, write, host, links } = dependencies;
  const { nameOf } = observers.containers;
  const cores = dependencies.machine.current.logicalCpus;
  let { config } = dependencies;
  const intervalSeconds = config.monitoring.interval;
  const notifiers = new Map<string, Notifier>();
  openChannels(notifiers, config, host);
  const causes = causesOf({ store, nameOf, roots }, () => config);
  const deliverer = createDeliverer(store.alerts, notifiers, (error) => log.error({ err: error }, "cannot read the outbox"));
  const silences = await openSilences(store, () => config.alerts.silences);

  const onError = (error: unknown) => log.error({ err: error }, "handling an alert failed");
  const messageFacts: MessageFacts = { store, host, links, nameOf, onError };
  const tell = tellerOf(dependencies, log);
  const sources = sourcesOf({ ...dependencies, roots, host: dependencies.machine, named: causes.named });
  const explainAgain = alertExplainer({ causes, past, onError, explanation: (span) => explanationOf(span, sources, undefined) });
  const onChange = (change: AlertChange) => {
    if (change.kind !== "explained" && config.notifications.log.enabled) write(alertLine(change));
    tell(change);
    explainAgain(change, manager);
  };
  const routing = () => routingOf(config, [...notifiers.values()], cores);
  const bands = ruleBands({ past, rules: () => toRules(config, cores), log });
  const manager = new AlertManager({
    ...routing(),
    silences: silences.all(),
    records: store.alerts,
    definitionOf: catalogue.definitionOf,
    explain: causes.explain,
    bandOf: bands.bandOf,
    headline: headlineOf({ nameOf, oomVictim: observers.oomVictim }, bands.wordsOf),
    message: (items, at) => JSON.stringify(alertMessage(items, at, messageFacts)),
    onChange,
    onOutbox: () => deliverer.run(),
    onError,
  });
  await manager.restore(Date.now());
  const tick = ticksOf(manager, intervalSeconds);
  const everSent = new Set(await store.alerts.sentChannels());
  let lastTickAt: number | null = null;
  store.keepRecent(longestWindow(manager.rules()));

  for (const { frame, seconds } of recentFrames(dependencies, longestWindow(manager.rules()), intervalSeconds))
    manager.warm(frame, seconds);
  const heartbeat = openHeartbeat(store, log, () => ({ config, sampledAt: lastTickAt }));
  const stopRetrying = everyAligned(RETRY_EVERY_MS, () => {
    deliverer.retry();
    void heartbeat.tick(Date.now());
  });

  return {
    manager,
    causes,
    onTick(frame, time) {
      lastTickAt = frame.at;
      tick(frame, time);
    },
    configure(next) {
      config = next;
      store.keepRecent(longestWindow(toRules(config, cores)));
      openChannels(notifiers, config, host);
      manager.setSilences(silences.all());
      manager.configure(
        routing(),
        (renewed) =>
          manager.warmAgain(renewed, recentFrames(dependencies, longestWindow(renewed.map(({ rule }) => rule)), intervalSeconds)),
        Date.now(),
      );
    },
    rules: () => listRules(config, cores),
    silences: silences.service((all) => manager.setSilences(all)),
    backtest: (entry, range, signal) => tryRule(entry, range, { past, timing: timingOf(config), signal }),
    test: (channel) => testChannel(channel, { notifiers, deliverer, store, messageFacts }),
    channels: () => [...notifiers.keys()],
    channelStates: () => channelStates([...notifiers.keys()], deliverer.states(), everSent),
    links: acknowledgeLinks({ dataDir }, { store, manager }),
    async stop() {
      stopRetrying();
      await manager.settled();
      await deliverer.idle();
    },
  };
}
