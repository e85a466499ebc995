/** A machine whose metrics have values, and everything that its channels were told. Seconds of a fake clock. */

import { explainMetric } from "~/server/causes/explain-metric";
import { type Alert, type AlertRule, SEVERITIES } from "../../src/domain/alert";
import type { ChartSeries, Frame } from "../../src/domain/derive";
import type { GroupState, StoredInstance } from "../../src/domain/notification";
import type { Consumer } from "../../src/domain/process";
import { AlertManager } from "../../src/server/alerts/manager";
import type { AlertRecords, ManagerOptions } from "../../src/server/alerts/manager-options";
import { alertRule } from "./alert";

export const START = Date.UTC(2026, 10, 23, 12);
/** Values of a metric whose rule is `ruleOn`. */
export const [CALM, WARNING, CRITICAL] = [0.1, 0.9, 0.99];
/** Seconds. */
export const [MINUTE, HOUR] = [60, 3600];

export const ruleOn = (metric: string, change: Partial<AlertRule> = {}) => alertRule({ name: metric, metric, ...change });

export const ROUTING = {
  channels: [{ name: "mail", severities: SEVERITIES }],
  timing: { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * HOUR * 1000 },
  groupBy: ["rule", "severity"],
  escalate: [],
};

export class World {
  readonly alerts = new Map<string, Alert>();
  private readonly states = new Map<string, StoredInstance>();
  private readonly groups = new Map<string, GroupState>();
  /** `second channel: kind rule severity, ...` */
  readonly told: string[] = [];
  second = 0;
  private clockAheadMs = 0;
  values: Record<string, number | null> = {};
  consumers: Consumer[] = [];
  private layout: readonly ChartSeries[] = [];
  manager: AlertManager;

  constructor(
    private options: Partial<ManagerOptions> = {},
    /** Seconds between two samples. */
    private readonly interval = 1,
  ) {
    this.manager = this.made();
  }

  private made(): AlertManager {
    return new AlertManager({
      rules: [ruleOn("cpu"), ruleOn("disk")],
      ...ROUTING,
      silences: [],
      records: this.records,
      explain: (stretch) => explainMetric(stretch, { consumers: () => this.consumers, mean: () => null }),
      headline: ({ rule }) => rule,
      message: (items) => items.map(({ kind, alert }) => `${kind} ${alert.rule} ${alert.severity}`).join(", "),
      onChange: () => {},
      onOutbox: () => {},
      onError: (error) => {
        throw error;
      },
      ...this.options,
    });
  }

  private readonly records: AlertRecords = {
    save: async ({ created, updated, states, groups, outbox }) => {
      for (const alert of [...created, ...updated]) this.alerts.set(alert.id, alert);
      for (const [key, state] of states) this.states.set(key, structuredClone(state));
      for (const [key, state] of groups) {
        if (state === null) this.groups.delete(key);
        else this.groups.set(key, structuredClone(state));
      }
      for (const { channel, message } of outbox) this.told.push(`${this.second} ${channel}: ${message}`);
    },
    states: async () => new Map(this.states),
    groups: async () => new Map(this.groups),
    firing: async () => [...this.alerts.values()].filter(({ state }) => state === "firing"),
    since: async (at) =>
      [...this.alerts.values()].filter(({ startedAt, resolvedAt }) => Math.max(startedAt, resolvedAt ?? 0) >= at),
    get: async (id) => this.alerts.get(id) ?? null,
  };

  async until(second: number, values: Record<string, number | null> = {}): Promise<void> {
    Object.assign(this.values, values);
    for (; this.second < second; this.second += this.interval) {
      const names = Object.keys(this.values).filter((name) => this.values[name] !== null);
      if (names.join() !== this.layout.map(({ metric }) => metric).join())
        this.layout = names.map((metric) => ({ metric, labels: {}, unit: "1" }));
      const frame: Frame = {
        at: this.now,
        series: this.layout,
        values: Float64Array.from(names, (name) => this.values[name] as number),
      };
      this.manager.tick(frame, this.interval, this.interval);
      await this.manager.settled();
    }
  }

  /** The server is off for some seconds, and starts again. */
  async restart(offSeconds = 1, options: Partial<ManagerOptions> = {}): Promise<void> {
    this.options = { ...this.options, ...options };
    this.second += offSeconds;
    this.manager = this.made();
    this.layout = [];
    await this.manager.restore(this.now);
    await this.manager.settled();
  }

  /** By the wall clock. */
  get now(): number {
    return START + this.second * 1000 + this.clockAheadMs;
  }

  /** Somebody sets the clock. */
  setClock(stepMs: number): void {
    this.clockAheadMs += stepMs;
    this.manager.clockWasSet(this.now, stepMs);
  }

  get firing(): Alert {
    const [alert] = this.manager.active();
    if (!alert) throw new Error("nothing fires");
    return alert;
  }
}
