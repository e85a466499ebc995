/** Alerts out of their parts: rules and channels from the configuration, the manager between store and outbox. */

import { cpus } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Alert, ListedRule } from "~/domain/alert";
import { type RuleConfig, WEEKDAYS, type WeeklySilenceConfig } from "~/domain/alert.schema";
import { deriveFrame, type Frame, intervalOf } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import { type Sample, sameLabels } from "~/domain/sample";
import type { Silence } from "~/domain/silence";
import { type Backtest, backtest } from "../alerts/backtest";
import { beforeMs, causeMs, explain } from "../alerts/cause";
import { type AlertChange, AlertManager, type MessageItem, newId } from "../alerts/manager";
import { everyAligned } from "../aligned-timer";
import type { Config } from "../config/schema";
import { listRules, ownRule, toRules } from "../config/to-rules";
import { createDeliverer } from "../notifiers/deliver";
import { hintFor } from "../notifiers/hint";
import { alertLine } from "../notifiers/log";
import { headline } from "../notifiers/message";
import type { AlertItem, AlertMessage, Notifier } from "../notifiers/notifier";
import type { StartupOptions } from "../startup-options";
import type { TimedSilence } from "../store/records/silences";
import type { Store } from "../store/store";
import { channelsOf } from "./channels";

const RETRY_EVERY_MS = 5000;
const MAX_ITEMS = 50;
/** A picture of the last minutes goes with so many alerts of a message; the rest of a storm does without. */
const PICTURED_ITEMS = 5;
const RECENT_MS = 15 * 60_000;
const RECENT_POINTS = 30;
const MAX_BACKTEST_DAYS = 92;

interface AlertDependencies {
  config: Config;
  store: Store;
  /** Appends a line to logs/alerts.log. */
  write: (line: object) => void;
  host: string;
  /** Where a person opens this server; null when nobody knows. */
  link: () => string | null;
  onAlert: (change: AlertChange) => void;
  /** What plugins want to hear. */
  handlers: readonly ((alert: Alert) => unknown)[];
}

export interface TestStep {
  kind: "fired" | "resolved";
  ok: boolean;
  answer: string;
}

export interface TestResult {
  ok: boolean;
  /** What the far side said last. */
  answer: string;
  /** What a known refusal means. */
  hint: string | null;
  steps: TestStep[];
}

