import { expect, test } from "vitest";
import { type Alert, SEVERITIES } from "~/domain/alert";
import { UNKNOWN_CAUSE } from "~/domain/contributor";
import type { ChartSeries, Frame } from "~/domain/derive";
import type { AlertWriteBatch, GroupState } from "~/domain/notification";
import type { Silence } from "~/domain/silence";
import { seeded } from "../../../scripts/recording";
import { alertRule as rule } from "../../../tests/helpers/alert";
import { runAtOnce } from "../slices";
import { backtest } from "./backtest";
import { AlertManager } from "./manager";
import type { AlertRecords, ManagerOptions } from "./manager-options";
import { instanceKey } from "./notification-router";

const START = Date.UTC(2026, 10, 23, 12);
const METRIC = "system.cpu.utilization";

/** In-memory `AlertRecords`. */
function records(): AlertRecords & { alerts: Map<string, Alert>; messages: { channel: string; items: [string, string][] }[] } {
  const alerts = new Map<string, Alert>();
  const states: AlertWriteBatch["states"] & Map<string, never> = new Map() as never;
  const groups = new Map<string, GroupState>();
  const messages: { channel: string; items: [string, string][] }[] = [];
  return {
    alerts,
    messages,
    save: async (changes) => {
      for (const alert of [...changes.created, ...changes.updated]) alerts.set(alert.id, alert);
      for (const [key, state] of changes.states) states.set(key, state as never);
      for (const [key, state] of changes.groups) {
        if (state === null) groups.delete(key);
        else groups.set(key, structuredClone(state));
      }
      for (const { channel, message } of changes.outbox)
        messages.push({ channel, items: JSON.parse(message) as [string, string][] });
    },
    states: async () => new Map(states),
    groups: async () => new Map(groups),
    firing: async () => [...alerts.values()].filter(({ state }) => state === "firing"),
    since: async (at) => [...alerts.values()].filter(({ startedAt, resolvedAt }) => Math.max(startedAt, resolvedAt ?? 0) >= at),
    get: async (id) => alerts.get(id) ?? null,
  };
}

type Kept = ReturnType<typeof records>;

function manager(kept: Kept, change: Partial<ManagerOptions> = {}) {
  const transitions: string[] = [];
  const made = new AlertManager({
    rules: [rule()],
    channels: [{ name: "mail", severities: SEVERITIES }],
    timing: { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 },
    groupBy: ["rule", "severity"],
    escalate: [],
    silences: [],
    records: kept,
    explain: () => UNKNOWN_CAUSE,
    headline: ({ rule: name }) => name,
    message: (items) => JSON.stringify(items.map(({ kind, alert }) => [kind, alert.rule])),
    onChange: ({ kind, alert, at }) => transitions.push(`${(at - START) / 1000} ${kind} ${alert.rule} ${alert.severity}`),
    onOutbox: () => {},
    onError: (error) => {
      throw error;
    },
    ...change,
  });
  return { made, transitions };
}

const series = (labels: Record<string, string> = {}, metric = METRIC): ChartSeries => ({ metric, labels, unit: "1" });
const ONE = [series()];

function frame(second: number, values: readonly number[], layout: readonly ChartSeries[] = ONE): Frame {
  return { at: START + second * 1000, series: layout, values: Float64Array.from(values) };
}

/** Ticks once a second from `from` on, with one reading each. */
function run(made: AlertManager, from: number, values: readonly number[]): void {
  values.forEach((value, index) => {
    made.tick(frame(from + index, [value]), 1, 1);
  });
}

const told = ({ messages }: Kept) => messages.flatMap(({ items }) => items.map(([kind, name]) => `${kind} ${name}`));

test("what fired half a minute ago and waits for its company is told after a kill", async () => {
  const kept = records();
  const first = manager(kept);
  run(first.made, 0, Array(10).fill(0.9));
  await first.made.settled();
  const second = manager(kept);
  await second.made.restore(START);
  run(second.made, 20, Array(20).fill(0.9));
  await second.made.settled();
  expect(told(kept)).toEqual(["fired cpu"]);
});

test("what was told before a kill is not told again, and its end is", async () => {
  const kept = records();
  const first = manager(kept);
  run(first.made, 0, Array(40).fill(0.9));
  await first.made.settled();
  const second = manager(kept);
  await second.made.restore(START);
  run(second.made, 60, [...Array(60).fill(0.9), ...Array(300).fill(0.1)]);
  await second.made.settled();
  expect(told(kept)).toEqual(["fired cpu", "resolved cpu"]);
});

