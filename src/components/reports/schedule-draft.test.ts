import { expect, test } from "vitest";
import { addressesOf, cronOf, draftOf, whenOf } from "./schedule-draft";

test.each([
  ["0 7 * * *", "day", "07:00"],
  ["30 18 * * 5", "week", "18:30"],
  ["5 0 1 * *", "month", "00:05"],
])("%s is each %s at %s, and comes back as it was", (cron, every, time) => {
  expect(whenOf(cron)).toMatchObject({ every, time });
  expect(cronOf(whenOf(cron))).toBe(cron);
});

test.each(["*/15 * * * *", "0 7 1 * 1", "0 7 * * 1-5", "0 7 15 * *"])("%s has no fields and stays as it is", (cron) => {
  expect(whenOf(cron).every).toBe("cron");
  expect(cronOf(whenOf(cron))).toBe(cron);
});

test("a new schedule is each Monday at seven, for the week before", () => {
  const draft = draftOf(null, "Europe/Berlin");
  expect(cronOf(draft)).toBe("0 7 * * 1");
  expect(draft).toMatchObject({ hours: "168", timeZone: "Europe/Berlin", to: "" });
});

test("addresses are separated by commas", () => {
  expect(addressesOf(" a@b.org,, c@d.org ")).toEqual(["a@b.org", "c@d.org"]);
});