export interface Alerts {
  manager: AlertManager;
  onTick(frame: Frame, elapsedSeconds: number): void;
  configure(config: Config): void;
  rules(): ListedRule[];
  silences: {
    list(): Silence[];
    add(silence: Omit<TimedSilence, "id">): Promise<TimedSilence>;
    end(id: string): Promise<boolean>;
  };
  backtest(rule: RuleConfig, range: { from: number; to: number; perWeek: number }): Promise<Backtest & { approximate: boolean }>;
  /** Sends what firing and resolving look like through one channel. */
  test(channel: string): Promise<TestResult>;
  channels(): string[];
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

const timingOf = ({ alerts }: Config) => ({
  groupWaitMs: alerts.group_wait * 1000,
  groupIntervalMs: alerts.group_interval * 1000,
  repeatIntervalMs: alerts.repeat_interval * 1000,
});

export async function composeAlerts({ log }: Pick<StartupOptions, "log">, dependencies: AlertDependencies): Promise<Alerts> {
  const { store, write, host, link, onAlert, handlers } = dependencies;
  const cores = cpus().length;
  let { config } = dependencies;
  const intervalSeconds = config.monitoring.interval;
  const notifiers = new Map<string, Notifier>();
  const openChannels = () => {
    notifiers.clear();
    for (const notifier of channelsOf(config.notifications, host)) notifiers.set(notifier.name, notifier);
  };
  openChannels();
  const deliverer = createDeliverer(store.alerts, notifiers, (error) =>
    log.error({ err: error }, "the outbox could not be read"),
  );
  let timed = await store.silences.list(Date.now());
  const allSilences = () => [...config.alerts.silences.map(weekly), ...timed];

  const recentOf = ({ metric, labels }: Alert, at: number): AlertItem["recent"] => {
    const { series } = store.history({ name: metric, from: at - RECENT_MS, to: at, points: RECENT_POINTS, aggregate: "avg" });
    return series.find((one) => sameLabels(one.labels, labels))?.values;
  };
  const messageOf = (items: readonly MessageItem[], at: number): AlertMessage => ({
    host,
    at,
    link: link(),
    items: items.slice(0, MAX_ITEMS).map((item, index) => {
      const recent = index < PICTURED_ITEMS ? recentOf(item.alert, at) : undefined;
      return { ...item, ...(recent && { recent }) };
    }),
    more: Math.max(0, items.length - MAX_ITEMS),
  });
  const onChange = (change: AlertChange) => {
    if (config.notifications.log.enabled) write(alertLine(change));
    onAlert(change);
    for (const handle of handlers) {
      Promise.resolve()
        .then(() => handle(change.alert))
        .catch((error: unknown) => log.error({ err: error }, "a plugin's alert handler failed"));
    }
  };
  const manager = new AlertManager({
    rules: toRules(config, cores),
    channels: [...notifiers.values()],
    timing: timingOf(config),
    silences: allSilences(),
    records: store.alerts,
    consumers: (from, to) => store.consumers(from, to),
    headline,
    message: (items, at) => JSON.stringify(messageOf(items, at)),
    onChange,
    onOutbox: () => deliverer.run(),
    onError: (error) => log.error({ err: error }, "an alert could not be handled"),
  });
  await manager.restore(Date.now());

  /** The past that windows need, oldest first. */
  const past = function* (windowSeconds: number): Generator<{ frame: Frame; seconds: number }> {
    let previous: Sample | undefined;
    for (const sample of store.recent(Date.now() - windowSeconds * 1000)) {
      const seconds = intervalOf(sample);
      yield { frame: deriveFrame(previous, sample), seconds: Number.isNaN(seconds) ? intervalSeconds : seconds };
      previous = sample;
    }
  };
  const longest = (rules: readonly { windowSeconds: number }[]) =>
    Math.max(0, ...rules.map(({ windowSeconds }) => windowSeconds));
  for (const { frame, seconds } of past(longest(manager.rules()))) manager.warm(frame, seconds);
  const stopRetrying = everyAligned(RETRY_EVERY_MS, () => deliverer.retry());

  async function test(channel: string): Promise<TestResult> {
    if (!notifiers.has(channel)) {
      const known = [...notifiers.keys()].join(", ") || "none";
      throw new AppError("not_found", `there is no channel ${channel}; there are: ${known}`);
    }
    const now = Date.now();
    const from = now - causeMs(0);
    const metric = "system.cpu.utilization";
    const cause = explain({ metric, labels: {}, from }, store.consumers(from, now), store.consumers(from - beforeMs(0), from));
    const fired = { ...TEST_ALERT, id: newId(now), cause, startedAt: now - 240_000 };
    const about = { description: "This is a test: nothing is wrong.", remedy: "Nothing needs to be done." };
    const steps: TestStep[] = [];
    for (const kind of ["fired", "resolved"] as const) {
      const alert: Alert = kind === "fired" ? fired : { ...fired, state: "resolved", resolvedAt: now };
      const entry = { id: newId(now), channel, message: JSON.stringify(messageOf([{ kind, alert, ...about }], now)) };
      await store.alerts.addByHand(entry, now);
      const { ok, answer } = await deliverer.sendOnce(entry);
      steps.push({ kind, ok, answer });
      if (!ok) break;
    }
    const last = steps.at(-1);
    const ok = steps.every((step) => step.ok);
    return { ok, answer: last?.answer ?? "", hint: ok ? null : hintFor(last?.answer ?? ""), steps };
  }

  return {
    manager,
    onTick: (frame, elapsedSeconds) => manager.tick(frame, elapsedSeconds, intervalSeconds),
    configure(next) {
      config = next;
      openChannels();
      manager.setSilences(allSilences());
      manager.configure(
        { rules: toRules(config, cores), channels: [...notifiers.values()], timing: timingOf(config) },
        (renewed) => manager.warmAgain(renewed, past(longest(renewed.map(({ rule }) => rule)))),
        Date.now(),
      );
    },
    rules: () => listRules(config, cores),
    silences: {
      list: () => {
        const now = Date.now();
        return allSilences().filter(({ window }) => window.kind === "weekly" || window.until > now);
      },
      async add(silence) {
        const now = Date.now();
        const added: TimedSilence = { ...silence, id: newId(now) };
        await store.silences.add(added, now);
        timed = [...timed, added];
        manager.setSilences(allSilences());
        return added;
      },
      async end(id) {
        const ended = await store.silences.end(id, Date.now());
        timed = timed.filter((one) => one.id !== id);
        manager.setSilences(allSilences());
        return ended;
      },
    },
    async backtest(entry, { from, to, perWeek }) {
      if (to - from > MAX_BACKTEST_DAYS * 86_400_000)
        throw new AppError("too_large", `a rule can be tried on at most ${MAX_BACKTEST_DAYS} days: choose a shorter range`);
      const rule = ownRule(entry);
      const { frames, intervalSeconds: step, approximate } = store.replay(rule.metric, { from, to });
      const result = await backtest(
        rule,
        { frames, intervalSeconds: step },
        { timing: timingOf(config), perWeek, pause: () => setImmediate() },
      );
      return { ...result, approximate };
    },
    test,
    channels: () => [...notifiers.keys()],
    async stop() {
      stopRetrying();
      await manager.settled();
      await deliverer.idle();
    },
  };
}

/** A message that shows a receiver what a real one looks like. */
const TEST_ALERT: Alert = {
  id: "",
  rule: "test",
  metric: "system.cpu.utilization",
  labels: {},
  severity: "info",
  state: "firing",
  value: 0.97,
  threshold: 0.95,
  unit: "1",
  forecastSeconds: null,
  message: "",
  cause: [],
  startedAt: 0,
  resolvedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  note: null,
};