test("a silence keeps its alert back and lets it be told when it ends", async () => {
  const silence: Silence = {
    id: "s1",
    rule: "cpu",
    match: {},
    note: "backup",
    createdBy: null,
    window: { kind: "once", from: START, until: START + 100_000 },
  };
  const kept = records();
  const { made } = manager(kept, { silences: [silence] });
  run(made, 0, Array(90).fill(0.9));
  await made.settled();
  expect(told(kept)).toEqual([]);
  expect(made.mutedBy(made.active()[0] as Alert, START + 50_000)).toBe("silence backup");
  run(made, 90, Array(60).fill(0.9));
  await made.settled();
  expect(told(kept)).toEqual(["fired cpu"]);
});

test("what fired and resolved within a silence is nobody's trouble", async () => {
  const silence: Silence = {
    id: "s1",
    rule: "*",
    match: {},
    note: "",
    createdBy: null,
    window: { kind: "once", from: START, until: START + 100_000 },
  };
  const kept = records();
  const { made } = manager(kept, { silences: [silence] });
  run(made, 0, [...Array(30).fill(0.9), ...Array(500).fill(0.1)]);
  await made.settled();
  expect(told(kept)).toEqual([]);
});

test("a critical alert mutes a warning of the same thing", async () => {
  const kept = records();
  const rules = [rule({ name: "hot", thresholds: { critical: 0.85 } }), rule({ name: "warm", thresholds: { warning: 0.8 } })];
  const { made } = manager(kept, { rules });
  run(made, 0, Array(40).fill(0.9));
  await made.settled();
  expect(told(kept)).toEqual(["fired hot"]);
});

test("a disk that is gone mutes what else was wrong with it", async () => {
  const kept = records();
  const device = { "system.device": "sdb" };
  const rules = [
    rule({ name: "gone", metric: "system.disk.io", noData: "alert", thresholds: { warning: 1e12 } }),
    rule({ name: "busy", metric: "system.disk.utilization", noData: "keep" }),
  ];
  const { made } = manager(kept, { rules });
  const layout = [
    series(device, "system.disk.io"),
    series({ ...device, "disk.io.direction": "read" }, "system.disk.utilization"),
  ];
  made.tick(frame(0, [1, 0.1], layout), 1, 1);
  for (let second = 1; second < 70; second++) made.tick(frame(second, [Number.NaN, second > 40 ? 0.99 : 0.1], layout), 1, 1);
  await made.settled();
  expect(told(kept)).toEqual(["fired gone"]);
});

test("a rule on a metric that never came fires for want of it, and resolves when it comes", async () => {
  const kept = records();
  const rules = [rule({ name: "backup", metric: "backup.age", noData: "alert", thresholds: { warning: 1e9 } })];
  const { made, transitions } = manager(kept, { rules });
  for (let second = 0; second < 40; second++) made.tick(frame(second, [0.1]), 1, 1);
  const layout = [...ONE, series({}, "backup.age")];
  for (let second = 40; second < 45; second++) made.tick(frame(second, [0.1, 5], layout), 1, 1);
  expect(transitions).toEqual(["29 fired backup warning", "40 resolved backup warning"]);
});

test("trouble that comes and goes is told once as flapping, and again when it has settled", async () => {
  const kept = records();
  const { made } = manager(kept, { timing: { groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 1e12 } });
  run(
    made,
    0,
    Array.from({ length: 40 }, (_, index) => (index % 4 < 2 ? 0.9 : 0.1)),
  );
  await made.settled();
  expect(told(kept)).toEqual(["fired cpu", "resolved cpu", "fired cpu", "resolved cpu", "flapping cpu"]);
  run(made, 40, Array(1000).fill(0.1));
  await made.settled();
  expect(told(kept).slice(5)).toEqual(["resolved cpu"]);
});

test("what flapped before a restart is not told anew, only when it has settled", async () => {
  const kept = records();
  const timing = { groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 1e12 };
  const wave = Array.from({ length: 40 }, (_, index) => (index % 4 < 2 ? 0.9 : 0.1));
  const first = manager(kept, { timing });
  run(first.made, 0, wave);
  await first.made.settled();
  const before = told(kept).length;
  const second = manager(kept, { timing });
  await second.made.restore(START + 50_000);
  run(second.made, 50, wave);
  await second.made.settled();
  expect(told(kept).slice(before)).toEqual([]);
  run(second.made, 90, Array(1000).fill(0.1));
  await second.made.settled();
  expect(told(kept).slice(before)).toEqual(["resolved cpu"]);
});

test("a rise in severity after an acknowledgement is told, and the record keeps who acknowledged it and when", async () => {
  const kept = records();
  const { made } = manager(kept);
  run(made, 0, Array(40).fill(0.9));
  await made.settled();
  const [alert] = made.active();
  await made.acknowledge(alert?.id ?? "", { by: "ann", note: null, now: START + 40_000 });
  run(made, 41, Array(40).fill(0.97));
  await made.settled();
  expect(made.active()[0]).toMatchObject({
    severity: "critical",
    acknowledgedBy: "ann",
    acknowledgedAt: START + 40_000,
    acknowledgedUntil: START + 41_000,
  });
  expect(told(kept)).toEqual(["fired cpu", "escalated cpu"]);
});

