/** Faults in what is told that were found by reading: each was told wrongly, never, or for ever. Seconds of a fake clock. */
import { beforeEach, expect, test } from "vitest";
import { SEVERITIES } from "~/domain/alert";
import type { ChartSeries } from "~/domain/derive";
import type { Silence } from "~/domain/silence";
import { CALM, CRITICAL, HOUR, MINUTE, ROUTING, ruleOn, START, WARNING, World } from "../../../tests/helpers/alert-world";
import type { ManagerOptions } from "./manager-options";

let world: World;
/** `second kind` of each change. */
let changes: string[];
beforeEach(() => {
  changes = [];
});

const noted: Partial<ManagerOptions> = {
  onChange: ({ kind }) => void changes.push(`${world.second} ${kind}`),
};

const mount = (name: string): ChartSeries => ({ metric: "disk", labels: { "system.filesystem.mountpoint": name }, unit: "1" });
const byMount: Partial<ManagerOptions> = {
  rules: [ruleOn("disk")],
  message: (items) => items.map(({ kind, alert }) => `${kind} ${alert.labels["system.filesystem.mountpoint"]}`).join(", "),
};

/** Steps of ten seconds of series that a world with one series a metric does not have. */
async function play(series: readonly ChartSeries[], until: number, values: (second: number) => number[]): Promise<void> {
  for (; world.second < until; world.second += 10) {
    world.manager.tick({ at: world.now, series, values: Float64Array.from(values(world.second)) }, 10, 10);
    await world.manager.settled();
  }
}

test("repeat_interval: an alert is told again though others of its group come and go, and with it all that fire", async () => {
  world = new World(byMount);
  // /b fires for half an hour every three hours.
  await play([mount("/a"), mount("/b")], 10 * HOUR, (second) => [WARNING, second % (3 * HOUR) < 1800 ? WARNING : CALM]);
  const ofA = world.told.filter((told) => told.includes("/a")).map((told) => [Number(told.split(" ")[0]), told]);
  expect(ofA.map(([, told]) => String(told).replace(/^\d+ mail: /, ""))).toEqual([
    "fired /a, fired /b",
    expect.stringContaining("repeated /a"),
    expect.stringContaining("repeated /a"),
  ]);
  expect(Number(ofA[1]?.[0]) - 4 * HOUR).toBeLessThan(10 * MINUTE);
});

test.each([60, 300])(
  "no_data alert: a metric that reports since the start is not missing while its window of %i s fills",
  async (windowSeconds) => {
    world = new World({ ...noted, rules: [ruleOn("cpu", { noData: "alert", aggregate: "avg", windowSeconds })] });
    await world.until(900, { cpu: CALM });
    expect(changes).toEqual([]);
  },
);

test("no_data ok: what fires goes on after a pause that emptied its window", async () => {
  world = new World({ ...noted, rules: [ruleOn("cpu", { aggregate: "avg", windowSeconds: 300 })] });
  await world.until(700, { cpu: WARNING });
  await world.restart(240);
  await world.until(2500);
  expect(changes.map((change) => change.split(" ")[1])).toEqual(["fired"]);
});

test("no_data alert: a reload while a metric is absent does not keep its alert for ever", async () => {
  const rules = () => [ruleOn("queue", { noData: "alert", match: { env: "live" } })];
  world = new World({ ...noted, rules: rules() });
  const queue: ChartSeries = { metric: "queue", labels: { env: "live", host: "a" }, unit: "1" };
  await play([], 60, () => []);
  world.manager.configure({ ...ROUTING, rules: rules() }, () => {}, world.now);
  await play([queue], 600, () => [CALM]);
  expect(world.manager.active()).toEqual([]);
});

test("no_data alert: what a rule no longer looks at is not missing", async () => {
  const rules = (env: string) => [ruleOn("queue", { noData: "alert", match: { env } })];
  world = new World({ ...noted, rules: rules("live") });
  const both = ["live", "test"].map((env): ChartSeries => ({ metric: "queue", labels: { env }, unit: "1" }));
  await play(both, 60, () => [CALM, CALM]);
  world.manager.configure({ ...ROUTING, rules: rules("test") }, () => {}, world.now);
  await play(both, 600, () => [CALM, CALM]);
  expect(changes).toEqual([]);
});

