/** The effects around the alert policy: windows in, transitions out, with their cause, to the store, the bus and the channels. */
import { randomBytes } from "node:crypto";
import {
  type Alert,
  type AlertRule,
  type AlertState,
  CALM,
  type Culprit,
  rank,
  type Severity,
  type Transition,
} from "~/domain/alert";
import type { ChartSeries, Frame } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { Consumer } from "~/domain/process";
import { type Labels, seriesKey } from "~/domain/sample";
import { BEFORE_MS, CAUSE_MS, explain } from "./cause";
import { evaluate } from "./evaluate";
import { type AlertNews, addNews, decideGroup, type GroupState, type GroupTiming, QUIET } from "./group";
import { Window } from "./window";

interface StoredState {
  state: AlertState;
  alertId: string | null;
}

/** What the manager needs of the store. */
export interface AlertRecords {
  save(
    changes: {
      alerts: readonly Alert[];
      states: ReadonlyMap<string, StoredState>;
      outbox: readonly { id: string; channel: string; message: string }[];
    },
    now: number,
  ): Promise<void>;
  states(): Promise<Map<string, StoredState>>;
  firing(): Promise<Alert[]>;
  get(id: string): Promise<Alert | null>;
}

/** What the manager needs of a channel: who it is and what it wants to hear. */
export interface Channel {
  name: string;
  severities: readonly Severity[];
}

export interface MessageItem {
  kind: AlertNews["kind"];
  alert: Alert;
  description: string;
  remedy: string;
}

export interface ManagerOptions {
  host: string;
  rules: readonly AlertRule[];
  channels: readonly Channel[];
  timing: GroupTiming & { repeatMs: number };
  records: AlertRecords;
  /** What processes used between two moments. */
  consumers: (from: number, to: number) => Consumer[];
  headline: (alert: Alert) => string;
  onAlert: (alert: Alert) => void;
  /** Messages are in the outbox. */
  onOutbox: () => void;
  onError: (error: unknown) => void;
}

interface Instance {
  rule: AlertRule;
  series: ChartSeries;
  key: string;
  window: Window;
  state: AlertState;
  alert: Alert | null;
}

const MAX_ITEMS = 50;
/** A longer interval between samples is a pause, and counts as this much of a window. */
const MAX_INTERVALS = 2;

function matches(rule: AlertRule, { metric, labels }: ChartSeries): boolean {
  if (metric !== rule.metric || rule.without.some((label) => label in labels)) return false;
  return Object.entries(rule.match).every(([label, wanted]) => {
    const value = labels[label];
    if (value === undefined) return false;
    if (!wanted.includes("*")) return value === wanted;
    const parts = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(value);
  });
}

function newId(now: number): string {
  return `${now.toString(36)}-${randomBytes(4).toString("hex")}`;
}

function thresholdOf(rule: AlertRule, severity: Severity): number | null {
  return rule.thresholds[severity] ?? null;
}

