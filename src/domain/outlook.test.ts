import { expect, test } from "vitest";
import type { History } from "./history";
import { type Outlook, outlookRanges, outlooksOf } from "./outlook";

const HOUR_MS = 3_600_000;
const NOW = 1_750_000_000_000 - (1_750_000_000_000 % (24 * HOUR_MS)) + 12 * HOUR_MS;

/** The outlook on a filesystem whose used share is `share` so many hours from now. */
function outlookOn(share: (hour: number) => number | null, name = "/var"): Outlook {
  const histories = outlookRanges(NOW).map(({ from, to, stepSeconds }): History => {
    const stepMs = stepSeconds * 1000;
    const timestamps = Array.from({ length: (to - from) / stepMs }, (_, index) => from + index * stepMs);
    const values = timestamps.map((at) => share((at + stepMs / 2 - NOW) / HOUR_MS));
    const series = [{ metric: "m", labels: { "system.filesystem.mountpoint": name }, unit: "1", values }];
    return { name: "m", from, to, stepSeconds, resolutionSeconds: stepSeconds, timestamps, series, omitted: 0 };
  });
  return outlooksOf("filesystem", histories, NOW)[0] as Outlook;
}

const hoursUntilFull = ({ full }: Outlook) => (full === null ? null : Math.round((full.expected - NOW) / HOUR_MS));

test("what fills within hours is seen in the last hour, within days in two days, within weeks in a month", () => {
  expect(hoursUntilFull(outlookOn((hour) => 0.8 + 0.05 * Math.max(-2, hour)))).toBe(4);
  expect(hoursUntilFull(outlookOn((hour) => 0.8 + 0.002 * hour))).toBe(100);
  expect(hoursUntilFull(outlookOn((hour) => 0.8 + 0.0004 * hour))).toBe(500);
});

test("an hour that is flat silences the days: nothing is full in fewer hours than the hour would have seen", () => {
  expect(outlookOn((hour) => 0.93 + 0.02 * Math.min(hour, -1.5)).full).toBeNull();
});

test("days whose line the newest readings have left say nothing", () => {
  const { forecast, full } = outlookOn((hour) => (hour > -0.8 ? 0.2 : 0.8 + 0.002 * hour));
  expect(full).toBeNull();
  expect(forecast.kind).toBe("none");
});

test("without readings of the last days nothing is said", () => {
  expect(outlookOn((hour) => (hour > -100 ? null : 0.5 + 0.0001 * hour))).toMatchObject({
    full: null,
    forecast: { kind: "none" },
  });
});

test("minutes of data foretell nothing that is days ahead", () => {
  expect(outlookOn((hour) => (hour < -0.5 ? null : 0.27 + 0.01 * hour))).toMatchObject({ full: null });
});

/** A filesystem that is emptied to a half each period, `into` hours into one, and would be `peak` full at the end of it. */
const sawtooth = (period: number, into: number, peak: number) => (hour: number) => {
  const since = (((hour + into) % period) + period) % period;
  return 0.5 + ((peak - 0.5) * since) / period + 0.0005 * Math.sin(hour * 12.9898);
};

test.each([
  [24, 20, 0.97],
  [24, 22, 0.97],
  [24, 20, 0.93],
  [24, 23.5, 0.99],
  [168, 120, 0.95],
  [168, 144, 0.95],
  [168, 144, 0.9],
])(
  "what is emptied every %i hours is not foretold to be full, %f hours after it was, at %f at the most",
  (period, into, peak) => {
    expect(outlookOn(sawtooth(period, into, peak))).toMatchObject({ full: null, forecast: { kind: "none", reason: "periodic" } });
  },
);

test("what is emptied each day is foretold to be full when it fills much faster than ever before", () => {
  const usual = sawtooth(24, 6, 0.97);
  const runaway = outlookOn((hour) => (hour < -1 ? usual(hour) : usual(-1) + 0.08 * (hour + 1)));
  expect(hoursUntilFull(runaway)).toBe(4);
});

test("what somebody emptied now and then is foretold to be full all the same", () => {
  const byHand = outlookOn((hour) => 0.5 + 0.004 * (hour + (hour < -300 ? 400 : hour < -95 ? 290 : 95)));
  expect(hoursUntilFull(byHand)).toBe(30);
});

test("what should have been emptied hours ago, and was not, is foretold to be full", () => {
  const late = outlookOn((hour) => (hour < -3 ? sawtooth(24, 27, 0.9)(hour) : 0.9 + (0.4 / 24) * (hour + 3)));
  expect(hoursUntilFull(late)).toBe(3);
});

test("a mount whose device was replaced has one outlook, that of the present device", () => {
  const histories = outlookRanges(NOW).map(({ from, to, stepSeconds }): History => {
    const timestamps = Array.from({ length: (to - from) / stepSeconds / 1000 }, (_, index) => from + index * stepSeconds * 1000);
    const of = (device: string, isThere: (at: number) => boolean, used: number) => ({
      metric: "m",
      labels: { "system.filesystem.mountpoint": "/data", "system.device": device },
      unit: "1",
      values: timestamps.map((at) => (isThere(at) ? used : null)),
    });
    const replacedAt = NOW - HOUR_MS / 2;
    const series = [of("/dev/sdb1", (at) => at < replacedAt, 0.97), of("/dev/sdc1", (at) => at >= replacedAt, 0.4)];
    return { name: "m", from, to, stepSeconds, resolutionSeconds: stepSeconds, timestamps, series, omitted: 0 };
  });
  expect(outlooksOf("filesystem", histories, NOW).map(({ mountpoint, last }) => [mountpoint, last])).toEqual([["/data", 0.4]]);
});

test("ranges end with their last whole step", () => {
  for (const { from, to, stepSeconds } of outlookRanges(NOW + 59_000)) {
    expect(to % (stepSeconds * 1000)).toBe(0);
    expect(to).toBeLessThanOrEqual(NOW + 59_000);
    expect((to - from) / 1000 / stepSeconds).toBeGreaterThanOrEqual(60);
  }
});
