/** What is usual, of constructed weeks with recorded noise: seeded, so that every run has the same ones. */
import { expect, test } from "vitest";
import { INACTIVE, readRecording, seeded } from "../../scripts/recording";
import { deriveFrame } from "./derive";
import type { Sample } from "./sample";
import { type Band, bandOf, beyond, hourStart, pastHours, UNUSUAL_SECONDS, USUAL_STEP_SECONDS, usualWords } from "./usual";
import { wallTime } from "./wall-clock";

const ZONE = "Europe/Berlin";
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEKS = 6;
const START = Date.UTC(2026, 1, 16);
const MINUTES = (WEEKS * 7 * DAY_MS) / MINUTE_MS;

/** CPU of a machine that is mostly idle, as means of a minute around its mean. */
const NOISE = (() => {
  const { at, series, columns } = readRecording(INACTIVE);
  let previous: Sample | undefined;
  const busy: number[] = [];
  for (let tick = 0; tick < at.length; tick++) {
    const sample: Sample = {
      at: at[tick] as number,
      series,
      values: Float64Array.from(columns, (column) => column[tick] as number),
    };
    const frame = deriveFrame(previous, sample);
    previous = sample;
    const slot = frame.series.findIndex(
      ({ metric, labels }) => metric === "system.cpu.utilization" && Object.keys(labels).length === 0,
    );
    const value = frame.values[slot] as number;
    if (!Number.isNaN(value)) busy.push(value);
  }
  const minutes = Array.from({ length: Math.floor(busy.length / 60) }, (_, minute) => {
    const part = busy.slice(60 * minute, 60 * minute + 60);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const mean = minutes.reduce((sum, value) => sum + value, 0) / minutes.length;
  const size = Math.sqrt(minutes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / minutes.length);
  return minutes.map((value) => (value - mean) / size);
})();

interface Machine {
  metric: string;
  unit: string;
  /** The level at an hour of a day of the week, 0 is Monday, and the size of its noise. */
  level: (day: number, hour: number) => number;
  noise: number;
  /** The change of level that is injected. */
  change: number;
}

const isOffice = (day: number, hour: number) => day < 5 && hour >= 8 && hour < 18;
const MACHINES: Record<string, Machine> = {
  "an idle machine": { metric: "system.cpu.utilization", unit: "1", level: () => 0.03, noise: 0.01, change: 0.25 },
  "a machine that works in office hours": {
    metric: "system.cpu.utilization",
    unit: "1",
    level: (day, hour) => (isOffice(day, hour) ? 0.5 : 0.05),
    noise: 0.04,
    change: 0.35,
  },
  "a machine with a job each night": {
    metric: "system.cpu.utilization",
    unit: "1",
    level: (_day, hour) => (hour >= 2 && hour < 4 ? 0.8 : 0.2 + 0.1 * Math.sin((2 * Math.PI * hour) / 24)),
    noise: 0.03,
    change: -0.18,
  },
  memory: { metric: "system.memory.utilization", unit: "1", level: (_day, hour) => 0.4 + 0.002 * hour, noise: 0.01, change: 0.2 },
  load: {
    metric: "system.cpu.load_average.1m",
    unit: "{thread}",
    level: (day, hour) => (isOffice(day, hour) ? 2 : 0.5),
    noise: 0.3,
    change: 4,
  },
  network: {
    metric: "system.network.io",
    unit: "By/s",
    level: (day, hour) => 1e6 * (isOffice(day, hour) ? 8 : 2),
    noise: 8e5,
    change: 1.5e7,
  },
};

/** A value a minute. Noise is recorded minutes in runs of ten, so that neighbours are alike as they were. */
function minutesOf({ level, noise }: Machine, seed: number): Float64Array {
  const random = seeded(seed);
  const values = new Float64Array(MINUTES);
  let [from, day] = [0, 1];
  for (let minute = 0; minute < MINUTES; minute++) {
    if (minute % 10 === 0) from = Math.floor(random() * NOISE.length);
    // No two days are the same.
    if (minute % 1440 === 0) day = 1 + 0.1 * (random() - 0.5);
    const wall = new Date(wallTime(START + minute * MINUTE_MS, ZONE));
    values[minute] = Math.max(
      0,
      day * level((wall.getUTCDay() + 6) % 7, wall.getUTCHours()) +
        noise * (NOISE[(from + (minute % 10)) % NOISE.length] as number),
    );
  }
  return values;
}

/** The band at a time from what was before it, as the reader gives it: means of five minutes. */
function bandAt(machine: Machine, values: Float64Array, at: number): Band | null {
  const hours = pastHours(at, ZONE);
  const minutesAStep = USUAL_STEP_SECONDS / 60;
  return bandOf(
    machine,
    hours,
    hours.map(({ from, to }) => {
      const found: number[] = [];
      for (let begin = from; begin < to; begin += minutesAStep * MINUTE_MS) {
        const minute = (begin - START) / MINUTE_MS;
        if (minute < 0) continue;
        found.push(values.subarray(minute, minute + minutesAStep).reduce((sum, value) => sum + value, 0) / minutesAStep);
      }
      return found;
    }),
  );
}

/** Minutes of [from, to) after which the mean of ten minutes is unusual. */
function marks(
  machine: Machine,
  past: Float64Array,
  { from, to, change = 0 }: { from: number; to: number; change?: number },
): number[] {
  const bands = new Map<number, Band | null>();
  const window = UNUSUAL_SECONDS / 60;
  const found: number[] = [];
  for (let minute = from; minute < to; minute++) {
    const at = START + minute * MINUTE_MS;
    const hour = hourStart(at, ZONE);
    if (!bands.has(hour)) bands.set(hour, bandAt(machine, past, at));
    const band = bands.get(hour);
    let sum = 0;
    for (let back = 1; back <= window; back++)
      sum += Math.max(0, (past[minute - back] as number) + (minute - back >= from ? change : 0));
    if (band && beyond(band, sum / window) > 0) found.push(minute);
  }
  return found;
}

const names = Object.keys(MACHINES);
const SEEDS = [11, 12, 13, 14];
const histories = names.flatMap((name) =>
  SEEDS.map((seed) => ({ name, machine: MACHINES[name] as Machine, values: minutesOf(MACHINES[name] as Machine, seed) })),
);
const LAST_WEEK = MINUTES - 7 * 1440;

test("on calm days there is no mark", () => {
  const found = histories.flatMap(({ name, machine, values }) =>
    marks(machine, values, { from: LAST_WEEK, to: MINUTES }).map((minute) => `${name}, minute ${minute - LAST_WEEK}`),
  );
  console.log(`${found.length} marks on ${7 * histories.length} calm days`);
  expect(found).toEqual([]);
});

test("an injected change of level is found within ten minutes in nine of ten", () => {
  const random = seeded(77);
  let [found, injected] = [0, 0];
  for (const { machine, values } of histories) {
    for (let time = 0; time < 20; time++) {
      const from = LAST_WEEK + Math.floor(random() * (7 * 1440 - 20));
      injected++;
      if (marks(machine, values, { from, to: from + 11, change: machine.change }).length > 0) found++;
    }
  }
  console.log(`${found} of ${injected} changes found within ten minutes`);
  expect(found / injected).toBeGreaterThanOrEqual(0.9);
});

test("the same hour of each week counts where three weeks are known, that of each day before, and nothing on the first days", () => {
  const machine = MACHINES["a machine that works in office hours"] as Machine;
  const values = minutesOf(machine, 5);
  const on = (day: number) => bandAt(machine, values, START + day * DAY_MS + 10 * 3_600_000);
  expect(on(3)).toBeNull();
  expect(on(4)).toMatchObject({ basis: "hour of the day", times: 4 });
  expect(on(20)).toMatchObject({ basis: "hour of the day", times: 14 });
  expect(on(21)).toMatchObject({ basis: "hour of the week", times: 3 });
  expect(on(40)).toMatchObject({ basis: "hour of the week", times: 5 });
  // A Saturday is quiet once Saturdays are known.
  expect(on(26)?.high).toBeLessThan(0.2);
  expect(on(24)?.low).toBeGreaterThan(0.4);
});

test("hours are those of the clocks on the wall, also where they are changed", () => {
  // Clocks went forward on March 29, 2026: 10:20 is two hours ahead of UTC, and was one before.
  const at = Date.UTC(2026, 2, 30, 8, 20);
  expect(new Date(hourStart(at, ZONE)).toISOString()).toBe("2026-03-30T08:00:00.000Z");
  const begins = pastHours(at, ZONE).map(({ from }) => new Date(from + 600_000).toISOString());
  expect(begins.slice(0, 2)).toEqual(["2026-03-29T08:00:00.000Z", "2026-03-28T09:00:00.000Z"]);
  expect(begins.at(-1)).toBe("2026-02-23T09:00:00.000Z");
  expect(new Date(hourStart(Date.UTC(2026, 0, 1, 5, 44), "Asia/Kolkata")).toISOString()).toBe("2026-01-01T05:30:00.000Z");
});

test.each([
  [{ low: 0.12, high: 0.31 }, "1", "usually 12% to 31% at this hour"],
  [{ low: 0, high: 0 }, "1", "usually 0% at this hour"],
  [{ low: 0.5, high: 2 }, "{thread}", "usually 0.5 to 2 at this hour"],
])("%o in %s is told in words", (band, unit, words) => {
  expect(usualWords(band, unit)).toBe(words);
});