test("a channel that a rule does not name hears nothing of it", async () => {
  const kept = records();
  const channels = [
    { name: "mail", severities: SEVERITIES },
    { name: "page", severities: SEVERITIES },
  ];
  const { made } = manager(kept, { channels, rules: [rule({ channels: ["page"] })] });
  run(made, 0, Array(40).fill(0.9));
  await made.settled();
  expect(kept.messages.map(({ channel }) => channel)).toEqual(["page"]);
});

test("what a channel was told of is forgotten when it is over, also if its end was not for the channel", async () => {
  const kept = records();
  const { made } = manager(kept, { channels: [{ name: "mail", severities: ["critical"] }] });
  for (let time = 0; time < 5; time++) {
    run(made, time * 1000, [...Array(400).fill(0.99), ...Array(50).fill(0.85), ...Array(50).fill(0.1)]);
  }
  run(made, 5000, Array(400).fill(0.1));
  await made.settled();
  // Its end is told although it had eased to a severity that is not for the channel.
  expect(told(kept).sort()).toEqual([...Array(5).fill("fired cpu"), ...Array(5).fill("resolved cpu")]);
  expect([...(await kept.groups()).values()].flatMap(({ notified }) => Object.keys(notified))).toHaveLength(0);
});

test("other thresholds take effect on an alert that fires; a rule that goes resolves it", async () => {
  const kept = records();
  const { made, transitions } = manager(kept);
  run(made, 0, Array(5).fill(0.9));
  const setup = {
    channels: [{ name: "mail", severities: SEVERITIES }],
    timing: { groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 1e12 },
    groupBy: ["rule", "severity"],
    escalate: [],
  };
  made.configure({ ...setup, rules: [rule({ thresholds: { critical: 0.85 } })] }, () => {}, START + 5000);
  run(made, 6, [0.9]);
  made.configure({ ...setup, rules: [] }, () => {}, START + 7000);
  await made.settled();
  expect(transitions).toEqual(["0 fired cpu warning", "6 escalated cpu critical", "7 removed cpu critical"]);
  expect(made.active()).toEqual([]);
});

test("a clock that jumps neither fires nor resolves anything", async () => {
  const kept = records();
  const { made, transitions } = manager(kept, { rules: [rule({ forSeconds: 60, keepFiringForSeconds: 60 })] });
  let clock = 0;
  for (let jump = 0; jump < 12; jump++) {
    clock += jump % 2 === 0 ? 7200 : -3600;
    // 40 s above, 40 s below: neither lasts a minute.
    for (let second = 0; second < 40; second++) made.tick(frame(clock++, [0.9]), 1, 1);
    for (let second = 0; second < 40; second++) made.tick(frame(clock++, [0.1]), 1, 1);
  }
  expect(transitions).toEqual([]);
});

const MINUTE_S = 60;
const DAY_S = 86_400;
const JUMPS_S = [1, MINUTE_S, 3600, DAY_S, 400 * DAY_S, 3650 * DAY_S].flatMap((seconds) => [seconds, -seconds]);

/** What is told at which second of the monotonic clock, when the wall clock is set at some of them. */
async function toldWithJumps(jumps: ReadonlyMap<number, number>): Promise<string[]> {
  const kept = records();
  const told: string[] = [];
  let second = 0;
  const { made } = manager(kept, {
    rules: [rule({ forSeconds: 10 })],
    timing: { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 600_000 },
    message: (items) => {
      told.push(...items.map(({ kind, alert }) => `${second} ${kind} ${alert.severity}`));
      return "[]";
    },
  });
  // Fires, rises, resolves, and fires again soon after; then a critical one that lasts.
  const valueAt = (at: number) =>
    at < 60 ? 0.1 : at < 250 ? 0.85 : at < 400 ? 0.99 : at < 450 ? 0.1 : at < 700 ? 0.9 : at < 900 ? 0.1 : 0.99;
  let wall = 0;
  await made.restore(START);
  for (; second < 2400; second++) {
    const step = jumps.get(second) ?? 0;
    wall += 1 + step;
    if (step !== 0) made.clockWasSet(START + wall * 1000, step * 1000);
    made.tick(frame(wall, [valueAt(second)]), step < 0 ? Number.NaN : 1, 1);
  }
  await made.settled();
  for (const { startedAt } of made.active()) expect(startedAt).toBeLessThanOrEqual(START + wall * 1000);
  return told;
}

const CALM_TOLD = await toldWithJumps(new Map());

