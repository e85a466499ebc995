/** What is told when, as Alertmanager's documentation has it and as the field reported where others go wrong. Seconds of a fake clock. */
import { beforeEach, expect, test } from "vitest";
import { type Alert, type AlertRule, SEVERITIES } from "~/domain/alert";
import type { ChartSeries, Frame } from "~/domain/derive";
import type { GroupState, StoredInstance } from "~/domain/notification";
import type { Consumer } from "~/domain/process";
import type { Silence } from "~/domain/silence";
import { alertRule } from "../../../tests/helpers/alert";
import { AlertManager } from "./manager";
import type { AlertRecords, ManagerOptions } from "./manager-options";

const START = Date.UTC(2026, 10, 23, 12);
const CALM = 0.1;
const WARNING = 0.9;
const CRITICAL = 0.99;
const MINUTE = 60;
const HOUR = 3600;

const ruleOn = (metric: string, change: Partial<AlertRule> = {}) => alertRule({ name: metric, metric, ...change });

const ROUTING = {
  channels: [{ name: "mail", severities: SEVERITIES }],
  timing: { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * HOUR * 1000 },
  groupBy: ["rule", "severity"],
  escalate: [],
};

/** A machine whose metrics have values, and everything that its channels were told. */
class World {
  readonly alerts = new Map<string, Alert>();
  private readonly states = new Map<string, StoredInstance>();
  private readonly groups = new Map<string, GroupState>();
  /** `second channel: kind rule severity, ...` */
  readonly told: string[] = [];
  second = 0;
  values: Record<string, number | null> = {};
  consumers: Consumer[] = [];
  private layout: readonly ChartSeries[] = [];
  manager: AlertManager;

  constructor(private options: Partial<ManagerOptions> = {}) {
    this.manager = this.made();
  }

