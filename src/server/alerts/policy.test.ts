/** What is told when, as Alertmanager's documentation has it and as the field reported where others go wrong. Seconds of a fake clock. */
import { beforeEach, expect, test } from "vitest";
import { SEVERITIES } from "~/domain/alert";
import type { Silence } from "~/domain/silence";
import { CALM, CRITICAL, HOUR, MINUTE, ROUTING, ruleOn, START, WARNING, World } from "../../../tests/helpers/alert-world";
import { consumerOf } from "../../../tests/helpers/consumer";

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

test("resolving by hand is taken back: an end that waits is not told, and the alert goes on as the same one", async () => {
  await world.until(60, { cpu: WARNING });
  const { id, startedAt } = world.firing;
  await world.manager.resolve(id, { note: null, now: world.now });
  expect(world.manager.active()).toEqual([]);
  await world.manager.reopen(id, world.now);
  expect(world.firing).toMatchObject({ id, startedAt, state: "firing", resolvedAt: null });
  expect(world.alerts.get(id)).toMatchObject({ state: "firing", resolvedAt: null });
  await world.until(1000);
  expect(world.told).toEqual(["30 mail: fired cpu warning"]);
  await world.until(2000, { cpu: CALM });
  expect(world.told.at(-1)).toContain("resolved cpu warning");
});

test("whoever was told of an end that is taken back hears that the alert fires, also who waited for it", async () => {
  await world.until(60, { cpu: WARNING });
  const { id } = world.firing;
  await world.manager.resolve(id, { note: null, now: world.now });
  await world.until(400);
  expect(world.told.at(-1)).toContain("resolved cpu warning");
  await world.manager.reopen(id, world.now);
  await world.until(900);
  expect(world.told.at(-1)).toContain("fired cpu warning");

  const early = new World();
  await early.until(10, { cpu: WARNING });
  await early.manager.resolve(early.firing.id, { note: null, now: early.now });
  await early.manager.reopen([...early.alerts.keys()][0] ?? "", early.now);
  await early.until(900);
  expect(early.told).toEqual(["40 mail: fired cpu warning"]);
});

test("what cleared after it was resolved by hand, or fires, is not reopened", async () => {
  await world.until(60, { cpu: WARNING });
  const { id } = world.firing;
  await expect(world.manager.reopen(id, world.now)).rejects.toThrow(/can't be reopened/);
  await world.manager.resolve(id, { note: null, now: world.now });
  await world.until(70, { cpu: CALM });
  await expect(world.manager.reopen(id, world.now)).rejects.toThrow(/condition has cleared/);
  await expect(world.manager.reopen("none", world.now)).rejects.toThrow(/no alert none/);
});

test("an acknowledgement is taken back as it was made: reminders go on, an earlier one is there again", async () => {
  await world.until(60, { cpu: WARNING });
  const { id } = world.firing;
  await world.manager.acknowledge(id, { by: "ann", note: "on it", now: world.now });
  await world.manager.unacknowledge(id, world.now);
  expect(world.firing).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null, acknowledgedUntil: null, note: null });
  await world.until(5 * HOUR);
  expect(world.told.filter((text) => text.includes("repeated cpu warning"))).toHaveLength(1);

  await world.manager.acknowledge(id, { by: "ann", note: null, now: world.now });
  const first = world.firing.acknowledgedAt;
  await world.manager.acknowledge(id, { by: "bob", note: null, forMs: 60_000, now: world.now });
  await world.manager.unacknowledge(id, world.now);
  expect(world.firing).toMatchObject({ acknowledgedAt: first, acknowledgedBy: "ann", acknowledgedUntil: null });
  await world.until(15 * HOUR);
  expect(world.told.filter((text) => text.includes("repeated cpu warning"))).toHaveLength(1);
});

test("the worst value of an alert is kept beside its newest, also over a restart", async () => {
  await world.until(60, { cpu: CRITICAL });
  await world.until(70, { cpu: WARNING });
  expect(world.firing).toMatchObject({ value: WARNING, peak: CRITICAL });
  await world.restart();
  await world.until(80);
  await world.until(90, { cpu: CALM });
  expect([...world.alerts.values()]).toMatchObject([{ state: "resolved", value: CALM, peak: CRITICAL }]);
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
  const consumer = (name: string) =>
    consumerOf(7, { startedAt: START, parentPid: 1, name, command: name, user: "ann", cpuSeconds: 50, state: "running" });
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

const silenced = (rule: string, from: number, until: number): Silence => ({
  id: `${rule} ${from}`,
  rule,
  match: {},
  note: "",
  createdBy: null,
  window: { kind: "once", from: START + from * 1000, until: START + until * 1000 },
});

test("an alert that was over before a silence ended, and that nobody had heard of, is not announced at all", async () => {
  await world.until(5, { cpu: WARNING });
  world.manager.setSilences([silenced("cpu", 5, 40)]);
  await world.until(10);
  await world.until(1000, { cpu: CALM });
  expect(world.told).toEqual([]);
});

test("an end that waits when a silence begins is told when the silence ends, also after a restart", async () => {
  await world.until(40, { cpu: WARNING });
  await world.until(50, { cpu: CALM });
  const silences = [silenced("cpu", 50, 500)];
  world.manager.setSilences(silences);
  await world.until(60);
  await world.restart(5, { silences });
  await world.until(1500);
  expect(world.told).toEqual(["30 mail: fired cpu warning", expect.stringMatching(/ mail: resolved cpu warning$/)]);
  expect(Number.parseInt(world.told[1] ?? "", 10)).toBeGreaterThanOrEqual(500);
});

test("whoever was told of an alert is told of its end, whatever else fires on that series", async () => {
  const other = ruleOn("cpu", { name: "hot", thresholds: { critical: 0.95 } });
  world = new World({ rules: [ruleOn("cpu", { thresholds: { warning: 0.8 } }), other] });
  await world.until(40, { cpu: WARNING });
  world.manager.configure({ ...ROUTING, rules: [other] }, () => {}, world.now);
  await world.until(500, { cpu: CRITICAL });
  expect(world.told).toEqual(["30 mail: fired cpu warning", "70 mail: fired hot critical", "330 mail: resolved cpu warning"]);
});

test("a reminder that waits when somebody takes care of the alert again reminds nobody", async () => {
  await world.until(40, { cpu: WARNING });
  const by = { by: "ann", note: null };
  await world.manager.acknowledge(world.firing.id, { ...by, forMs: 60_000, now: world.now });
  await world.until(110);
  await world.manager.acknowledge(world.firing.id, { ...by, now: world.now });
  await world.until(1000);
  expect(world.told).toEqual(["30 mail: fired cpu warning"]);
});