test.each(JUMPS_S)("a clock that is set by %i s, whenever that is, changes nothing of what is told, and when", async (jump) => {
  expect(CALM_TOLD.length).toBeGreaterThan(6);
  // At the start, while the first message waits, while it fires, while a group interval runs, while a repetition waits.
  for (const at of [1, 80, 200, 430, 1200]) expect([at, await toldWithJumps(new Map([[at, jump]]))]).toEqual([at, CALM_TOLD]);
  // Away and back two minutes later.
  expect(
    await toldWithJumps(
      new Map([
        [80, jump],
        [200, -jump],
      ]),
    ),
  ).toEqual(CALM_TOLD);
});

test("ten thousand alerts in one tick are explained once, stored once and are one message", async () => {
  const kept = records();
  let explained = 0;
  let saved = 0;
  const { made } = manager(
    { ...kept, save: (changes, now) => kept.save(changes, now).then(() => void saved++) },
    {
      timing: { groupWaitMs: 0, groupIntervalMs: 300_000, repeatIntervalMs: 1e12 },
      explain: () => {
        explained++;
        return UNKNOWN_CAUSE;
      },
    },
  );
  const layout = Array.from({ length: 10_000 }, (_, index) => series({ "cpu.logical_number": String(index) }));
  made.tick({ at: START, series: layout, values: new Float64Array(10_000).fill(0.1) }, 1, 1);
  await made.settled();
  saved = 0;
  made.tick({ at: START + 1000, series: layout, values: new Float64Array(10_000).fill(0.9) }, 1, 1);
  await made.settled();
  expect(saved).toBe(1);
  expect(explained).toBe(1);
  expect(kept.messages).toHaveLength(1);
  expect(kept.alerts.size).toBe(10_000);
});

test("the work of a storm of critical alerts grows as their number, not as its square", () => {
  const looksOf = (count: number) => {
    let looks = 0;
    const watched = (labels: Record<string, string>) =>
      new Proxy(labels, {
        get: (target, name: string) => {
          looks++;
          return target[name];
        },
      });
    const layout = Array.from({ length: count }, (_, index) => series(watched({ "cpu.logical_number": String(index) })));
    const { made } = manager(records());
    made.tick({ at: START, series: layout, values: new Float64Array(count).fill(0.1) }, 1, 1);
    looks = 0;
    made.tick({ at: START + 1000, series: layout, values: new Float64Array(count).fill(0.99) }, 1, 1);
    expect(made.active()).toHaveLength(count);
    return looks;
  };
  expect(looksOf(2000)).toBeLessThan(5 * looksOf(500));
});

test("the back-test gives the live transition log", async () => {
  const watched = rule({ windowSeconds: 20, aggregate: "avg", forSeconds: 10, keepFiringForSeconds: 15 });
  const live: string[] = [];
  const { made } = manager(records(), {
    rules: [watched],
    onChange: ({ kind, alert, at }) => live.push(`${at} ${instanceKey(alert)} ${kind} ${alert.severity} ${alert.value}`),
  });
  const random = seeded(7);
  const frames = Array.from({ length: 5000 }, (_, second) => ({
    frame: frame(second, [random() < 0.02 ? Number.NaN : 0.6 + 0.45 * Math.abs(Math.sin(second / 97)) * random()]),
    seconds: 1,
  }));
  for (const { frame: one, seconds } of frames) made.tick(one, seconds, 1);
  const timing = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 1e12 };
  const input = { frames, intervalSeconds: 1 };
  const { transitions, firings, suggestion } = runAtOnce(backtest(watched, input, { timing, perWeek: 1 }));
  expect(transitions.map(({ at, key, kind, severity, value }) => `${at} ${key} ${kind} ${severity} ${value}`)).toEqual(live);
  expect(live.length).toBeGreaterThan(10);
  expect(firings.length).toBe(transitions.filter(({ kind }) => kind === "fired").length);
  const calmer = runAtOnce(
    backtest({ ...watched, thresholds: { warning: suggestion as number } }, input, { timing, perWeek: 1 }),
  );
  expect(calmer.firings.length).toBeLessThanOrEqual(1);
});

test("a rule passes over what is smaller than it says, until it has grown", () => {
  const { made, transitions } = manager(records(), {
    rules: [rule({ atLeast: { match: { type: "tmpfs" }, metric: "limit", value: 16 } })],
  });
  const layout = ["tmpfs", "ext4"].flatMap((type) => [series({ type }), series({ type }, "limit")]);
  const told = (second: number, size: number) => {
    made.tick(frame(second, [0.9, size, 0.9, size], layout), 1, 1);
    return transitions.splice(0);
  };
  expect(told(0, 8)).toEqual(["0 fired cpu warning"]);
  expect(told(1, 8)).toEqual([]);
  expect(told(2, 16)).toEqual(["2 fired cpu warning"]);
});
