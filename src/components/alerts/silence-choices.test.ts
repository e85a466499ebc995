import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { silenceChoices } from "./silence-choices";

const textsAt = (time: string, zone: string) =>
  Object.fromEntries(
    silenceChoices(Date.parse(time), zone, en.alerts.silenceFor).map(({ text, until }) => [text, new Date(until).toISOString()]),
  );

test("hours count from now, mornings are those of the zone that is shown", () => {
  expect(textsAt("2026-11-27T22:30:00Z", "Europe/Berlin")).toEqual({
    "For 1 hour": "2026-11-27T23:30:00.000Z",
    "For 2 hours": "2026-11-28T00:30:00.000Z",
    "For 8 hours": "2026-11-28T06:30:00.000Z",
    "Until tomorrow 8:00": "2026-11-28T07:00:00.000Z",
    "Until Monday 8:00": "2026-11-30T07:00:00.000Z",
  });
});

test("on a Sunday tomorrow is Monday; on a Monday it is the next one; eight is eight when clocks change", () => {
  expect(textsAt("2026-11-29T12:00:00Z", "UTC")).not.toHaveProperty("Until Monday 8:00");
  expect(textsAt("2026-11-30T12:00:00Z", "UTC")["Until Monday 8:00"]).toBe("2026-12-07T08:00:00.000Z");
  // Clocks go back on 25 October.
  expect(textsAt("2026-10-24T12:00:00Z", "Europe/Berlin")["Until tomorrow 8:00"]).toBe("2026-10-25T07:00:00.000Z");
});

test("the server is asked for hours, which it counts by its own clock, and for mornings as moments", () => {
  const choices = silenceChoices(Date.parse("2026-11-27T22:30:00Z"), "Europe/Berlin", en.alerts.silenceFor);
  expect(choices.map(({ asked }) => asked)).toEqual([
    { hours: 1 },
    { hours: 2 },
    { hours: 8 },
    { until: "2026-11-28T07:00:00.000Z" },
    { until: "2026-11-30T07:00:00.000Z" },
  ]);
});
