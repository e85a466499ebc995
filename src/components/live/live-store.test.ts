import { expect, test } from "vitest";
import { LiveStore } from "./live-store";

const cpu = { metric: "system.cpu.utilization", labels: {}, unit: "1" };
const load = { metric: "system.cpu.load_average.1m", labels: {}, unit: "{thread}" };

function snapshot(timestamp: number, values: (number | null)[] = [0.5, 1]) {
  return { timestamp, series: [cpu, load], values, monitoring: "running" as const };
}

function history(timestamps: number[], values: (number | null)[]) {
  return { timestamps, series: [{ ...cpu, values }] };
}

test("unchanged values are carried on, null clears them", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(1000));
  store.applySample({ t: 2000, v: { 0: 0.7 } });
  store.applySample({ t: 3000, v: { 1: null } });
  expect(store.times).toEqual([1000, 2000, 3000]);
  expect(store.column(cpu.metric)).toEqual([0.5, 0.7, 0.7]);
  expect(store.column(load.metric)).toEqual([1, 1, null]);
  expect(store.current(load.metric)).toBeNull();
});

test("history that arrives after live ticks joins them without a double point", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(3000));
  store.applySample({ t: 4000, v: { 0: 0.8 } });
  store.loadHistory(history([1000, 2000, 3000, 4000, 5000], [0.1, 0.2, 0.5, null, null]));
  expect(store.times).toEqual([1000, 2000, 3000, 4000]);
  expect(store.column(cpu.metric)).toEqual([0.1, 0.2, 0.5, 0.8]);
  expect(store.column(load.metric)).toEqual([null, null, null, 1]);
});

test("steps of the history without a reading are a gap and no ticks", () => {
  const store = new LiveStore(1);
  store.loadHistory(history([1000, 2000, 3000, 4000], [null, 0.2, null, 0.4]));
  expect(store.times).toEqual([2000, 4000]);
});

test("of the series that have gone the last two hundred stay, until nothing of them is left", () => {
  const store = new LiveStore(1);
  const container = (id: number) => ({ metric: "container.memory.usage", labels: { "container.id": `c${id}` }, unit: "By" });
  for (let id = 0; id < 1000; id++) {
    store.applySnapshot({ timestamp: 1000 * (id + 1), series: [cpu, container(id)], values: [0.5, 1], monitoring: "running" });
  }
  const drawn = (id: number) => store.column("container.memory.usage", { "container.id": `c${id}` }).length;
  expect([drawn(0), drawn(500), drawn(990), drawn(999)]).toEqual([0, 0, 1000, 1000]);
  expect(store.column(cpu.metric)).toHaveLength(1000);
  for (let second = 1001; second < 5000; second++) store.applySample({ t: 1000 * second, v: {} });
  expect([drawn(990) > 0, drawn(999) > 0]).toEqual([false, true]);
});

test("the same snapshot twice adds no point", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(1000));
  store.applySnapshot(snapshot(1000));
  expect(store.times).toEqual([1000]);
});

test("missing ticks ask for the history once", () => {
  let asked = 0;
  const store = new LiveStore(1, () => asked++);
  store.applySnapshot(snapshot(1000));
  store.applySnapshot(snapshot(9000));
  store.applySample({ t: 10_000, v: {} });
  expect(asked).toBe(1);
});

test("a clock that is set back continues from there", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(5000));
  store.applySample({ t: 6000, v: {} });
  store.applySnapshot(snapshot(2000));
  store.applySample({ t: 3000, v: {} });
  expect(store.times).toEqual([2000, 3000]);
});

test("a new layout keeps the columns of series that stay and starts those that appear", () => {
  const store = new LiveStore(1);
  store.applySnapshot({ ...snapshot(1000), series: [cpu], values: [0.5] });
  store.applySnapshot({ ...snapshot(2000), series: [load, cpu], values: [3, 0.6] });
  expect(store.column(cpu.metric)).toEqual([0.5, 0.6]);
  expect(store.column(load.metric)).toEqual([null, 3]);
});

test("a listener hears of each change and the state is a new object", () => {
  const store = new LiveStore(1);
  const before = store.getState();
  store.applySnapshot(snapshot(1000));
  expect(store.getState()).not.toBe(before);
  expect(store.getState()).toMatchObject({ connection: "live", at: 1000, monitoring: "running" });
});

test("while paused nothing moves and the ticks wait; resuming shows them all without a gap", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(1000));
  store.setPaused(true);
  store.applySample({ t: 2000, v: { 0: 0.7 } });
  store.applySample({ t: 3000, v: {} });
  expect(store.times).toEqual([1000]);
  expect(store.getState()).toMatchObject({ at: 1000, arrivedAt: 3000, paused: true });
  store.setPaused(false);
  expect(store.times).toEqual([1000, 2000, 3000]);
  expect(store.column("system.cpu.utilization")).toEqual([0.5, 0.7, 0.7]);
});

test.each(["running", "stopped"] as const)("resuming shows what was told last of monitoring and the connection: %s", (last) => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(1000));
  store.setPaused(true);
  const told = last === "running" ? "stopped" : "running";
  store.applySnapshot({ ...snapshot(2000), monitoring: told });
  expect(store.getState()).toMatchObject({ monitoring: told, at: 1000, arrivedAt: 2000 });
  store.setMonitoring(last);
  store.setConnection("reconnecting");
  store.setPaused(false);
  expect(store.getState()).toMatchObject({ monitoring: last, connection: "reconnecting", at: 2000 });
  expect(store.times).toEqual([1000, 2000]);
});

test("a pause of hours keeps what changed in it and asks the history for the rest", () => {
  let gaps = 0;
  const store = new LiveStore(1, () => gaps++);
  store.applySnapshot(snapshot(0));
  store.setPaused(true);
  store.applySample({ t: 1000, v: { 1: 9 } });
  for (let second = 2; second <= 4000; second++) store.applySample({ t: second * 1000, v: {} });
  store.setPaused(false);
  expect(store.current("system.cpu.load_average.1m")).toBe(9);
  expect(gaps).toBe(1);
});

test("what is applied together is heard of once, however much it is", () => {
  const store = new LiveStore(1);
  store.applySnapshot(snapshot(1000));
  let heard = 0;
  store.subscribe(() => heard++);
  store.together(() => {
    for (let second = 2; second <= 9; second++) store.applySample({ t: second * 1000, v: { 0: second } });
  });
  expect(heard).toBe(1);
  expect(store.times).toHaveLength(9);
  store.together(() => {});
  expect(heard).toBe(1);
});

test("how old samples are is judged by the server's clock", () => {
  const store = new LiveStore(1);
  expect(store.serverNow(5000)).toBe(5000);
  store.hearClock(3_605_000, 5000);
  expect(store.serverNow(7000)).toBe(3_607_000);
});

test("a page whose browser's clock runs behind knows the server's from its first values on", () => {
  const store = new LiveStore(1);
  store.prime(snapshot(3_600_000));
  expect(store.serverNow(0)).toBe(3_600_000);
  store.hearClock(3_605_000, 5000);
  expect(store.serverNow(7000)).toBe(3_607_000);
});

test("an interval that changes is that of the store from then on: no gap is seen where there is none", () => {
  let gaps = 0;
  const store = new LiveStore(1, () => gaps++);
  store.applySnapshot(snapshot(1000));
  store.setInterval(60);
  store.applySample({ t: 61_000, v: {} });
  expect(gaps).toBe(0);
  expect(store.getState().intervalSeconds).toBe(60);
});
