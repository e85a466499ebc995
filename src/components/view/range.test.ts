import { expect, test } from "vitest";
import { misread, readRange, refreshMs, shifted, spanOf, widened, writeRange, zoomedTo } from "./range";

const NOW = Date.parse("2026-11-24T15:30:00Z");
test("the day on which clocks go back is 25 hours long", () => {
  const span = spanOf({ kind: "text", text: "2026-10-25" }, NOW, "Europe/Berlin");
  expect((span.to - span.from) / 3_600_000).toBe(25);
});

test("a relative range stays relative in the address, an absolute one comes back as it was", () => {
  const read = (query: string) => readRange(new URLSearchParams(query), NOW, "UTC");
  expect(read("range=90m")).toEqual({ kind: "text", text: "90m" });
  expect(read("range=nonsense")).toEqual({ kind: "text", text: "15m" });
  const zoomed = zoomedTo(NOW - 120_000, NOW - 60_000);
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
  expect(said("/", "here=1")).toEqual([]);
  expect(said("/machines", "q=env%3Dlive&sort=cpu.up&group=env&metric=system.disk.io&machine=web-1")).toEqual([]);
  expect(said("/performance", "rnge=1h&rnge=2h")).toEqual([{ kind: "parameter", name: "rnge" }]);
  expect(said("/alerts", "find=x")).toEqual([{ kind: "parameter", name: "find" }]);
  expect(said("/", "range=5+parsecs")).toEqual([{ kind: "range", refusal: { why: "unit", text: "parsecs" } }]);
  expect(said("/", "range=banana")).toEqual([{ kind: "range", refusal: { why: "range", text: "banana" } }]);
  expect(said("/", "from=2026-02-30&to=now")).toMatchObject([{ refusal: { why: "range" } }]);
  expect(said("/", "to=now")).toEqual([{ kind: "range", refusal: { why: "start missing" } }]);
  expect(said("/alerts", "alert=unknown")).toEqual([{ kind: "alert", text: "unknown" }]);
  expect(said("/alerts", "alert=mx0an05r-9a3b0add")).toEqual([]);
  expect(said("/processes", "at=soon")).toEqual([{ kind: "moment", text: "soon" }]);
});
