import { expect, test } from "vitest";
import { misread, readRange, refreshMs, shifted, spanOf, spanOfText, widened, writeRange, zoomedTo } from "./range";

const NOW = Date.parse("2026-11-24T15:30:00Z");
const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

test.each([
  ["90m", "2026-11-24T14:00", "2026-11-24T15:30", true],
  ["now-90m", "2026-11-24T14:00", "2026-11-24T15:30", true],
  ["last 2 hours", "2026-11-24T13:30", "2026-11-24T15:30", true],
  ["today", "2026-11-23T23:00", "2026-11-24T15:30", true],
  ["yesterday", "2026-11-22T23:00", "2026-11-23T23:00", false],
  ["yesterday 14:00 to yesterday 15:00", "2026-11-23T13:00", "2026-11-23T14:00", false],
  ["2026-11-01", "2026-10-31T23:00", "2026-11-01T23:00", false],
  ["2026-11-24 10:00 to now", "2026-11-24T09:00", "2026-11-24T15:30", true],
  ["2026-11-24T10:00:00Z/2026-11-24T11:00:00Z", "2026-11-24T10:00", "2026-11-24T11:00", false],
  ["2026-11-23 14:00 to 15:30", "2026-11-23T13:00", "2026-11-23T14:30", false],
  ["yesterday 23:00 to 01:30", "2026-11-23T22:00", "2026-11-24T00:30", false],
  ["now-2h to now-1h", "2026-11-24T13:30", "2026-11-24T14:30", false],
])("%s means %s to %s in Berlin", (text, from, to, moving) => {
  const span = spanOfText(text, NOW, "Europe/Berlin");
  if (typeof span === "string") throw new Error(span);
  expect([iso(span.from), iso(span.to), span.moving]).toEqual([from, to, moving]);
});

test.each([["soon"], ["90 parsecs"], [""], ["now-1s"], ["2026-02-31"], ["now to now-1h"], ["25:00 to now"]])(
  "%j is refused with a reason",
  (text) => {
    expect(typeof spanOfText(text, NOW, "UTC")).toBe("string");
  },
);

test("the day on which clocks go back is 25 hours long", () => {
  const span = spanOf({ kind: "text", text: "2026-10-25" }, NOW, "Europe/Berlin");
  expect((span.to - span.from) / 3_600_000).toBe(25);
});

test("a relative range stays relative in the address, an absolute one comes back as it was", () => {
  const read = (query: string) => readRange(new URLSearchParams(query), NOW, "UTC");
  expect(read("range=90m")).toEqual({ kind: "text", text: "90m" });
  expect(read("range=nonsense")).toEqual({ kind: "text", text: "15m" });
  const zoomed = zoomedTo(NOW, NOW + 60_000);
  const { from, to } = writeRange(zoomed);
  expect(read(`from=${from}&to=${to}`)).toEqual(zoomed);
  expect(writeRange({ kind: "text", text: "15m" })).toEqual({ range: null, from: null, to: null });
});

test("zooming out doubles the width and moving goes half a width, neither beyond now", () => {
  const span = { from: NOW - 60_000, to: NOW };
  expect(widened(span, NOW)).toEqual({ kind: "absolute", from: NOW - 120_000, to: NOW });
  expect(shifted(span, -1, NOW)).toEqual({ kind: "absolute", from: NOW - 90_000, to: NOW - 30_000 });
  expect(shifted(span, 1, NOW)).toEqual({ kind: "absolute", ...span });
});

test("a drag over less than ten seconds still shows ten", () => {
  expect(zoomedTo(10_000, 11_000)).toEqual({ kind: "absolute", from: 5000, to: 16_000 });
});

test("a closed range is never asked for again, a moving one when a point more fits", () => {
  expect(refreshMs({ from: 0, to: 3_600_000, moving: false })).toBeNull();
  expect(refreshMs({ from: 0, to: 3_600_000, moving: true })).toBe(5000);
  expect(refreshMs({ from: 0, to: 86_400_000 * 30, moving: true })).toBe(60_000);
});

test("an address takes every form of a moment, and says what it cannot follow", () => {
  const said = (path: string, query: string) => misread(path, new URLSearchParams(query), NOW, "UTC");
  expect(readRange(new URLSearchParams("from=-2h&to=-1h"), NOW, "UTC")).toEqual({
    kind: "absolute",
    from: NOW - 7_200_000,
    to: NOW - 3_600_000,
  });
  expect(readRange(new URLSearchParams("from=-2h"), NOW, "UTC")).toEqual({ kind: "text", text: "-2h to now" });
  expect(said("/performance", "range=1h&find=disk&hide=a~b&zone=utc")).toEqual([]);
  expect(said("/performance", "rnge=1h&rnge=2h")).toEqual(["this page knows no “rnge”"]);
  expect(said("/alerts", "find=x")).toEqual(["this page knows no “find”"]);
  expect(said("/", "range=5+parsecs")[0]).toContain("parsecs");
  expect(said("/", "from=2026-02-30&to=now")[0]).toContain("2026-02-30");
  expect(said("/", "to=now")[0]).toContain("without");
});