const channels = [
  { name: "mail", severities: SEVERITIES },
  { name: "pager", severities: SEVERITIES },
];

test("escalation: the channel of a single rule's step is told of nothing else, and of it when it is time", async () => {
  const own = ruleOn("cpu", { escalate: [{ afterSeconds: 900, channels: ["pager"] }] });
  world = new World({ channels, rules: [own, ruleOn("disk")] });
  await world.until(1000, { cpu: WARNING, disk: WARNING });
  expect(world.told).toEqual(["30 mail: fired cpu warning, fired disk warning", "900 pager: fired cpu warning"]);
});

test("a silence that begins while a warning waits withholds the critical alert from no channel when it ends", async () => {
  const critical = [channels[0] as (typeof channels)[0], { name: "pager", severities: ["critical"] as const }];
  const silence: Silence = {
    id: "s",
    rule: "cpu",
    match: {},
    note: "",
    createdBy: null,
    window: { kind: "once", from: START, until: START + 600_000 },
  };
  world = new World({ channels: critical, rules: [ruleOn("cpu")] });
  await world.until(5, { cpu: WARNING });
  world.manager.setSilences([silence]);
  await world.until(15);
  await world.until(HOUR, { cpu: CRITICAL });
  expect(world.told.map((told) => told.split(" ")[1])).toEqual(["mail:", "pager:"]);
});

const byId: Partial<ManagerOptions> = {
  rules: [ruleOn("cpu")],
  timing: { groupWaitMs: 10_000, groupIntervalMs: 30_000, repeatIntervalMs: 24 * HOUR * 1000 },
  message: (items) => items.map(({ kind, alert }) => `${kind} ${alert.id}`).join(", "),
};

test("flapping that settles while it fires ends the alert that was announced: a receiver may have an incident for each", async () => {
  world = new World(byId);
  for (let turn = 0; turn < 4; turn++) {
    await world.until(turn * 160 + 80, { cpu: WARNING });
    await world.until(turn * 160 + 160, { cpu: CALM });
  }
  await world.until(640 + HOUR, { cpu: WARNING });
  await world.until(640 + 2 * HOUR, { cpu: CALM });
  const events = world.told.flatMap((told) => told.replace(/^\d+ mail: /, "").split(", "));
  const told = new Map<string, string[]>();
  for (const [kind, id] of events.map((event) => event.split(" ") as [string, string]))
    told.set(id, [...(told.get(id) ?? []), kind]);
  for (const kinds of told.values()) expect(kinds.at(-1)).toBe("resolved");
  expect(events.some((event) => event.startsWith("flapping"))).toBe(true);
});

test("a message knows what severity the one before it told, also of a group that the alert has left", async () => {
  world = new World({
    rules: [ruleOn("cpu")],
    message: (items) => items.map(({ kind, alert, told }) => `${kind} ${alert.severity} after ${told}`).join(", "),
  });
  await world.until(100, { cpu: WARNING });
  await world.until(600, { cpu: CRITICAL });
  await world.until(2 * HOUR, { cpu: WARNING });
  await world.until(3 * HOUR, { cpu: CALM });
  expect(world.told.map((told) => told.replace(/^\d+ mail: /, ""))).toEqual([
    "fired warning after undefined",
    "escalated critical after warning",
    "resolved critical after critical",
  ]);
});

test("a restart while an alert flaps tells nothing new", async () => {
  world = new World(byId);
  for (let turn = 0; turn < 6; turn++) {
    await world.until(turn * 20 + 10, { cpu: WARNING });
    await world.until(turn * 20 + 20, { cpu: CALM });
  }
  await world.until(126, { cpu: WARNING });
  const before = world.told.length;
  await world.restart(2);
  await world.until(126 + 10 * MINUTE);
  expect(world.told.slice(before)).toEqual([]);
});
