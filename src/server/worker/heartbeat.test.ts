import { expect, test } from "vitest";
import { BEAT_EVERY_MS, Heartbeat, STALLED_MS, Watchdog } from "./heartbeat";

/** Looks every five seconds until a moment; the main thread beats until `beatsUntil`. */
function watch(heartbeat: Heartbeat, { until, beatsUntil }: { until: number; beatsUntil: number }) {
  const watchdog = new Watchdog(heartbeat.memory, 0);
  for (let now = BEAT_EVERY_MS; now <= until; now += BEAT_EVERY_MS) {
    if (now <= beatsUntil) heartbeat.beat();
    const stalled = watchdog.look(now);
    if (stalled !== null) return { now, stalled };
  }
  return null;
}

test("a main thread that stands still is noticed after thirty seconds, with what it began last", () => {
  const heartbeat = new Heartbeat();
  heartbeat.note("a tick");
  heartbeat.note("GET /api/processes/top");
  expect(watch(heartbeat, { until: 200_000, beatsUntil: 100_000 })).toEqual({
    now: 100_000 + STALLED_MS,
    stalled: "GET /api/processes/top",
  });
});

test("a main thread that beats is left alone, whatever it does", () => {
  expect(watch(new Heartbeat(), { until: 200_000, beatsUntil: 200_000 })).toBeNull();
});

test("a main thread that waits for a CPU on an overloaded machine is not stuck; one that stands still there is", () => {
  const watchdog = new Watchdog(new Heartbeat().memory, 0);
  let now = 0;
  for (; now <= 280_000; now += BEAT_EVERY_MS) expect(watchdog.look(now, 0.9 * now)).toBeNull();
  const stuck = new Watchdog(new Heartbeat().memory, 0);
  const seen = Array.from({ length: 12 }, (_, index) => stuck.look((index + 1) * BEAT_EVERY_MS, (index + 1) * 1000));
  expect(seen.findIndex((one) => one !== null)).toBe(Math.ceil(STALLED_MS / (BEAT_EVERY_MS - 1000)) - 1);
});

test("after a suspend or a SIGCONT counting begins anew", () => {
  const heartbeat = new Heartbeat();
  const watchdog = new Watchdog(heartbeat.memory, 0);
  heartbeat.beat();
  expect(watchdog.look(5000)).toBeNull();
  const woken = 3_605_000;
  expect(watchdog.look(woken)).toBeNull();
  expect(watchdog.look(woken + 25_000)).toBeNull();
  for (let now = woken + 5000; now < woken + STALLED_MS; now += 5000) expect(watchdog.look(now)).toBeNull();
});

test("a long note is cut off, and a short one after it is read as it is", () => {
  const heartbeat = new Heartbeat();
  const watchdog = new Watchdog(heartbeat.memory, 0);
  const told = () => {
    for (let now = 5000; ; now += 5000) {
      const stalled = watchdog.look(now);
      if (stalled !== null) return stalled;
    }
  };
  heartbeat.note(`GET /${"ü".repeat(300)}`);
  expect(told().length).toBeLessThan(110);
  heartbeat.note("a tick");
  expect(told()).toBe("a tick");
});