  private made(): AlertManager {
    return new AlertManager({
      rules: [ruleOn("cpu"), ruleOn("disk")],
      ...ROUTING,
      silences: [],
      records: this.records,
      consumers: () => this.consumers,
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
    since: async () => [],
    get: async (id) => this.alerts.get(id) ?? null,
  };

  async until(second: number, values: Record<string, number | null> = {}): Promise<void> {
    Object.assign(this.values, values);
    for (; this.second < second; this.second++) {
      const names = Object.keys(this.values).filter((name) => this.values[name] !== null);
      if (names.join() !== this.layout.map(({ metric }) => metric).join())
        this.layout = names.map((metric) => ({ metric, labels: {}, unit: "1" }));
      const frame: Frame = {
        at: START + this.second * 1000,
        series: this.layout,
        values: Float64Array.from(names, (name) => this.values[name] as number),
      };
      this.manager.tick(frame, 1, 1);
      await this.manager.settled();
    }
  }

  /** The server is off for some seconds, and starts again. */
  async restart(offSeconds = 1, options: Partial<ManagerOptions> = {}): Promise<void> {
    this.options = { ...this.options, ...options };
    this.second += offSeconds;
    this.manager = this.made();
    this.layout = [];
    await this.manager.restore(START + this.second * 1000);
    await this.manager.settled();
  }

  get firing(): Alert {
    const [alert] = this.manager.active();
    if (!alert) throw new Error("nothing fires");
    return alert;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

test("group_wait: a second incident after everything was resolved waits for its company as the first did", async () => {
  await world.until(100, { cpu: WARNING });
  await world.until(500, { cpu: CALM });
  world.told.length = 0;
  await world.until(600, { cpu: WARNING });
  expect(world.told).toEqual(["530 mail: fired cpu warning"]);
});

test("a new critical alert beside an open critical one of another rule waits group_wait, not group_interval", async () => {
  await world.until(100, { cpu: CRITICAL });
  await world.until(200, { disk: CRITICAL });
  expect(world.told).toEqual(["30 mail: fired cpu critical", "130 mail: fired disk critical"]);
});

test("a critical alert that is new to a told group of its rule waits group_wait: the one difference from Alertmanager", async () => {
  world = new World({ groupBy: [] });
  await world.until(60, { cpu: WARNING });
  await world.until(200, { disk: CRITICAL });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "90 mail: fired disk critical"]);
});

test("group_interval: a warning that is new to a told group is told when the group is looked at next", async () => {
  world = new World({ groupBy: [] });
  await world.until(60, { cpu: WARNING });
  await world.until(400, { disk: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "330 mail: fired disk warning"]);
});

test("groups that are due at once go to a channel as one message, the worst first", async () => {
  await world.until(60, { disk: WARNING, cpu: CRITICAL });
  expect(world.told).toEqual(["30 mail: fired cpu critical, fired disk warning"]);
});

test("an alert between warning and critical stands once in a message, in its last state, and swings are damped", async () => {
  for (let turn = 0; turn < 3; turn++) {
    await world.until(4 + turn * 8, { cpu: WARNING });
    await world.until(8 + turn * 8, { cpu: CRITICAL });
  }
  await world.until(60);
  expect(world.told).toEqual(["30 mail: fired cpu critical"]);
  for (let turn = 0; turn < 40; turn++) {
    await world.until(60 + turn * 20, { cpu: WARNING });
    await world.until(70 + turn * 20, { cpu: CRITICAL });
  }
  expect(world.told.length).toBeLessThanOrEqual(4);
});

test("repeat_interval: what nobody acknowledged is told again, whatever its severity", async () => {
  await world.until(5 * HOUR, { cpu: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning", `${30 + 4 * HOUR} mail: repeated cpu warning`]);
});

test("what is acknowledged is not repeated; with an end it reminds then", async () => {
  await world.until(60, { cpu: WARNING });
  await world.manager.acknowledge(world.firing.id, { by: "ann", note: null, forMs: 2 * HOUR * 1000, now: START + 60_000 });
  await world.until(3 * HOUR);
  expect(world.told.slice(1)).toEqual([`${30 + 300 * 25} mail: repeated cpu warning`]);
  await world.manager.acknowledge(world.firing.id, { by: "ann", note: null, now: START + 3 * HOUR * 1000 });
  await world.until(12 * HOUR);
  expect(world.told).toHaveLength(2);
});

test("an acknowledgement with an end that passes while the server is off reminds all the same", async () => {
  await world.until(60, { cpu: WARNING });
  await world.manager.acknowledge(world.firing.id, { by: "ann", note: null, forMs: 600_000, now: START + 60_000 });
  await world.restart(60);
  await world.until(1200);
  expect(world.told.slice(1)).toEqual([expect.stringMatching(/^9\d\d mail: repeated cpu warning$/)]);
});

test("alertmanager#2770: a rule that was removed while the server was off is resolved at the start, and told", async () => {
  await world.until(60, { cpu: WARNING });
  await world.restart(600, { rules: [ruleOn("disk")] });
  expect([...world.alerts.values()]).toMatchObject([{ state: "resolved", note: "the rule was removed" }]);
  await world.until(1200);
  expect(world.told.slice(1)).toEqual([expect.stringMatching(/resolved cpu/)]);
});

test("alertmanager#1607: a series that is gone after a restart ends by the rule's no_data, and does not repeat for ever", async () => {
  await world.until(60, { cpu: WARNING, disk: CALM });
  await world.restart(60);
  delete world.values.cpu;
  await world.until(300);
  expect([...world.alerts.values()]).toMatchObject([{ rule: "cpu", state: "resolved" }]);
  await world.until(12 * HOUR);
  expect(world.told).toHaveLength(2);
});

test("no_data keep holds it, also after a restart", async () => {
  world = new World({ rules: [ruleOn("cpu", { noData: "keep" })] });
  await world.until(60, { cpu: WARNING, disk: CALM });
  await world.restart(60);
  delete world.values.cpu;
  await world.until(3000);
  expect(world.firing).toMatchObject({ rule: "cpu", state: "firing" });
});

test("a threshold that is raised above the value judges anew at once", async () => {
  await world.until(60, { cpu: 0.82 });
  world.manager.configure({ ...ROUTING, rules: [ruleOn("cpu", { thresholds: { warning: 0.83 } })] }, () => {}, START + 60_000);
  await world.until(61);
  expect([...world.alerts.values()]).toMatchObject([{ state: "resolved", resolvedAt: START + 60_000 }]);
});

test("a threshold that is changed while the alert goes on is the one that is shown", async () => {
  await world.until(60, { cpu: 0.9 });
  world.manager.configure({ ...ROUTING, rules: [ruleOn("cpu", { thresholds: { warning: 0.85 } })] }, () => {}, START + 60_000);
  await world.until(61);
  expect(world.firing.threshold).toBe(0.85);
  expect([...world.alerts.values()]).toMatchObject([{ threshold: 0.85 }]);
});

test("what is resolved by hand stays so until its condition has cleared once", async () => {
  await world.until(60, { cpu: WARNING });
  await world.manager.resolve(world.firing.id, { note: null, now: START + 60_000 });
  await world.until(2000);
  await world.restart();
  await world.until(4000);
  expect(world.manager.active()).toEqual([]);
  await world.until(4010, { cpu: CALM });
  await world.until(4100, { cpu: WARNING });
  expect(world.firing).toMatchObject({ rule: "cpu", startedAt: START + 4_010_000 });
});

test("a silence that is made while a message waits holds it back; it is told when the silence ends", async () => {
  await world.until(20, { cpu: WARNING });
  const silence: Silence = {
    id: "s",
    rule: "cpu",
    match: {},
    note: "",
    createdBy: null,
    window: { kind: "once", from: START, until: START + 600_000 },
  };
  world.manager.setSilences([silence]);
  await world.until(600);
  expect(world.told).toEqual([]);
  await world.until(700);
  expect(world.told).toEqual([expect.stringMatching(/^6[0-3]\d mail: fired cpu warning$/)]);
});

test("a silence that is made while a message waits, and an alert that ends below it: nobody is told", async () => {
  await world.until(20, { cpu: WARNING });
  world.manager.setSilences([
    { id: "s", rule: "cpu", match: {}, note: "", createdBy: null, window: { kind: "once", from: START, until: START + 600_000 } },
  ]);
  await world.until(300);
  await world.until(1000, { cpu: CALM });
  expect(world.told).toEqual([]);
});

test("a cause is renewed while its alert fires, and the first one is kept", async () => {
  const consumer = (name: string): Consumer => ({
    pid: 7,
    startedAt: START,
    parentPid: 1,
    name,
    command: name,
    user: "ann",
    seconds: 60,
    cpuSeconds: 50,
    memoryBytes: 1e6,
    peakMemoryBytes: 1e6,
    readBytes: 0,
    writtenBytes: 0,
    state: "running",
    shortLived: 0,
  });
  world = new World({ rules: [{ ...ruleOn("system.cpu.utilization"), name: "cpu" }] });
  world.consumers = [consumer("make")];
  await world.until(60, { "system.cpu.utilization": WARNING });
  world.consumers = [consumer("cc1")];
  await world.until(40 * MINUTE);
  expect(world.firing).toMatchObject({ cause: [{ name: "cc1" }], firstCause: [{ name: "make" }] });
  expect([...world.alerts.values()]).toMatchObject([{ cause: [{ name: "cc1" }] }]);
});

test("a resolved alert is told with its group, and what was never told of is not told as resolved", async () => {
  await world.until(60, { cpu: WARNING });
  await world.until(400, { cpu: CALM });
  await world.until(410, { disk: WARNING });
  await world.until(900, { disk: CALM });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "330 mail: resolved cpu warning"]);
});

test('group_by rule, severity or labels; "..." tells each alert by itself', async () => {
  world = new World({ groupBy: [], rules: [ruleOn("cpu"), ruleOn("disk")] });
  await world.until(10, { cpu: WARNING });
  await world.until(100, { disk: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning, fired disk warning"]);
  world = new World({ groupBy: ["..."] });
  await world.until(10, { cpu: WARNING });
  await world.until(100, { disk: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "40 mail: fired disk warning"]);
});

test("what was told before group_by was changed, or by the version that had one group a channel, is not told again, and its end is", async () => {
  await world.until(60, { cpu: WARNING });
  await world.restart(10, { groupBy: ["metric"] });
  await world.until(400);
  expect(world.told).toHaveLength(1);
  await world.until(1000, { cpu: CALM });
  expect(world.told.slice(1)).toEqual([expect.stringMatching(/resolved cpu/)]);
});

test("escalation: further channels are told when nobody has acknowledged it for long enough, and of its end", async () => {
  const channels = ["mail", "page", "boss"].map((name) => ({ name, severities: SEVERITIES }));
  const escalate = [
    { afterSeconds: 900, channels: ["page"] },
    { afterSeconds: HOUR, channels: ["boss"] },
  ];
  world = new World({ channels, escalate });
  await world.until(2000, { cpu: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "900 page: fired cpu warning"]);
  await world.restart();
  await world.manager.acknowledge(world.firing.id, { by: "ann", note: null, now: START + world.second * 1000 });
  await world.until(3 * HOUR);
  expect(world.told).toHaveLength(2);
  await world.until(3 * HOUR + 400, { cpu: CALM });
  expect(world.told.slice(2).sort()).toEqual([
    expect.stringMatching(/mail: resolved cpu warning$/),
    expect.stringMatching(/page: resolved cpu warning$/),
  ]);
});

test("escalation: a rule's own steps stand in place of those of all, and its channels name whom they name", async () => {
  const channels = ["mail", "page", "boss"].map((name) => ({ name, severities: SEVERITIES }));
  const own = ruleOn("cpu", { escalate: [{ afterSeconds: 120, channels: ["boss"] }] });
  world = new World({
    channels,
    escalate: [{ afterSeconds: 600, channels: ["page", "boss"] }],
    rules: [own, ruleOn("disk", { channels: ["page"] })],
  });
  await world.until(1000, { cpu: WARNING, disk: WARNING });
  expect([...world.told].sort()).toEqual(
    [
      "30 mail: fired cpu warning",
      "30 page: fired disk warning",
      "120 boss: fired cpu warning",
      "600 boss: fired disk warning",
    ].sort(),
  );
});