export class AlertManager {
  private readonly instances = new Map<string, Instance>();
  private readonly restored = new Map<string, StoredState>();
  private readonly open = new Map<string, Alert>();
  private readonly groups = new Map<string, GroupState>();
  private readonly repeatedAt = new Map<string, number>();
  /** Alerts that some channel has still to tell, as they were last. */
  private readonly told = new Map<string, Alert>();
  private layout: readonly ChartSeries[] | undefined;
  private plan: { instance: Instance; slot: number }[] = [];
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: ManagerOptions) {}

  /** Takes up how things stood when the last run ended. */
  async restore(): Promise<void> {
    for (const [key, stored] of await this.options.records.states()) this.restored.set(key, stored);
    for (const alert of await this.options.records.firing()) this.open.set(alert.id, alert);
    for (const { name } of this.options.channels) this.groups.set(name, { ...QUIET, told: [...this.open.keys()] });
  }

  /** Alerts that fire now, the worst first. */
  active(): Alert[] {
    return [...this.open.values()].sort((a, b) => rank(b.severity) - rank(a.severity) || b.startedAt - a.startedAt);
  }

  rules(): readonly AlertRule[] {
    return this.options.rules;
  }

  /** Fills the windows from the past, without evaluating. */
  warm(frame: Frame, seconds: number): void {
    this.arrange(frame.series);
    for (const { instance, slot } of this.plan) instance.window.add(frame.values[slot] as number, seconds);
  }

  /** Evaluates every rule on a new frame. `elapsedSeconds` is the monotonic time since the frame before. */
  tick(frame: Frame, elapsedSeconds: number, intervalSeconds: number): void {
    this.arrange(frame.series);
    const seconds = Math.min(Number.isNaN(elapsedSeconds) ? intervalSeconds : elapsedSeconds, MAX_INTERVALS * intervalSeconds);
    const states = new Map<string, StoredState>();
    const changed: Alert[] = [];
    for (const { instance, slot } of this.plan) {
      instance.window.add(slot < 0 ? Number.NaN : (frame.values[slot] as number), seconds);
      const value = instance.window.value(instance.rule.aggregate);
      const { state, transition } = evaluate({ rule: instance.rule, previous: instance.state, value, elapsedSeconds: seconds });
      const moved = state.phase !== instance.state.phase || state.severity !== instance.state.severity;
      instance.state = state;
      if (instance.alert && value !== null) instance.alert = { ...instance.alert, value };
      if (transition) changed.push(this.apply(instance, transition, { value, at: frame.at }));
      if (moved) states.set(instance.key, { state, alertId: instance.alert?.id ?? null });
    }
    this.repeat(frame.at);
    const outbox = this.outbox(frame.at);
    if (changed.length > 0 || states.size > 0 || outbox.length > 0) this.save({ alerts: changed, states, outbox }, frame.at);
    for (const alert of changed) this.options.onAlert(alert);
  }

  async acknowledge(id: string, { by, note, now }: { by: string; note: string | null; now: number }): Promise<Alert> {
    return this.change(
      id,
      (alert) => ({ ...alert, acknowledgedAt: alert.acknowledgedAt ?? now, acknowledgedBy: by, note: note ?? alert.note }),
      now,
    );
  }

  /** Ends an alert by hand; while its cause lasts, the rule fires anew after its holding time. */
  async resolve(id: string, { note, now }: { note: string | null; now: number }): Promise<Alert> {
    for (const instance of this.instances.values()) {
      if (instance.alert?.id !== id) continue;
      instance.alert = null;
      instance.state = { ...CALM };
    }
    const resolved = await this.change(
      id,
      (alert) => ({ ...alert, state: "resolved", resolvedAt: alert.resolvedAt ?? now, note: note ?? alert.note }),
      now,
    );
    this.open.delete(id);
    return resolved;
  }

  /** Waits until everything so far is stored. */
  async settled(): Promise<void> {
    await this.saving;
  }

  private async change(id: string, apply: (alert: Alert) => Alert, now: number): Promise<Alert> {
    const found = this.open.get(id) ?? (await this.options.records.get(id));
    if (!found) throw new AppError("not_found", `there is no alert ${id}`);
    const next = apply(found);
    if (this.open.has(id)) this.open.set(id, next);
    for (const instance of this.instances.values()) if (instance.alert?.id === id) instance.alert = next;
    await this.options.records.save({ alerts: [next], states: new Map(), outbox: [] }, now);
    this.options.onAlert(next);
    return next;
  }

  private arrange(series: readonly ChartSeries[]): void {
    if (series === this.layout) return;
    this.layout = series;
    const slots = new Map<string, number>();
    for (const rule of this.options.rules) {
      series.forEach((one, slot) => {
        if (!matches(rule, one)) return;
        const key = `${rule.name} ${seriesKey(one)}`;
        slots.set(key, slot);
        if (!this.instances.has(key)) this.instances.set(key, this.begin(rule, one, key));
      });
    }
    // What was there before and is not now goes on without readings.
    this.plan = [...this.instances.values()].map((instance) => ({ instance, slot: slots.get(instance.key) ?? -1 }));
  }

  private begin(rule: AlertRule, series: ChartSeries, key: string): Instance {
    const stored = this.restored.get(key);
    this.restored.delete(key);
    const alert = stored?.alertId ? (this.open.get(stored.alertId) ?? null) : null;
    const state = stored && (stored.state.phase !== "firing" || alert) ? stored.state : { ...CALM };
    return { rule, series, key, window: new Window(rule.windowSeconds), state, alert };
  }

  private apply(instance: Instance, transition: Transition, { value, at }: { value: number | null; at: number }): Alert {
    const { rule, series } = instance;
    const { kind, severity } = transition;
    let alert: Alert;
    if (kind === "fired" || !instance.alert) {
      alert = {
        id: newId(at),
        rule: rule.name,
        metric: series.metric,
        labels: series.labels,
        severity,
        state: "firing",
        value,
        threshold: thresholdOf(rule, severity),
        unit: series.unit,
        message: "",
        cause: this.cause(series.metric, series.labels, at),
        startedAt: at,
        resolvedAt: null,
        acknowledgedAt: null,
        acknowledgedBy: null,
        note: null,
      };
    } else {
      alert = { ...instance.alert, severity, value, threshold: thresholdOf(rule, severity) ?? instance.alert.threshold };
      // Worse than what somebody took note of is news.
      if (kind === "escalated")
        alert = { ...alert, acknowledgedAt: null, acknowledgedBy: null, cause: this.cause(series.metric, series.labels, at) };
      if (kind === "resolved") alert = { ...alert, state: "resolved", resolvedAt: at };
    }
    alert = { ...alert, message: this.options.headline(alert) };
    if (kind === "resolved") {
      this.open.delete(alert.id);
      this.repeatedAt.delete(alert.id);
      instance.alert = null;
    } else {
      this.open.set(alert.id, alert);
      instance.alert = alert;
    }
    if (kind !== "eased") this.tell({ alertId: alert.id, kind, severity, at }, alert);
    return alert;
  }

  private tell(news: AlertNews, alert: Alert): void {
    this.told.set(alert.id, alert);
    for (const { name, severities } of this.options.channels) {
      if (!severities.includes(alert.severity)) continue;
      this.groups.set(name, addNews(this.groups.get(name) ?? QUIET, news));
    }
  }

  /** A critical alert that nobody took note of is told again. */
  private repeat(now: number): void {
    for (const alert of this.open.values()) {
      if (alert.severity !== "critical" || alert.acknowledgedAt !== null) continue;
      const last = this.repeatedAt.get(alert.id) ?? alert.startedAt;
      if (now - last < this.options.timing.repeatMs) continue;
      this.repeatedAt.set(alert.id, now);
      this.tell({ alertId: alert.id, kind: "repeated", severity: alert.severity, at: now }, alert);
    }
  }

  private outbox(now: number): { id: string; channel: string; message: string }[] {
    const entries: { id: string; channel: string; message: string }[] = [];
    for (const { name } of this.options.channels) {
      const { state, send } = decideGroup(this.groups.get(name) ?? QUIET, now, this.options.timing);
      this.groups.set(name, state);
      const items = send.flatMap(({ alertId, kind }) => this.item(alertId, kind));
      if (items.length === 0) continue;
      const message = {
        host: this.options.host,
        at: now,
        items: items.slice(0, MAX_ITEMS),
        more: Math.max(0, items.length - MAX_ITEMS),
      };
      entries.push({ id: newId(now), channel: name, message: JSON.stringify(message) });
    }
    if (this.told.size > 0 && [...this.groups.values()].every(({ waiting }) => waiting.length === 0)) this.told.clear();
    return entries;
  }

  private item(alertId: string, kind: AlertNews["kind"]): MessageItem[] {
    const alert = this.open.get(alertId) ?? this.told.get(alertId);
    if (!alert) return [];
    const rule = this.options.rules.find(({ name }) => name === alert.rule);
    return [{ kind, alert, description: rule?.description ?? "", remedy: rule?.remedy ?? "" }];
  }

  private cause(metric: string, labels: Labels, at: number): Culprit[] {
    try {
      const { consumers } = this.options;
      return explain({ metric, labels }, consumers(at - CAUSE_MS, at), consumers(at - CAUSE_MS - BEFORE_MS, at - CAUSE_MS));
    } catch (error) {
      // An alert without its cause is still an alert.
      this.options.onError(error);
      return [];
    }
  }

  private save(changes: Parameters<AlertRecords["save"]>[0], now: number): void {
    this.saving = this.saving
      .then(() => this.options.records.save(changes, now))
      .then(() => {
        if (changes.outbox.length > 0) this.options.onOutbox();
      })
      .catch((error: unknown) => this.options.onError(error));
  }
}
