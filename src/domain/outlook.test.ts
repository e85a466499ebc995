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

test("ranges end with their last whole step", () => {
  for (const { from, to, stepSeconds } of outlookRanges(NOW + 59_000)) {
    expect(to % (stepSeconds * 1000)).toBe(0);
    expect(to).toBeLessThanOrEqual(NOW + 59_000);
    expect((to - from) / 1000 / stepSeconds).toBeGreaterThanOrEqual(60);
  }
});
