import { expect, test } from "vitest";
import { readRange, refreshMs, widened, writeRange, zoomedTo } from "./range";

const read = (text: string) => readRange(new URLSearchParams(text));

test("the last hour is what an empty or broken address means", () => {
  for (const text of ["", "range=2h", "from=yesterday&to=now", "from=2026-01-01T00:00:00Z", "from=2026-01-02&to=2026-01-01"]) {
    expect(read(text)).toMatchObject({ kind: "relative", key: "1h" });
  }
});

test("what is written is read back", () => {
  for (const range of [read("range=7d"), zoomedTo(1_700_000_000_000, 1_700_000_060_000)])
    expect(read(writeRange(range))).toEqual(range);
});

test("a short drag becomes ten seconds around its middle", () => {
  expect(zoomedTo(20_000, 20_500)).toEqual({ kind: "absolute", from: 15_000, to: 26_000 });
});

test("widening doubles the width and stops at now", () => {
  expect(widened({ kind: "absolute", from: 1000, to: 2000 }, 2100)).toEqual({ kind: "absolute", from: 100, to: 2100 });
});

test("a closed range is never asked for again, a year not each second", () => {
  expect(refreshMs(zoomedTo(0, 60_000))).toBeNull();
  expect(refreshMs(read("range=5m"))).toBe(2000);
  expect(refreshMs(read("range=30d"))).toBe(60_000);
});
